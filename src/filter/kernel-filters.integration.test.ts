// Filters and packets by the hundred: what nftables of this kernel, and tcpdump, say of each.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lab, type Namespace } from '../../test/lab/lab.ts'
import { until } from '../../test/lab/poll.ts'
import { needs } from '../../test/requirements.ts'
import type { PacketFilter } from '../contract/packet-filter.ts'
import { pcapPackets } from '../wire/pcap.ts'
import { hex, join, u16, u32 } from '../wire/testing/bytes.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import { bpfText } from './bpf-filter.ts'
import { FilterError } from './filter-error.ts'
import { filterText } from './filter-text.ts'
import { nftAlternatives, nftText, type NftFamily } from './nft-filter.ts'
import { parseFilter } from './parse-filter.ts'
import { wiresharkOptions, wiresharkText } from './wireshark-filter.ts'
import { shownPackets } from './testing/shown-packets.ts'
import { linkType } from '../wire/packet-tables.ts'
import { expectedMatch, modelPackets, packetBytes, type ModelPacket } from './testing/model-packets.ts'
import { randomFilters } from './testing/random-filters.ts'

const skipped = needs({ root: true, commands: ['nft', 'tcpdump', 'tcpreplay', 'ip'] })
const run = promisify(execFile)

const [filterCount, packetCount] = [120, 270]
/** What people write, and neighbouring fields, which nft would compare as one. */
const usual = [
  'not port 53',
  'not host 192.0.2.1',
  'not host 2001:db8::1',
  'src port 53 and dst port 53',
  'not src port 53 and not dst port 53',
  'src 192.0.2.1 and not dst 192.0.2.1',
  'not icmp.type 8 and not icmp.code 0 and icmp',
  'not ttl 64 and not proto 6',
  'not flags syn and not tcp.window 1024',
  'not (udp port 53 or tcp port 443 or icmp.type 8 or fragment first)',
  'dscp != 46 and ttl != 64',
]
const filters = [...usual.map(parseFilter), ...fc.sample(randomFilters, { numRuns: filterCount, seed: 6 })]
const receiverMac = '02:00:00:00:ff:02'

/** The number of a packet is in its source address: what was seen can be told from what was not. */
const numberedMac = (index: number) => join(Uint8Array.of(2, 0), u32(index))

function frames(packets: readonly ModelPacket[]): Uint8Array<ArrayBuffer> {
  const records = packets.map((packet, index) => ({
    seconds: index,
    fraction: 0,
    packet: join(
      hex(receiverMac.replaceAll(':', '')),
      numberedMac(index),
      u16(packet.version === 4 ? 0x0800 : 0x86dd),
      packetBytes(packet),
    ),
  }))
  return pcap(records)
}

/** Without a link header. */
function rawFrames(packets: readonly ModelPacket[]): Uint8Array<ArrayBuffer> {
  const records = packets.map((packet, index) => ({ seconds: index, fraction: 0, packet: packetBytes(packet) }))
  return pcap(records, { linkType: linkType.raw })
}

const numberOf = (mac: string) => Number.parseInt(mac.replaceAll(':', '').slice(4), 16)

/** Numbers of the packets that the filter matches. */
function expected(filter: PacketFilter, packets: readonly ModelPacket[]): number[] {
  return packets.flatMap((packet, index) => (expectedMatch(filter, packet) ? [index] : []))
}

interface Difference {
  readonly filter: string
  /** Matched by the filter and not by the other, how many and the first. */
  readonly missed: number
  readonly firstMissed: ModelPacket | undefined
  /** The other way round. */
  readonly wrong: number
  readonly firstWrong: ModelPacket | undefined
}

