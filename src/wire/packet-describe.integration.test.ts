// Compares how we describe captured packets with what tshark reads in them: addresses, ports, protocols, lengths, flags.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs, repository } from '../../test/requirements.ts'
import type { PacketLayer } from '../contract/capture.ts'
import { capturedPackets } from './capture-file.ts'
import { tcpFlagNames } from './packet-describe-names.ts'
import { describePacket } from './packet-describe.ts'
import { linkType } from './packet-tables.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { pcap, type PcapRecord } from './testing/capture-writer.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'

const run = promisify(execFile)
const skipped = needs({ commands: ['tshark'] })
const corpus = path.join(repository, '../shared/corpus')

/** Packets of one file that are looked at: the floods of the attack captures are all alike. */
const packetsPerFile = 40

type Words = (value: string) => string

const same: Words = (value) => value
/** `UDP (17)` → `17`. */
const number: Words = (value) => /\((\w+)\)$/.exec(value)?.[1] ?? value
const flagBits: Words = (value) =>
  String(tcpFlagNames.reduce((sum, name, bit) => sum + (value.split(', ').includes(name) ? 1 << bit : 0), 0))
const decimal: Words = (value) => String(Number(value))

interface Compared {
  readonly theirs: string
  readonly layer: string
  readonly field: string
  /** Our words as a number or address, and theirs. */
  readonly ourWords: Words
  readonly theirWords: Words
}

function compared(theirs: string, layer: string, field: string, ourWords: Words = same, theirWords: Words = same): Compared {
  return { theirs, layer, field, ourWords, theirWords }
}

const bytesOf: Words = (value) => value.replace(/ bytes?$/, '')

/** The first of each in a packet. */
const comparedFields: readonly Compared[] = [
  compared('eth.src', 'Ethernet', 'Source'),
  compared('eth.dst', 'Ethernet', 'Destination'),
  compared('vlan.id', 'VLAN', 'VLAN'),
  compared('mpls.label', 'MPLS', 'Label'),
  compared('ip.src', 'IPv4', 'Source'),
  compared('ip.dst', 'IPv4', 'Destination'),
  compared('ip.proto', 'IPv4', 'Protocol', number),
  compared('ip.len', 'IPv4', 'Total length'),
  compared('ip.hdr_len', 'IPv4', 'Header length', bytesOf),
  compared('ip.ttl', 'IPv4', 'Time to live'),
  compared('ip.dsfield.dscp', 'IPv4', 'DSCP'),
  compared('ip.id', 'IPv4', 'Identification'),
  compared('ipv6.src', 'IPv6', 'Source'),
  compared('ipv6.dst', 'IPv6', 'Destination'),
  compared('ipv6.plen', 'IPv6', 'Payload length'),
  compared('ipv6.nxt', 'IPv6', 'Next header', number),
  compared('ipv6.hlim', 'IPv6', 'Hop limit'),
  compared('ipv6.flow', 'IPv6', 'Flow label', decimal, decimal),
  compared('ipv6.fraghdr.ident', 'Fragment header', 'Identification'),
  compared('tcp.srcport', 'TCP', 'Source port'),
  compared('tcp.dstport', 'TCP', 'Destination port'),
  compared('tcp.seq_raw', 'TCP', 'Sequence number'),
  compared('tcp.hdr_len', 'TCP', 'Header length', bytesOf),
  compared('tcp.flags', 'TCP', 'Flags', flagBits, (value) => String(Number(value) & 0xff)),
  compared('tcp.window_size_value', 'TCP', 'Window'),
  compared('tcp.options.mss_val', 'TCP', 'Maximum segment size'),
  compared('udp.srcport', 'UDP', 'Source port'),
  compared('udp.dstport', 'UDP', 'Destination port'),
  compared('udp.length', 'UDP', 'Length'),
  compared('icmp.type', 'ICMP', 'Type', number),
  compared('icmp.code', 'ICMP', 'Code'),
  compared('icmpv6.type', 'ICMPv6', 'Type', number),
  compared('gre.proto', 'GRE', 'Protocol', number),
  compared('arp.opcode', 'ARP', 'Operation', number),
  compared('sctp.srcport', 'SCTP', 'Source port'),
  compared('vxlan.vni', 'VXLAN', 'Network identifier'),
  compared('dns.id', 'DNS', 'Id'),
  compared('dns.count.answers', 'DNS', 'Answers'),
  compared('ntp.flags.mode', 'NTP', 'Mode', number),
]

