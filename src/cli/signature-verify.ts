// Lets other tools judge a signature: tcpdump and tshark filter capture files, nft reads the rules. What they hold is
// compared with what our own test holds, packet by packet.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { PacketFilter } from '../contract/packet-filter.ts'
import { bpfText } from '../filter/bpf-filter.ts'
import { FilterError } from '../filter/filter-error.ts'
import { filterText } from '../filter/filter-text.ts'
import { packetTest } from '../filter/packet-test.ts'
import { wiresharkOptions, wiresharkText } from '../filter/wireshark-filter.ts'
import { openFeed } from '../signature/files.ts'
import type { FedPacket } from '../signature/packet-feed.ts'
import { renderSignature } from '../signature/renderings.ts'

const execute = promisify(execFile)

export interface Verification {
  readonly tool: 'tcpdump' | 'tshark' | 'nft'
  /** Name of the capture; of nft that it was loaded, without being put in force. */
  readonly file: string
  /** Packets that the tool holds, and those that we hold. */
  readonly theirs: number
  readonly ours: number
  /** Packets that one of the two holds and the other does not; of nft 1 when it refuses the rules. */
  readonly differences: number
  /** Why there is nothing to compare. */
  readonly skipped?: string
}

/** @param paths pcap or pcapng captures */
export async function verifySignature(filter: PacketFilter, paths: readonly string[]): Promise<readonly Verification[]> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-verify-'))
  try {
    const found: Verification[] = []
    for (const path of paths) {
      const ours = await heldPackets(path, filter)
      const comparison = { filter, path, folder, ours }
      found.push(...(await Promise.all([verifyWith('tcpdump', comparison), verifyWith('tshark', comparison)])))
    }
    return [...found, await verifyRules(filter, folder)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function verificationText(filter: PacketFilter, found: readonly Verification[]): string {
  const lines = found.map(({ tool, file, theirs, ours, differences, skipped }) => {
    const head = `${tool.padEnd(8)} ${file}`
    if (skipped !== undefined) return `${head}: not compared, ${skipped}`
    if (tool === 'nft') return `${head}: ${differences === 0 ? 'taken' : 'refused'}`
    return differences === 0
      ? `${head}: the same ${theirs} packets`
      : `${head}: DIFFERS in ${differences} packets: ${theirs} of theirs, ${ours} of ours`
  })
  return `${filterText(filter)}\n${lines.join('\n')}\n`
}

/** A packet by its time and its bytes from the IP header on, in the order of the file. */
async function heldPackets(path: string, filter: PacketFilter | null): Promise<string[]> {
  const feed = await openFeed(path)
  const test = packetTest(filter)
  const held: string[] = []
  await feed.each((packet) => {
    if (test(packet.layout)) held.push(identity(packet))
  })
  return held
}

/** Tools write microseconds where they are not told otherwise. */
function identity({ layout, seconds, nanoseconds }: FedPacket): string {
  let hash = 0x811c9dc5
  for (let at = layout.ip; at < layout.end; at++) hash = Math.imul(hash ^ (layout.bytes[at] ?? 0), 0x01000193)
  return `${seconds}.${Math.floor(nanoseconds / 1000)} ${layout.end - layout.ip} ${hash >>> 0}`
}

interface Comparison {
  readonly filter: PacketFilter
  readonly path: string
  readonly folder: string
  readonly ours: readonly string[]
}

const argumentsOf = {
  tcpdump: (filter: PacketFilter, path: string, output: string) => ['-Z', 'root', '-r', path, '-w', output, bpfText(filter)],
  tshark: (filter: PacketFilter, path: string, output: string) =>
    wiresharkOptions
      .flatMap((option) => ['-o', option])
      .concat('-n', '-r', path, '-Y', wiresharkText(filter), '-F', 'pcapng', '-w', output),
} as const

async function verifyWith(tool: 'tcpdump' | 'tshark', { filter, path, folder, ours }: Comparison): Promise<Verification> {
  const output = join(folder, `${tool}.matched`)
  const found = { tool, file: basename(path), ours: ours.length } as const
  const skipped = await runCompiled(tool, () => argumentsOf[tool](filter, path, output))
  // tcpdump refuses what it finds contradictory.
  if (skipped?.includes('expression rejects all packets')) return { ...found, theirs: 0, differences: ours.length }
  if (skipped !== null) return { ...found, theirs: 0, differences: 0, skipped }
  const theirs = await heldPackets(output, null)
  return { ...found, theirs: theirs.length, differences: differencesOf(theirs, ours) }
}

async function runCompiled(tool: string, args: () => readonly string[]): Promise<string | null> {
  try {
    return await runTool(tool, args())
  } catch (error) {
    if (error instanceof FilterError) return error.message
    throw error
  }
}

/** Null when it has run; otherwise why it has not. */
async function runTool(tool: string, args: readonly string[]): Promise<string | null> {
  try {
    await execute(tool, [...args], { maxBuffer: 16 * 1024 * 1024 })
    return null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return `${tool} is not installed`
    // execFile adds what the program has written.
    const { stderr } = error as { readonly stderr?: string }
    const reason = stderr?.trim().split('\n').at(-1)
    if (reason === undefined || reason === '') throw error
    return reason.startsWith(tool) ? reason : `${tool}: ${reason}`
  }
}

/** How many are in one of the two only; the same packet may be there several times. */
function differencesOf(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const packet of one) counts.set(packet, (counts.get(packet) ?? 0) + 1)
  for (const packet of other) counts.set(packet, (counts.get(packet) ?? 0) - 1)
  return [...counts.values()].reduce((sum, number) => sum + Math.abs(number), 0)
}

/** The kernel reads the rules and puts nothing in force. */
async function verifyRules(filter: PacketFilter, folder: string): Promise<Verification> {
  const nothing = { tool: 'nft', file: 'the rules', theirs: 0, ours: 0, differences: 0 } as const
  const { text, notes } = renderSignature(filter, 'nftables', { name: 'check', report: null })
  if (text === '') return { ...nothing, skipped: notes.join(' ') }
  if (process.getuid?.() !== 0) return { ...nothing, skipped: 'nft wants root' }
  const file = join(folder, 'rules.nft')
  await writeFile(file, text)
  const refused = await runTool('nft', ['-c', '-f', file])
  if (refused === null) return nothing
  return refused.endsWith('is not installed') ? { ...nothing, skipped: refused } : { ...nothing, differences: 1 }
}
