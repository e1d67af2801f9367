// CPU time and memory of a process and all its descendants, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc (USER_HZ): 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold spaces: fields are counted from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]), pages: Number(fields[21]) }
  } catch {
    // Ended between the listing and the read.
    return undefined
  }
}

/** @returns {{ cpuSeconds: number, rssBytes: number }} sums over the tree of `root` */
export function treeUsage(root) {
  const stats = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(name)
    if (stat !== undefined) stats.set(Number(name), stat)
  }
  let ticks = 0
  let pages = 0
  for (const [pid, stat] of stats) {
    if (!belongsTo(pid, root, stats)) continue
    ticks += stat.ticks
    pages += stat.pages
  }
  return { cpuSeconds: ticks / ticksPerSecond, rssBytes: pages * 4096 }
}

function belongsTo(pid, root, stats) {
  for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) if (at === root) return true
  return false
}
