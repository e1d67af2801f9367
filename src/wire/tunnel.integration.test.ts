// Compares the flow that we find in captured packets, and the tunnel around it, with what tshark reads in them.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs, repository } from '../../test/requirements.ts'
import { columnIndex, createFlowBatch } from '../contract/flow-batch.ts'
import { tunnel } from '../contract/flow-columns.ts'
import { ipText } from './address-text.ts'
import { capturedPackets } from './capture-file.ts'
import { parsePacketHeader } from './packet-header.ts'
import { linkType } from './packet-tables.ts'
import { pcap, type PcapRecord } from './testing/capture-writer.ts'
import { tunnelledPackets } from './testing/tunnels.ts'

const run = promisify(execFile)
const corpus = '../shared/corpus'
const skipped = needs({ commands: ['tshark'], paths: [`${corpus}/expected-tshark.json`] })

/** Packets of one file that are looked at: the floods of the attack captures are all alike. */
const packetsPerFile = 200

/** Protocols of tshark that are off, because they show packets that are quoted and not carried. */
const quoting = ['icmp', 'icmpv6']

// prettier-ignore
const fields = [
  'frame.protocols', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport',
  'mpls.label', 'vxlan.vni', 'geneve.vni', 'gtp.teid', 'gre.key',
] as const

type Reading = Readonly<Record<(typeof fields)[number], readonly string[]>>

/** One packet in the words of both readers. */
interface PacketFlow {
  readonly kind: string
  readonly source: string
  readonly destination: string
  readonly ports: string
  readonly outer: string
  readonly vni: number
  readonly label: number
}

interface Sample extends PcapRecord {
  readonly file: string
}

let folder = ''
const samples: Sample[] = []
let readings: Reading[] = []

function addSample(file: string, packet: Uint8Array, wireLength: number = packet.length): void {
  samples.push({ file, seconds: samples.length, fraction: 0, packet, wireLength })
}

async function readCorpus(): Promise<void> {
  const expectations = JSON.parse(await readFile(join(repository, corpus, 'expected-tshark.json'), 'utf8')) as {
    files: Record<string, { capture?: { linktype?: number } }>
  }
  for (const [file, { capture }] of Object.entries(expectations.files)) {
    if (capture?.linktype !== linkType.ethernet || file.includes('invalid')) continue
    const bytes = await readFile(join(repository, corpus, file))
    let count = 0
    for (const packet of capturedPackets(bytes)) {
      if (packet.linkType !== linkType.ethernet || count++ === packetsPerFile) break
      addSample(file, bytes.subarray(packet.offset, packet.offset + packet.capturedLength), packet.wireLength)
    }
  }
}

/** All packets go to tshark as one file: it takes longer to start than to read them. */
async function readByTshark(): Promise<Reading[]> {
  const file = join(folder, 'all.pcap')
  await writeFile(file, pcap(samples))
  const format = ['-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=,']
  // Each packet is read for itself, as we do.
  const alone = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE', '-o', 'tcp.desegment_tcp_streams:FALSE']
  const off = quoting.flatMap((name) => ['--disable-protocol', name])
  const wanted = fields.flatMap((name) => ['-e', name])
  const { stdout } = await run('tshark', ['-n', '-r', file, ...format, ...alone, ...off, '-d', 'udp.port==8472,vxlan', ...wanted], {
    maxBuffer: 2 ** 28,
  })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const values = line.split('\t').map((text) => (text === '' ? [] : text.split(',')))
      return Object.fromEntries(fields.map((name, index) => [name, values[index] ?? []])) as unknown as Reading
    })
}

/** Layers of tshark that are tunnels with ends of their own. */
const tunnelLayers: Readonly<Record<string, string>> = { gre: 'gre', vxlan: 'vxlan', geneve: 'geneve', gtp: 'gtpu' }

function theirKind(layers: readonly string[], networks: readonly string[]): string {
  const layer = layers.find((name) => name in tunnelLayers)
  if (layer !== undefined) return tunnelLayers[layer] ?? ''
  if (layers.includes('mpls')) return 'mpls'
  if (networks.length < 2) return 'none'
  if (layers.includes('ipv6.routing')) return 'srv6'
  return networks[0] === 'ip' && networks[1] === 'ipv6' ? 'sixinfour' : 'ipip'
}

/** The last IP header that tshark has dissected, the ports behind it, and the first IP header where there is a tunnel. */
function theirs(reading: Reading): PacketFlow {
  const layers = reading['frame.protocols'][0]?.split(':') ?? []
  const networks = layers.filter((layer) => layer === 'ip' || layer === 'ipv6')
  const kind = theirKind(layers, networks)
  const last = networks.at(-1)
  const transport = layers.slice(layers.lastIndexOf(last ?? '')).find((layer) => layer === 'tcp' || layer === 'udp')
  const first = networks.length > 1 || (kind !== 'none' && kind !== 'mpls') ? networks[0] : undefined
  const value = (layer: string | undefined, field: string, position: 0 | -1): string =>
    (layer === undefined ? undefined : reading[`${layer}.${field}` as keyof Reading].at(position)) ?? ''
  return {
    kind,
    source: value(last, 'src', -1),
    destination: value(last, 'dst', -1),
    ports: `${value(transport, 'srcport', -1)} ${value(transport, 'dstport', -1)}`,
    outer: `${value(first, 'src', 0)} ${value(first, 'dst', 0)}`,
    vni: Number(value('vxlan', 'vni', 0) || value('geneve', 'vni', 0) || value('gtp', 'teid', 0) || value('gre', 'key', 0)),
    label: Number(value('mpls', 'label', 0)),
  }
}

