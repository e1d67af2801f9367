// Datagrams that the kernel threw away because a socket's buffer was full, from /proc/net/udp and udp6 (Linux).
import { readFileSync, readlinkSync } from 'node:fs'

/** The inode of a socket of this process, null where /proc does not tell. */
export function socketInode(fd: number): string | null {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? null
  } catch {
    // No /proc (a container may hide it): drops are then shown as unknown.
    return null
  }
}

/** Drops since each socket was opened, in the order of `inodes`; null where unknown. */
export function readKernelDrops(inodes: readonly (string | null)[]): (number | null)[] {
  const drops = new Map<string, number>()
  for (const file of ['/proc/self/net/udp', '/proc/self/net/udp6']) {
    for (const line of readLines(file)) {
      // sl local rem st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops
      const fields = line.trim().split(/\s+/)
      const inode = fields[9]
      if (inode !== undefined && inodes.includes(inode)) drops.set(inode, Number(fields[12]))
    }
  }
  return inodes.map((inode) => (inode === null ? null : (drops.get(inode) ?? null)))
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n').slice(1)
  } catch {
    // A kernel without IPv6 has no udp6.
    return []
  }
}