function differences(found: ReadonlyMap<PacketFilter, readonly number[]>, packets: readonly ModelPacket[]): Difference[] {
  return [...found].flatMap(([filter, numbers]) => {
    const wanted = expected(filter, packets)
    const missed = wanted.filter((number) => !numbers.includes(number))
    const wrong = numbers.filter((number) => !wanted.includes(number))
    if (missed.length + wrong.length === 0) return []
    const first = (list: readonly number[]) => packets[list[0] ?? -1]
    return [
      { filter: filterText(filter), missed: missed.length, firstMissed: first(missed), wrong: wrong.length, firstWrong: first(wrong) },
    ]
  })
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-filters-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe.skipIf(skipped)('nftables', () => {
  const lab = new Lab()
  let sender: Namespace
  let receiver: Namespace
  const packets = fc.sample(modelPackets({ kernel: true }), { numRuns: packetCount, seed: 60 })

  beforeAll(async () => {
    await lab.start()
    sender = await lab.namespace('sender')
    receiver = await lab.namespace('receiver')
    await lab.link(
      { namespace: sender, device: 'veth0', address: '10.0.0.1/24', mac: '02:00:00:00:ff:01' },
      { namespace: receiver, device: 'veth0', address: '10.0.0.2/24', mac: receiverMac },
    )
    // Forwarding is off and no address fits: prerouting sees the packets, and nobody answers.
    await receiver.run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=0', 'net.ipv6.conf.veth0.disable_ipv6=0')
  })
  afterAll(() => lab.stop())

  /** Chains of one filter: its rules, and the set of the source addresses of what they matched. */
  function commandsOf(family: NftFamily, name: string, filter: PacketFilter | null): object[] {
    const table = { family, table: 'filters' }
    const hit = { set: { op: 'add', elem: { payload: { protocol: 'ether', field: 'saddr' } }, set: `@${name}_hits` } }
    return [
      { add: { set: { ...table, name: `${name}_hits`, type: 'ether_addr', flags: 'dynamic', size: 65_535 } } },
      { add: { chain: { ...table, name: `${name}_hit` } } },
      { add: { chain: { ...table, name } } },
      { add: { rule: { ...table, chain: `${name}_hit`, expr: [hit] } } },
      ...nftAlternatives(filter, family).map((rule) => ({
        add: { rule: { ...table, chain: name, expr: [...rule, { goto: { target: `${name}_hit` } }] } },
      })),
      { add: { rule: { ...table, chain: 'base', expr: [{ jump: { target: name } }] } } },
    ]
  }

  async function load(family: NftFamily, named: ReadonlyMap<string, PacketFilter | null>): Promise<void> {
    const hook = family === 'inet' ? { hook: 'prerouting', prio: -300 } : { hook: 'ingress', dev: 'veth0', prio: 0 }
    const commands = [
      { add: { table: { family, name: 'filters' } } },
      { add: { chain: { family, table: 'filters', name: 'base', type: 'filter', policy: 'accept', ...hook } } },
      ...[...named].flatMap(([name, filter]) => commandsOf(family, name, filter)),
    ]
    const file = joinPath(folder, `${family}.json`)
    await writeFile(file, JSON.stringify({ nftables: commands }))
    await receiver.run('nft', '-j', '-f', file)
  }

  /** Numbers of the packets in the sets that are asked for, by the name of the filter. */
  async function hits(...asked: readonly string[]): Promise<Map<string, number[]>> {
    const command = ['netns', 'exec', receiver.name, 'nft', '-j', 'list', ...asked]
    const { stdout } = await run('ip', command, { maxBuffer: 64 * 1024 * 1024 })
    const listed = JSON.parse(stdout) as { nftables: { set?: { name: string; elem?: string[] } }[] }
    return new Map(
      listed.nftables.flatMap(({ set }) =>
        set === undefined ? [] : [[set.name.replace('_hits', ''), (set.elem ?? []).map(numberOf)] as const],
      ),
    )
  }

  it.each(['inet', 'netdev'] as const)('matches what the filter says, in the family %s', async (family) => {
    const simple = filters.filter((filter) => isSimpleEnough(() => nftAlternatives(filter, family)))
    expect(simple.length).toBeGreaterThan(filters.length * 0.95)
    const named = new Map<string, PacketFilter | null>([...simple.map((filter, index) => [`f${index}`, filter] as const), ['all', null]])
    await load(family, named)
    const file = joinPath(folder, 'packets.pcap')
    await writeFile(file, frames(packets))
    await sender.run('tcpreplay', '--quiet', '--topspeed', '--intf1', 'veth0', file)
    await until('all packets to arrive', async () => {
      const found = await hits('set', family, 'filters', 'all_hits')
      return found.get('all')?.length === packets.length ? true : undefined
    })
    const seen = await hits('sets', family)
    expect(differences(new Map(simple.map((filter, index) => [filter, seen.get(`f${index}`) ?? []])), packets)).toEqual([])
    await receiver.run('nft', 'delete', 'table', family, 'filters')
  })

  it('reads the rules as they are printed for people', async () => {
    const rules = filters.filter((filter) => isSimpleEnough(() => nftText(filter))).flatMap((filter) => nftText(filter))
    const lines = rules.map((rule) => `add rule inet printed base ${rule}`)
    const file = joinPath(folder, 'printed.nft')
    const chains = ['add table inet printed', 'add chain inet printed capture', 'add chain inet printed base']
    await writeFile(file, [...chains, ...lines, ''].join('\n'))
    await receiver.run('nft', '-f', file)
    const listed = await receiver.run('nft', 'list', 'chain', 'inet', 'printed', 'base')
    expect(listed.split('\n').filter((line) => line.includes('goto capture'))).toHaveLength(rules.length)
  })
})

function isSimpleEnough(compile: () => unknown): boolean {
  try {
    compile()
    return true
  } catch (error) {
    if (error instanceof FilterError) return false
    throw error
  }
}

/** Numbers of the packets of a file that tcpdump lets pass. */
async function tcpdumpMatches(file: string, expression: string): Promise<number[]> {
  const output = joinPath(folder, 'matched.pcap')
  try {
    await run('tcpdump', ['-Z', 'root', '-r', file, '-w', output, expression])
  } catch (error) {
    // It refuses what it finds contradictory, as `tcp and udp`.
    if (String(error).includes('expression rejects all packets')) return []
    throw error
  }
  const bytes = await readFile(output)
  return [...pcapPackets(bytes)].map(({ offset }) => numberOf(bytes.toString('hex', offset + 6, offset + 12)))
}

/** Whether Wireshark takes it apart: what it takes for broken it leaves alone. It counts no packet that holds another one in error. */
function isShown({ protocol, transport, udpLength, icmpType }: ModelPacket): boolean {
  if ((protocol === 1 || protocol === 58) && icmpType === 3) return false
  if (protocol === 1) return transport >= 8
  if (protocol === 132) return transport >= 12
  return protocol !== 17 || udpLength >= transport
}

describe.skipIf(needs({ commands: ['tshark'] }))('Wireshark', () => {
  const packets = fc.sample(modelPackets(), { numRuns: packetCount, seed: 62 }).filter(isShown)
  const sent = [...packets, ...packets.slice(0, 1)]
  const simple = filters.filter((filter) => isSimpleEnough(() => wiresharkText(filter)))

  it.each([linkType.ethernet, linkType.raw])('matches what the filter says, of link type %s', async (link) => {
    const file = joinPath(folder, 'shown.pcap')
    await writeFile(file, link === linkType.raw ? rawFrames(sent) : frames(sent))
    const shown = await shownPackets(simple.map(wiresharkText), { folder, file, options: wiresharkOptions })
    expect(differences(new Map(simple.map((filter, index) => [filter, shown[index] ?? []])), packets)).toEqual([])
    expect(simple.length).toBeGreaterThan(filters.length * 0.8)
  })
})

/** What packets hold beside themselves: other packets, with other addresses and ports. */
describe.skipIf(needs({ commands: ['tshark'] }))('Wireshark, of packets in packets', () => {
  const common = {
    ttl: 64,
    dscp: 0,
    options: 0,
    extensions: [],
    fragment: null,
    flags: 2,
    window: 1024,
    icmpCode: 0,
    transport: 100,
  } as const
  const more = { id: 1, dontFragment: 0, words: 5, udpLength: 100, content: 0, icmpType: 3 } as const
  const outer = { ...common, ...more, sourcePort: 2000, destinationPort: 4789 }
  const four = { version: 4, source: '192.0.2.1', destination: '198.51.100.7' } as const
  const six = { version: 6, source: '2001:db8::1', destination: '2001:db9::1' } as const
  const inside: readonly ModelPacket[] = [
    { ...outer, version: 4, source: '203.0.113.9', destination: '203.0.113.9', protocol: 17, sourcePort: 53, destinationPort: 53, ttl: 5 },
    {
      ...outer,
      version: 6,
      source: '2001:db8:1::5',
      destination: '2001:db8:1::5',
      protocol: 6,
      sourcePort: 53,
      destinationPort: 53,
      ttl: 5,
    },
  ]
  const vxlan = hex('08000000 00000100 020000000001 020000000002')
  const around: readonly (readonly [protocol: number, header: (held: ModelPacket) => Uint8Array])[] = [
    [1, () => new Uint8Array(8).fill(3, 0, 1)],
    [4, () => new Uint8Array(0)],
    [17, ({ version }) => join(u16(2000, 4789, 8 + 8 + 14 + bytesWithin(version), 0), vxlan, u16(etherTypeOf(version)))],
    [47, ({ version }) => u16(0, etherTypeOf(version))],
  ]
  const bytesWithin = (version: 4 | 6) => (version === 4 ? 120 : 140)
  const etherTypeOf = (version: 4 | 6) => (version === 4 ? 0x0800 : 0x86dd)

  const held = [four, six].flatMap((end) =>
    around.flatMap(([number, header]) =>
      inside.map((packet) => {
        const protocol = number === 4 ? (packet.version === 4 ? 4 : 41) : number === 1 && end.version === 6 ? 58 : number
        const body = join(header(packet), packetBytes(packet))
        return join(packetBytes({ ...outer, ...end, protocol, transport: body.length }).subarray(0, end.version === 4 ? 20 : 40), body)
      }),
    ),
  )

  async function shown(filter: string): Promise<number> {
    const file = joinPath(folder, 'held.pcap')
    await writeFile(
      file,
      pcap(
        held.map((packet, index) => ({ seconds: index, fraction: 0, packet })),
        { linkType: linkType.raw },
      ),
    )
    const options = wiresharkOptions.flatMap((option) => ['-o', option])
    const { stdout } = await run('tshark', [
      '-r',
      file,
      ...options,
      '-Y',
      wiresharkText(parseFilter(filter)),
      '-T',
      'fields',
      '-e',
      'frame.number',
    ])
    return stdout.split('\n').filter((line) => line !== '').length
  }

  it('asks of the outer packet, and not of the inner one', async () => {
    const ofInner = 'host in {203.0.113.9, 2001:db8:1::5} or port 53 or ttl 5 or flags any or len < 124 or payload[0:2] 0xabcd or ip.id 0'
    expect(await shown(ofInner)).toBe(0)
    expect(await shown('host in {192.0.2.1, 2001:db8::1} and ttl 64 and proto in {1, 4, 17, 41, 47, 58}')).toBe(held.length)
    expect(await shown('dst port 4789 and payload[0:2] 0x0800 or icmp.type 3')).toBe(held.length / 2)
  })
})

describe.skipIf(skipped)('tcpdump', () => {
  const packets = fc
    .sample(modelPackets(), { numRuns: packetCount, seed: 61 })
    .filter(({ extensions, fragment }) => extensions.length + (fragment === null ? 0 : 1) < 3)

  it('matches what the filter says', async () => {
    const file = joinPath(folder, 'packets.pcap')
    await writeFile(file, frames(packets))
    const found = new Map<PacketFilter, number[]>()
    for (const filter of filters) found.set(filter, await tcpdumpMatches(file, bpfText(filter)))
    expect(differences(found, packets)).toEqual([])
  })

  it('looks at near bytes first, in a packet that was cut off before the far ones', async () => {
    const [packet] = fc.sample(modelPackets({ whole: true }), { numRuns: 1, seed: 1 })
    if (packet === undefined) throw new Error('no packet')
    const whole: ModelPacket = { ...packet, version: 4, options: 0, fragment: null, protocol: 17, transport: 600, content: 0 }
    const bytes = frames([whole])
    const file = joinPath(folder, 'cut.pcap')
    const cut = bytes.slice(0, 24 + 16 + 14 + 20 + 40)
    new DataView(cut.buffer).setUint32(24 + 8, cut.length - 24 - 16, true)
    await writeFile(file, cut)
    expect(
      await tcpdumpMatches(file, bpfText(parseFilter('payload[200:2] 0xabcd or payload[30:2] 0xabcd or payload[0:2] 0xabcd'))),
    ).toEqual([0])
    expect(await tcpdumpMatches(file, bpfText(parseFilter('payload[200:2] 0xabcd or payload[100:2] 0xabcd')))).toEqual([])
  })
})