const kindNames = Object.keys(tunnel)

function ours({ packet }: Sample): PacketFlow {
  const batch = createFlowBatch(1)
  parsePacketHeader(packet, 0, packet.length, linkType.ethernet, batch, 0)
  const { columns, present } = batch
  const address = (name: 'src_addr' | 'dst_addr' | 'tunnel_src' | 'tunnel_dst'): string =>
    present[columnIndex[name]] === 1 ? ipText(columns[name], 0) : ''
  // tshark is asked for the ports of TCP and UDP.
  const ports = present[columnIndex.src_port] === 1 && [6, 17].includes(columns.protocol[0])
  return {
    kind: kindNames[columns.tunnel[0]] ?? '',
    source: address('src_addr'),
    destination: address('dst_addr'),
    ports: ports ? `${columns.src_port[0]} ${columns.dst_port[0]}` : ' ',
    outer: `${address('tunnel_src')} ${address('tunnel_dst')}`,
    vni: columns.vni[0],
    label: columns.mpls_label[0],
  }
}

/** Files, and packets of our own, of which the two read different flows, and why. A row may go; none may come unseen. */
const knownDifferences: Readonly<Record<string, string>> = {
  'Ethernet below labels': 'tshark guesses a control word by the vendor part of MAC addresses; ours have none',
  'Ethernet below labels with a control word': 'tshark guesses none, as above',
  'Ethernet over SRv6 without a list': 'the same flow; tshark does not name the kind',
  'VXLAN-GPE of IPv6': 'the same flow; tshark does not show the header itself',
  'AH-IPcomp-IPv4.pcap': 'AH and compressed payloads over IPv4: to us the flow is that of AH',
  'AH-IPcomp-IPv6.pcap': 'compressed payloads are not unpacked',
  'ipv6_ext_headers.pcap': 'more extension headers than we follow',
  'arista_ether.pcap': 'a header between Ethernet and IP that only one vendor writes',
  'bad-ipv4-version-pgm-heapoverflow.pcap': 'an IPv6 header announced as IPv4: no header to us',
  'bigtcp-ipv6.pcap': 'a jumbo payload option that announces less than there is',
  'icmp-rfc8335-missing-bytes.pcap': 'behind a MACsec tag',
  'macsec-integonly.pcap': 'behind a MACsec tag',
  'macsec-short-longer.pcap': 'behind a MACsec tag',
  'macsec-short-shorter.pcap': 'behind a MACsec tag',
  'macsec-short-valid.pcap': 'behind a MACsec tag',
  'ipv6_39_byte_header.pcap': 'an address of which a byte is missing is no address to us',
  'nsh.pcap': 'behind a network service header',
  'nsh-over-vxlan-gpe.pcap': 'behind a network service header',
  'various_gre.pcap': 'behind a Cisco metadata header',
}

function differences(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [index, sample] of samples.entries()) {
    const reading = readings[index]
    if (reading === undefined) throw new Error(`tshark told nothing of packet ${index}`)
    const [mine, other] = [ours(sample), theirs(reading)]
    const keys = Object.keys(mine) as (keyof PacketFlow)[]
    const texts = keys.filter((key) => mine[key] !== other[key]).map((key) => `${key} ${mine[key]}, tshark ${other[key]}`)
    if (texts.length === 0) continue
    const name = sample.file.slice(sample.file.lastIndexOf('/') + 1)
    found.set(name, [...(found.get(name) ?? []), `${texts.join('; ')} (${reading['frame.protocols'].join('')})`])
  }
  return found
}

describe.skipIf(skipped)(`tunnels against tshark${skipped === undefined ? '' : ` (skipped: ${skipped})`}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-tunnels-'))
    for (const { name, frame } of tunnelledPackets) addSample(name, frame)
    await readCorpus()
    readings = await readByTshark()
  })
  afterAll(async () => {
    if (folder !== '') await rm(folder, { recursive: true })
  })

  it('finds the same flows, tunnels, network identifiers and labels', () => {
    expect(readings.length).toBe(samples.length)
    const found = differences()
    const unexplained = [...found].filter(([file]) => !(file in knownDifferences))
    expect(unexplained).toEqual([])
  })

  it('has looked into tunnels of several kinds', () => {
    const counts = new Map<string, number>()
    for (const sample of samples) {
      const { kind } = ours(sample)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    expect(kindNames.filter((kind) => !counts.has(kind))).toEqual([])
  })
})
