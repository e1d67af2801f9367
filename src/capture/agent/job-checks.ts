// What an agent asks of a job beyond its shape, before anything of it is done: the server has checked it too.
import { filterLimits } from '../../contract/agent-protocol.ts'
import type { CaptureJob } from '../../contract/capture.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'

/** @returns why the job is refused, or undefined */
export function jobFault(
  { filter, engine, hook, interface: name, delivery }: CaptureJob,
  allowFolders: readonly string[],
): string | undefined {
  if (name === null && (engine === 'interface' || hook === 'ingress')) {
    return `a capture with ${engine === 'interface' ? 'engine interface' : 'hook ingress'} needs an interface`
  }
  if (filter !== null && !isWithinLimits(filter)) {
    return `the filter is too large: ${filterLimits.conditions} conditions and ${filterLimits.depth} levels are the most`
  }
  if (delivery.kind === 'file' && allowFolders.length === 0) {
    return 'this agent writes no files; name folders in allow_folders of its configuration'
  }
  return undefined
}

function isWithinLimits(filter: PacketFilter): boolean {
  let conditions = 0
  // Level by level, not by recursion: the tree is the server's.
  let level: readonly PacketFilter[] = [filter]
  for (let depth = 1; level.length > 0; depth++) {
    conditions += level.length
    if (depth > filterLimits.depth || conditions > filterLimits.conditions) return false
    level = level.flatMap((node) => (node.kind === 'all' || node.kind === 'any' ? node.of : node.kind === 'not' ? [node.of] : []))
  }
  return true
}
