// Reads how much memory programs can still have, of the machine or of the container that this is in.
import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'

export interface MemoryRoom {
  readonly total: number
  readonly available: number
}

export async function readMemory(): Promise<MemoryRoom> {
  const [machine, limit, used] = await Promise.all(
    ['/proc/meminfo', '/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'].map(readText),
  )
  const room = parseMeminfo(machine ?? '') ?? { total: totalmem(), available: freemem() }
  return withinLimit(room, limit ?? '', used ?? '')
}

/** @param text of /proc/meminfo */
export function parseMeminfo(text: string): MemoryRoom | null {
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024
  const [total, available] = [of('MemTotal'), of('MemAvailable')]
  return Number.isNaN(total) || Number.isNaN(available) ? null : { total, available }
}

/** Memory of a container with a limit (cgroup v2): a number of bytes, or `max`. */
export function withinLimit(room: MemoryRoom, limit: string, used: string): MemoryRoom {
  if (!/^\d+\s*$/.test(limit) || Number(limit) >= room.total) return room
  const left = Math.max(0, Number(limit) - (/^\d+\s*$/.test(used) ? Number(used) : 0))
  return { total: Number(limit), available: Math.min(room.available, left) }
}

function readText(file: string): Promise<string | null> {
  // Not Linux, or no container: the file is not there.
  return readFile(file, 'utf8').catch(() => null)
}
