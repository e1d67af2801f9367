// Who a capture's nftables table and tcpdump belong to, as written on both: enough to tell, after a crash, what is left
// behind from what another agent on the same host still uses.
import { readFileSync, readlinkSync } from 'node:fs'

/** Environment variable of our tcpdump processes: `<id> <owner>`. */
export const captureVariable = 'DRAWBRIDGE_CAPTURE'

/** A process: its PID namespace, its id there, and when it started, in ticks since boot. */
export interface CaptureOwner {
  readonly namespace: string
  readonly pid: number
  readonly started: string
}

export interface CaptureMark {
  /** 32 hex digits. */
  readonly id: string
  /** When the owner ends it by itself, in ms since 1970. */
  readonly until: number
  readonly owner: CaptureOwner
}

const ownerPattern = /^(\d+)\/(\d+)\/(\d+)$/
const commentPattern = /^drawbridge capture ([0-9a-f]{32}) until (\S+) by (\S+)$/

/** This process. */
export function ownProcess(): CaptureOwner {
  return { namespace: pidNamespace(), pid: process.pid, started: startOf(process.pid) ?? '0' }
}

export function ownerText({ namespace, pid, started }: CaptureOwner): string {
  return `${namespace}/${pid}/${started}`
}

export function readOwner(text: string): CaptureOwner | undefined {
  const [, namespace, pid, started] = ownerPattern.exec(text) ?? []
  if (namespace === undefined || started === undefined) return undefined
  return { namespace, pid: Number(pid), started }
}

/** Comment of the table and of its counting rule; below nftables' limit of 128 characters. */
export function markComment({ id, until, owner }: CaptureMark): string {
  const end = new Date(until).toISOString().replace(/\.\d+/, '')
  return `drawbridge capture ${id} until ${end} by ${ownerText(owner)}`
}

/** @returns undefined for a comment that is not ours */
export function readMark(comment: string): CaptureMark | undefined {
  const [, id, end, by] = commentPattern.exec(comment) ?? []
  const owner = readOwner(by ?? '')
  if (id === undefined || end === undefined || owner === undefined) return undefined
  const until = Date.parse(end)
  return Number.isNaN(until) ? undefined : { id, until, owner }
}

/** Whether the process is gone. Of another PID namespace that cannot be told: the answer is false. */
export function isGone({ namespace, pid, started }: CaptureOwner): boolean {
  return namespace === pidNamespace() && startOf(pid) !== started
}

/** `pid:[4026531836]` without what is around the number. */
function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, field 2, may hold spaces and parentheses; the fields behind it count from 3.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
