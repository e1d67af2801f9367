// Merged files as tshark and capinfos read them.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../../test/requirements.ts'
import { ethernet, ipv4, ipv6, tcp, udp } from '../../wire/testing/packets.ts'
import { PcapFile, pcapOf } from './pcap-file.ts'
import { pcapngOf, type PcapngSource } from './pcapng-file.ts'
import { collect, mergeInput, recordsOf, type SeenPacket } from './testing/merge-inputs.ts'
import { TimeMerge } from './time-merge.ts'

const run = promisify(execFile)
const skipped = needs({ commands: ['tshark', 'capinfos'] })

const begin = 1_800_000_000

/** Packets of three agents that take turns, a millisecond and seven nanoseconds apart. */
function packetsOf(agent: number, packet: Uint8Array, isFrame: boolean): SeenPacket[] {
  return Array.from({ length: 20 }, (_, i) => ({
    seconds: begin + i,
    nanoseconds: agent * 1_000_007,
    packet,
    ethernet: isFrame,
    wireLength: packet.length + agent * 1000,
  }))
}

const lists = [
  packetsOf(0, ipv4(6, tcp(0x12)), false),
  packetsOf(1, ethernet(0x86dd, ipv6(17, udp(53, 1000, new Uint8Array(30)))), true),
  packetsOf(2, ipv4(17, udp(53, 1000, new Uint8Array(30))), false),
]

const sources: PcapngSource[] = ['ord1', 'fra1', 'sin1'].map((agent, index) => ({
  name: `${agent}/prerouting`,
  description: `edge ${agent}`,
  filter: 'udp and src port 53',
  snapLength: 160,
  ethernet: index === 1,
  comments: [`colo ${agent}`, 'payload is masked'],
  statistics: () => ({ received: 25, dropped: 5, end: { seconds: begin + 60, nanoseconds: 0 }, comments: ['2 packets were put together'] }),
}))

let folder = ''
const files = { pcap: '', pcapng: '', empty: '' }

function merge(): TimeMerge {
  return new TimeMerge(lists.map((list) => mergeInput(recordsOf(list), 1000)))
}

/** What a program prints, after a look at whether it complained. */
async function printed(command: string, ...flags: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(command, flags, { maxBuffer: 2 ** 24 })
  // It says so each time when root calls it.
  expect(stderr.replace(/^Running as user "root".*\n/m, '')).toBe('')
  return stdout
}

async function rows(file: string, ...fields: readonly string[]): Promise<string[]> {
  const text = await printed('tshark', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field]))
  return text.trimEnd().split('\n')
}

describe.skipIf(skipped)('merged files', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-merge-'))
    const section = { hardware: 'x86-64', system: 'Linux', application: 'Drawbridge', comments: ['capture of three agents'] }
    const none = new TimeMerge(sources.map(() => mergeInput(new Uint8Array(0))))
    for (const [name, bytes] of Object.entries({
      pcap: await collect(pcapOf(merge(), new PcapFile({ ethernet: false, snapLength: 160 }))),
      pcapng: await collect(pcapngOf(merge(), section, sources)),
      empty: await collect(pcapngOf(none, section, sources)),
    })) {
      files[name as keyof typeof files] = path.join(folder, name)
      await writeFile(path.join(folder, name), bytes)
    }
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are in strict order of time for capinfos, with all packets', async () => {
    for (const file of [files.pcap, files.pcapng]) {
      const text = await printed('capinfos', '-M', file)
      expect(text).toMatch(/Number of packets:\s+60\n/)
      expect(text).toMatch(/Strict time order:\s+True\n/)
    }
  })

  it('have the lengths, times and addresses of the packets', async () => {
    const packets = await rows(files.pcap, 'frame.time_epoch', 'frame.len', 'frame.cap_len', 'ip.src', 'ipv6.src')
    expect(packets.slice(0, 3)).toEqual([
      `${begin}.000000000\t40\t40\t192.0.2.1\t`,
      // The frame is 14 bytes longer than the packet.
      `${begin}.001000000\t1078\t78\t\t2001:db8::1`,
      `${begin}.002000000\t2058\t58\t192.0.2.1\t`,
    ])
    expect(packets).toHaveLength(60)
  })

  it('tell in pcapng which agent saw a packet, to the nanosecond', async () => {
    const packets = await rows(files.pcapng, 'frame.time_epoch', 'frame.interface_name', 'frame.protocols')
    expect(packets.slice(0, 3)).toEqual([
      `${begin}.000000000\tord1/prerouting\traw:ip:tcp`,
      `${begin}.001000007\tfra1/prerouting\teth:ethertype:ipv6:udp:dns`,
      `${begin}.002000014\tsin1/prerouting\traw:ip:udp:dns`,
    ])
  })

  it('tell in pcapng what was captured where, and what was lost', async () => {
    const text = await printed('capinfos', files.pcapng)
    const told = [
      'Capture hardware:    x86-64',
      'Capture application: Drawbridge',
      'capture of three agents',
      'Name = sin1/prerouting',
      'Description = edge sin1',
      'Capture length = 160',
      'Time precision = nanoseconds (9)',
      'Filter string = udp and src port 53',
      'Number of packets = 20',
      // What was lost; which numbers these are, only the dialogue of Wireshark shows.
      'Number of stat entries = 1',
    ]
    for (const line of told) expect(text).toContain(line)
  })

  it('of no packets are files too', async () => {
    expect(await printed('capinfos', files.empty)).toMatch(/Number of packets:\s+0\n/)
  })
})
