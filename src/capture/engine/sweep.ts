// Removes what agents left behind that were killed: nftables tables on kernels that do not remove them, and tcpdump processes.
// Other agents may work on the same host: only what its owner cannot need any more goes.
import { readdir, readFile } from 'node:fs/promises'
import { captureVariable, isGone, readMark, readOwner, type CaptureMark } from './capture-owner.ts'
import { runProgram } from './programs.ts'

export interface SweepResult {
  /** Names of tables that were removed. */
  readonly tables: readonly string[]
  /** Process ids of tcpdumps that were killed. */
  readonly processes: readonly number[]
  /** What could not be removed, and why. */
  readonly failures: readonly string[]
}

interface OwnTable {
  readonly family: string
  readonly name: string
}

/** Ours have such names; whoever else has one has other comments on its rules. nft's text: see nft-session.ts for what JSON does. */
const tableLine = /^table (inet|netdev) (drawbridge_[0-9a-f]{32})$/gm
const comments = /\bcomment "([^"]*)"/g

/** How long after its deadline a capture may still be about to end. */
const graceMs = 120_000

/** To be run at the start of an agent. @throws Error when nft does not run */
export async function sweep(): Promise<SweepResult> {
  const tables: string[] = []
  const failures: string[] = []
  for (const table of await ownTables()) {
    try {
      if (await sweepTable(table)) tables.push(table.name)
    } catch (error) {
      // Also a table that the kernel keeps for an owner that lives: deleting it is refused.
      failures.push(`${table.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { tables, processes: await sweepProcesses(), failures }
}

async function ownTables(): Promise<OwnTable[]> {
  const listing = await runProgram('nft', ['list', 'tables'])
  return [...listing.matchAll(tableLine)].map(([, family = '', name = '']) => ({ family, name }))
}

async function sweepTable({ family, name }: OwnTable): Promise<boolean> {
  const listing = await runProgram('nft', ['-t', 'list', 'table', family, name])
  const mark = [...listing.matchAll(comments)].map(([, comment = '']) => readMark(comment)).find((found) => found !== undefined)
  if (mark === undefined || !isLeft(mark)) return false
  await runProgram('nft', ['delete', 'table', family, name])
  return true
}

function isLeft({ owner, until }: CaptureMark): boolean {
  return isGone(owner) || Date.now() > until + graceMs
}

/** The kernel kills them together with their agent. What is found here was started by one that died in the very moment. */
async function sweepProcesses(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const killed: number[] = []
  for (const pid of pids) {
    if (!(await isLeftProcess(pid))) continue
    try {
      process.kill(pid, 'SIGKILL')
      killed.push(pid)
    } catch {
      // It has ended by itself, or is another user's, whose agent sweeps it.
    }
  }
  return killed
}

async function isLeftProcess(pid: number): Promise<boolean> {
  try {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'tcpdump') return false
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    const mark = environment.find((line) => line.startsWith(`${captureVariable}=`))
    const owner = readOwner(mark?.split(' ')[1] ?? '')
    return owner !== undefined && isGone(owner)
  } catch {
    // It has ended, or is another user's.
    return false
  }
}
