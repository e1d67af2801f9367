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
import { expectedMatch, modelPackets, packetBytes, type ModelPacket } from './testing/model-packets.ts'
import { randomFilters } from './testing/random-filters.ts'

const skipped = needs({ root: true, commands: ['nft', 'tcpdump', 'tcpreplay', 'ip'] })
const run = promisify(execFile)

const [filterCount, packetCount] = [130, 300]
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
})