interface Sample extends PcapRecord {
  readonly file: string
}

/** Ethernet frames and IP packets: one file holds packets of one link only. */
const samples: Record<'frames' | 'packets', Sample[]> = { frames: [], packets: [] }
let folder = ''

function addSample(kind: keyof typeof samples, file: string, packet: Uint8Array, wireLength: number = packet.length): void {
  const list = samples[kind]
  list.push({ file, seconds: list.length, fraction: 0, packet, wireLength })
}

function addOwn(): void {
  const options = hex('020405b4 01 030307 0402 0000')
  const synchronise = join(u16(4000, 443), u32(1, 2), u16(0x8002, 1024, 0, 0), options)
  const query = join(u16(7, 0x0100, 1, 0, 0, 0), hex('03 777777 00'), u16(1, 1))
  const own: Record<string, Uint8Array> = {
    'TCP with options': ipv4(6, synchronise),
    'TCP over IPv6 behind a fragment header': ipv6(44, join(hex('06 00 0001 12345678'), synchronise)),
    'DNS over IPv6': ipv6(17, udp(4000, 53, query)),
    'ICMP that quotes': ipv4(1, join(hex('0303 0000 00000000'), ipv4(17, udp(4001, 4002)))),
    'neighbor solicitation': ipv6(58, join(hex('8700 0000 00000000'), new Uint8Array(16))),
    'IPv4 options': ipv4(17, udp(4000, 4001), { options: hex('94040000') }),
    'GRE with a key': ipv4(47, join(u16(0x2000, 0x0800), u32(9), ipv4(6, synchronise))),
    SCTP: ipv4(132, join(u16(5, 6), u32(7, 8), hex('0100 0004'))),
    NTP: ipv4(17, udp(123, 4000, join(hex('24 02'), new Uint8Array(46)))),
    'a later fragment': ipv4(17, new Uint8Array(24), { fragment: 0x00b9 }),
    'a packet that was cut': ipv4(6, tcp(0x10, new Uint8Array(500))).subarray(0, 60),
  }
  for (const [name, packet] of Object.entries(own)) {
    addSample('packets', name, packet, 1000)
    const type = packet[0] >> 4 === 4 ? 0x0800 : 0x86dd
    addSample('frames', name, ethernet(0x8100, tagged(100, type, packet)), 1018)
    addSample('frames', name, ethernet(0x8847, join(hex('00064140'), packet)), 1018)
  }
  const inner = ethernet(0x0800, ipv4(6, synchronise))
  addSample('packets', 'VXLAN', ipv4(17, udp(4000, 4789, join(hex('08000000 00004200'), inner))))
}

async function addCorpus(): Promise<void> {
  const list = JSON.parse(await readFile(path.join(corpus, 'expected-tshark.json'), 'utf8')) as {
    files: Record<string, { capture?: { linktype?: number } }>
  }
  for (const [file, { capture }] of Object.entries(list.files)) {
    const kind = capture?.linktype === linkType.ethernet ? 'frames' : capture?.linktype === linkType.raw ? 'packets' : undefined
    if (kind === undefined || file.includes('invalid')) continue
    const bytes = await readFile(path.join(corpus, file))
    let count = 0
    for (const packet of capturedPackets(bytes)) {
      if (packet.linkType !== capture?.linktype || count++ === packetsPerFile) break
      addSample(
        kind,
        file.split('/').slice(-2).join('/'),
        bytes.subarray(packet.offset, packet.offset + packet.capturedLength),
        packet.wireLength,
      )
    }
  }
}

type Reading = ReadonlyMap<string, string>

