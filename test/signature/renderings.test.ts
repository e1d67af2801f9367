// Renderings of signatures, each run by the tool that it is for: what nft, tcpdump, tshark and gobgpd make of them.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { cliCommands, createProgram, runProgram } from '../../src/cli/program.ts'
import { verifySignature } from '../../src/cli/signature-verify.ts'
import { defaultSignatureAsk } from '../../src/contract/signature.ts'
import { packetTest } from '../../src/filter/packet-test.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'
import { modelPackets, packetBytes } from '../../src/filter/testing/model-packets.ts'
import { deriveSignature } from '../../src/signature/derive.ts'
import { SeededRandom } from '../../src/base/seeded-random.ts'
import { openFeed } from '../../src/signature/files.ts'
import { randomBytes, wholePacket, type WholePacket } from '../../src/signature/junk/testing/whole-packets.ts'
import { renderSignature } from '../../src/signature/renderings.ts'
import { hex, join, u16, u32 } from '../../src/wire/testing/bytes.ts'
import { pcap } from '../../src/wire/testing/capture-writer.ts'
import { checksummed } from '../../src/wire/testing/tunnels.ts'
import { GobgpPeer } from '../bgp/gobgp-peer.ts'
import { Lab, type Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'

const skipped = needs({ root: true, commands: ['nft', 'tcpdump', 'tshark', 'tcpreplay', 'ip', 'gobgpd', 'gobgp'] })
const facts = { name: 'test', report: null }

/** Each kind of condition, alone and beside others, and parts that overlap. */
const signatures = [
  'udp and src port 53 and payload[2:2] & 0x8180 == 0x8180 and len > 100',
  'udp and src port 123 and udp.length 456 and payload[0] & 0x07 == 0x07',
  'udp and src port 11211 and payload[8:6] "VALUE "',
  'tcp and flags syn,!ack and tcp.window 512 and tcp.doff 6 and transport[20:4] 0x020405b4',
  'tcp and flags !syn,!ack,!rst,!fin and ip.df 0',
  'tcp and dst port 80 and payload[0:16] "HTTP/1.1 200 OK "',
  'icmp.type 8 and icmp.code 0 and ttl < 60',
  'ip4 and ip.id 54321 and len 40-80',
  'fragment later or fragment first and udp',
  'src in {198.51.100.0/24, 2001:db8::/48} and dst port in {53, 80, 1000-2000} and dscp != 46',
  'ip6 and ttl in {1-5, 255} and not port 53',
  '(udp and src port 53 and payload[2] & 0x80 == 0x80) or (udp and len > 400) or (tcp and tcp.doff 5 and payload[0:4] 0xa5a5a5a5)',
]

function attackPackets(): Uint8Array[] {
  const random = new SeededRandom(5)
  const text = (content: string) => new TextEncoder().encode(content)
  const kinds: readonly (() => WholePacket)[] = [
    () => ({
      protocol: 'udp',
      sourcePort: 53,
      payload: join(u16(random.below(65_536), 0x8180, 1, 20), randomBytes(random.below(300), random)),
    }),
    () => ({ protocol: 'udp', sourcePort: 123, payload: join(hex('d700032a'), randomBytes(444, random)) }),
    () => ({ protocol: 'udp', sourcePort: 11_211, payload: text(`        VALUE ${random.below(1e6)}`) }),
    () => ({
      protocol: 'tcp',
      flags: 2,
      window: 512,
      options: hex('020405b4'),
      source: `198.51.100.${random.below(256)}`,
      destinationPort: 80,
    }),
    () => ({ protocol: 'tcp', flags: 0x08, window: random.below(65_536) }),
    () => ({
      protocol: 'tcp',
      destinationPort: 80,
      options: hex('0101080a0000000100000002'),
      payload: text(`HTTP/1.1 200 OK ${random.below(1e6)}`),
    }),
    () => ({ protocol: 'icmp', ttl: 40 + random.below(30), payload: randomBytes(40, random) }),
    () => ({ protocol: 'udp', id: 54_321, payload: randomBytes(random.below(60), random) }),
    () => ({ protocol: 'udp', fragment: [0x2000, 0x2010, 0x0020][random.below(3)] ?? 0, payload: randomBytes(600, random) }),
    () => ({
      protocol: 'tcp',
      source: '2001:db8::9',
      destination: '2001:db8::7',
      ttl: [2, 64, 255][random.below(3)] ?? 1,
      destinationPort: 53,
    }),
  ]
  return Array.from({ length: 200 }, (_, index) => wholePacket(kinds[index % kinds.length]?.() ?? { protocol: 'udp' }))
}

/** tcpdump looks past two extension headers. */
const models = modelPackets({ kernel: true, whole: true }).filter(
  ({ extensions, fragment }) => extensions.length + (fragment === null ? 0 : 1) < 3,
)
const packets = [...attackPackets(), ...fc.sample(models, { numRuns: 250, seed: 62 }).map(packetBytes)]
const receiverMac = '02:00:00:00:ff:02'

/** The number of a packet is in its source address. */
function framesOf(ipPackets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const ends = (index: number) => join(hex(receiverMac.replaceAll(':', '')), Uint8Array.of(2, 0), u32(index))
  return pcap(
    ipPackets.map((packet, index) => ({
      seconds: index,
      fraction: 0,
      packet: join(ends(index), u16((packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd), packet),
    })),
  )
}

let folder = ''
let file = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-renderings-'))
  file = joinPath(folder, 'packets.pcap')
  await writeFile(file, framesOf(packets))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Numbers of the packets that our own test holds. */
async function heldNumbers(text: string, path = file): Promise<number[]> {
  const test = packetTest(parseFilter(text))
  const held: number[] = []
  let number = 0
  const feed = await openFeed(path)
  await feed.each(({ layout }) => {
    if (test(layout)) held.push(number)
    number++
  })
  return held
}

describe.skipIf(skipped)('tcpdump, tshark and nft', () => {
  it.each(signatures)('hold the packets of %s', async (text) => {
    const held = await heldNumbers(text)
    expect(held.length).toBeGreaterThan(2)
    expect(held.length).toBeLessThan(packets.length / 2)
    const found = await verifySignature(parseFilter(text), [file])
    expect(found).toEqual([
      { tool: 'tcpdump', file: 'packets.pcap', theirs: held.length, ours: held.length, differences: 0 },
      { tool: 'tshark', file: 'packets.pcap', theirs: held.length, ours: held.length, differences: 0 },
      { tool: 'nft', file: 'the rules', theirs: 0, ours: 0, differences: 0 },
    ])
  })
})

describe.skipIf(skipped)('drawbridge signature --verify', () => {
  const path = process.env['PATH']
  let out = ''
  beforeEach(() => {
    out = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    process.env['PATH'] = path
    process.exitCode = undefined
  })
  const run = () => runProgram(createProgram(cliCommands), ['signature', file, '--filter', 'udp and src port 53', '--verify'])

  it('says which tools hold the same packets', async () => {
    const { length } = await heldNumbers('udp and src port 53')
    expect(await run()).toBe(0)
    const same = ['tcpdump', 'tshark'].map((tool) => `${tool.padEnd(8)} packets.pcap: the same ${length} packets\n`).join('')
    expect(out).toBe(`udp and src port 53\n${same}nft      the rules: taken\n`)
  })

  it('fails when a tool holds other packets', async () => {
    const { length } = await heldNumbers('udp and src port 53')
    const tools = joinPath(folder, 'tools')
    await mkdir(tools)
    // It takes the file and the place for its output, and lets every packet pass: -Z root -r FILE -w OUTPUT EXPRESSION.
    await writeFile(joinPath(tools, 'tcpdump'), `#!/bin/sh\nPATH='${path}' exec tcpdump "$1" "$2" "$3" "$4" "$5" "$6" ip or ip6\n`, {
      mode: 0o755,
    })
    process.env['PATH'] = `${tools}:${path}`
    expect(await run()).toBe(1)
    expect(out).toContain(`DIFFERS in ${packets.length - length} packets: ${packets.length} of theirs, ${length} of ours\n`)
  })
})

const attacks = '../shared/corpus/StopDDoS+packet-captures'
/** With what to take where a capture alone gives no signature, as people would write it. */
const captures = [
  ['amp.TCP.reflection.SYNACK.pcap', 'tcp and flags syn,ack and tcp.doff 6 and transport[20:2] 0x0204'],
  ['amp.UDP.isakmp.pcap', 'udp and src port 4500 and payload[0:4] 0x00000000'],
  ['amp.UDP.snmp.src161.pcapng', 'udp and src port 161 and payload[0] 0x30'],
  ['amp.dns.RRSIG.fragmented.pcap', 'udp and (src port 53 and payload[2] & 0x80 == 0x80 or fragment)'],
] as const

/** IP packets of a capture that a network takes: whole ones, with a checksum that is right whatever became of their addresses. */
async function networkPackets(path: string): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  const feed = await openFeed(path)
  await feed.each(({ layout: { bytes, ip }, wireLength, cut }) => {
    if (cut || wireLength > 1500 || (bytes[ip] ?? 0) >> 4 !== 4) return
    found.push(checksummed(bytes.slice(ip, ip + wireLength)))
  })
  return found
}

const withoutAttacks = needs({ paths: [attacks] })
describe.skipIf(skipped ?? withoutAttacks)('tcpdump and tshark, of signatures learnt from real attacks', () => {
  it.each(captures)('hold the same packets of %s', async (name, usual) => {
    const path = joinPath(repository, attacks, name)
    expect(existsSync(path)).toBe(true)
    const { filter } = await deriveSignature({ attack: await openFeed(path), baseline: null }, defaultSignatureAsk)
    const found = await verifySignature(parseFilter(filter ?? usual), [path])
    expect(found.map(({ tool, differences, skipped: why }) => ({ tool, differences, why }))).toEqual(
      ['tcpdump', 'tshark', 'nft'].map((tool) => ({ tool, differences: 0, why: undefined })),
    )
    expect(found[0]?.theirs).toBeGreaterThan(100)
  })
})

describe.skipIf(skipped)('in a network', () => {
  const lab = new Lab()
  let sender: Namespace
  let receiver: Namespace

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

  /** Behind the rules: what they have left. */
  const watcher = `
    table inet watch {
      set left { type ether_addr; flags dynamic; size 65535; }
      chain behind { type filter hook prerouting priority -440; add @left { ether saddr }; }
    }`

  async function leftNumbers(): Promise<number[]> {
    const { nftables } = JSON.parse(await receiver.run('nft', '-j', 'list', 'set', 'inet', 'watch', 'left')) as {
      nftables: { set?: { elem?: string[] } }[]
    }
    return nftables.flatMap(({ set }) => (set?.elem ?? []).map((mac) => Number.parseInt(mac.replaceAll(':', '').slice(4), 16)))
  }

  /** Sum over the parts; each packet counts once, in the first that holds it. */
  async function counted(): Promise<number> {
    const listed = await receiver.run('nft', '-j', 'list', 'table', 'inet', 'drawbridge_signature')
    const counts = [...listed.matchAll(/"counter": \{"packets": (\d+)/g)].map(([, packetsOfPart]) => Number(packetsOfPart))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Numbers of the packets of a file that the rendered rules drop. */
  async function droppedNumbers(text: string, path: string, count: number): Promise<number[]> {
    await writeFile(joinPath(folder, 'rules.nft'), renderSignature(parseFilter(text), 'nftables', facts).text)
    await receiver.run('nft', '-f', joinPath(folder, 'rules.nft'))
    await receiver.run('nft', 'flush', 'set', 'inet', 'watch', 'left')
    await sender.run('tcpreplay', '--quiet', '--topspeed', '--intf1', 'veth0', path)
    // Each is counted by the rules or comes out behind them.
    const left = await until('all packets to be judged', async () => {
      const numbers = await leftNumbers()
      return numbers.length + (await counted()) === count ? new Set(numbers) : undefined
    })
    return Array.from({ length: count }, (_, number) => number).filter((number) => !left.has(number))
  }

  it('the rules of nft drop and count exactly the packets of their signature', async () => {
    await writeFile(joinPath(folder, 'watch.nft'), watcher)
    await receiver.run('nft', '-f', joinPath(folder, 'watch.nft'))
    for (const text of signatures) {
      const dropped = await droppedNumbers(text, file, packets.length)
      expect({ text, dropped }).toEqual({ text, dropped: await heldNumbers(text) })
    }
  })

  it.skipIf(withoutAttacks).each(captures)('so they do with %s', async (name, usual) => {
    const path = joinPath(repository, attacks, name)
    const { filter } = await deriveSignature({ attack: await openFeed(path), baseline: null }, defaultSignatureAsk)
    const text = filter ?? usual
    const sent = await networkPackets(path)
    expect(sent.length).toBeGreaterThan(1000)
    const replayed = joinPath(folder, 'replayed.pcap')
    await writeFile(replayed, framesOf(sent))
    const held = await heldNumbers(text, replayed)
    expect(held.length).toBeGreaterThan(100)
    expect(await droppedNumbers(text, replayed, sent.length)).toEqual(held)
  })

  it('gobgpd takes the FlowSpec rules, and has them as they were meant', async () => {
    const peer = new GobgpPeer(receiver, joinPath(folder, 'gobgp'))
    await peer.startWith('[global.config]\nas = 65000\nrouter-id = "192.0.2.9"\n')
    const announce = async (text: string, environment: string) => {
      const { text: commands } = renderSignature(parseFilter(text), 'flowspec', facts)
      const script = `gobgp() { command gobgp --target unix://${joinPath(folder, 'gobgp', 'gobgp.sock')} "$@"; }\n${environment}\n${commands}`
      await receiver.run('sh', '-ec', script)
    }
    await announce(
      'udp and src port in {53, 100-200} and len > 500 or (flags syn,!ack and dscp 46 and dst port 80)',
      'DESTINATION=203.0.113.0/24',
    )
    await announce(
      'icmp.type 8 and icmp.code 0 and proto 1 or (src 198.51.100.0/24 and fragment first) or (gre and len 40-80)',
      'DESTINATION=203.0.113.7/32',
    )
    await announce('tcp and flags fin,psh,!ack,!rst', 'DESTINATION=2001:db8::/32\nFAMILY=ipv6')
    const rules = async (family: 'ipv4' | 'ipv6') => (await peer.rules(family)).map(({ match }) => match).toSorted()
    expect(await rules('ipv4')).toEqual([
      '[destination: 203.0.113.0/24][protocol: ==tcp][destination-port: ==80][tcp-flags: =S&!A][dscp: ==46]',
      '[destination: 203.0.113.0/24][protocol: ==udp][source-port: ==53 >=100&<=200][packet-length: >=501&<=65535]',
      '[destination: 203.0.113.7/32][protocol: ==gre][packet-length: >=40&<=80]',
      '[destination: 203.0.113.7/32][protocol: ==icmp][icmp-type: ==8][icmp-code: ==0]',
      '[destination: 203.0.113.7/32][source: 198.51.100.0/24][fragment: first-fragment]',
    ])
    expect(await rules('ipv6')).toEqual(['[destination: 2001:db8::/32/0][protocol: ==tcp][tcp-flags: =FP&!R&!A]'])
    // Without a destination a shell stops before it announces anything.
    await expect(announce('udp and src port 53', 'unset DESTINATION')).rejects.toThrow(/the prefix under attack/)
    expect(await rules('ipv4')).toHaveLength(5)
    await peer.stop()
  })
})