/** All packets of a link go to tshark as one file: it takes longer to start than to read them. */
async function readByTshark(kind: keyof typeof samples): Promise<Reading[]> {
  const file = path.join(folder, `${kind}.pcap`)
  await writeFile(file, pcap(samples[kind], { linkType: kind === 'frames' ? linkType.ethernet : linkType.raw }))
  // Each packet is read for itself, as we do.
  const alone = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE', '-o', 'tcp.desegment_tcp_streams:FALSE']
  const names = ['frame.protocols', ...comparedFields.map(({ theirs }) => theirs)]
  const flags = ['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=f', ...alone, ...names.flatMap((name) => ['-e', name])]
  const { stdout } = await run('tshark', flags, { maxBuffer: 2 ** 28 })
  return stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const values = line.split('\t')
      return new Map(names.map((name, index) => [name, values[index] ?? '']))
    })
}

function ourValue(layers: readonly PacketLayer[], { layer, field, ourWords }: Compared): string {
  const found = layers.find(({ name }) => name === layer)?.fields.find(({ name }) => name === field)
  return found === undefined ? '' : ourWords(found.value)
}

/** Headers that tshark reads and goes on behind, and we do not: there we tell less, and must tell nothing else. */
const deeper: ReadonlySet<string> = new Set(['avsp', 'cmd', 'erspan', 'geneve', 'ipcomp', 'macsec', 'nsh'])

function goesDeeper(protocols: string): boolean {
  const layers = protocols.split(':')
  return layers.some((layer) => deeper.has(layer)) || protocols.includes(':udp:mpls') || protocols.includes(':tcp:dns')
}

/** Files of which the two tell different things, and why. A row may go; none may come unseen. */
const knownDifferences: Readonly<Record<string, string>> = {
  'tests/802.1ad_QinQ.pcap': 'tshark has another name for the outer of two tags',
  'StopDDoS+packet-captures/amp.UDP.snmp.src161.pcapng':
    'quoted packets: tshark tells a sequence number only where the whole TCP header is quoted',
  'tests/bad-ipv4-version-pgm-heapoverflow.pcap': 'an IPv6 header announced as IPv4: no header to us',
  'tests/bigtcp-ipv4.pcap': 'a total length of 0: tshark tells the length of the frame in its place',
  'tests/bigtcp-ipv6.pcap': 'a jumbo payload option that announces less than there is',
  'tests/dns_udp_8053.pcap': 'tshark guesses DNS on another port',
  'vxlan-decoder-01/input.pcap': 'tshark guesses DNS on another port',
  'tests/ipv4_tcp_http_xml_tso.pcap': 'a total length of 0, as above',
  'filter/ipv6_ext_headers.pcap': 'more headers than we follow',
  'tests/ipv6_frag6_negative_len.pcap': 'tshark tells no number of a fragment that is longer than a packet can be',
  'tests/tcp_header_heapoverflow.pcap': 'tshark goes by the length of the file, which is not that of the packet',
}

function differences(kind: keyof typeof samples, readings: readonly Reading[]): string[] {
  const found: string[] = []
  for (const [index, { file, packet }] of samples[kind].entries()) {
    const reading = readings[index]
    if (reading === undefined) throw new Error(`tshark told nothing of packet ${index}`)
    const layers = describePacket(packet, kind === 'frames')
    for (const one of comparedFields) {
      const mine = ourValue(layers, one)
      const text = reading.get(one.theirs) ?? ''
      const other = text === '' ? '' : one.theirWords(text)
      const protocols = reading.get('frame.protocols') ?? ''
      if (mine === other || file in knownDifferences || (mine === '' && goesDeeper(protocols))) continue
      found.push(`${file}: ${one.theirs} is ${mine} to us, ${other} to tshark (${protocols})`)
    }
  }
  return found
}

describe.skipIf(skipped)(`packets in words against tshark${skipped === undefined ? '' : ` (skipped: ${skipped})`}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-describe-'))
    addOwn()
    if (existsSync(corpus)) await addCorpus()
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(['frames', 'packets'] as const)('says the same of %s', async (kind) => {
    const readings = await readByTshark(kind)
    expect(readings).toHaveLength(samples[kind].length)
    expect(differences(kind, readings)).toEqual([])
  })
})
