// How the table of firewall rules says whose it is, and the removal of those whose agent was killed on a kernel that knows no
// owners of tables.
import { createHash } from 'node:crypto'
import { isGone, ownerText, ownProcess, readOwner } from '../../capture/engine/capture-owner.ts'
import { runProgram } from '../../capture/engine/programs.ts'

/** Of this process. */
export function ownTableName(): string {
  const digest = createHash('sha256').update(ownerText(ownProcess())).digest('hex')
  return `drawbridge_firewall_${digest.slice(0, 8)}`
}

/** Comment of a rule in the table. @param change number of the last change; other text than that of any other change */
export function changeComment(change: number): string {
  return `drawbridge firewall change ${change} by ${ownerText(ownProcess())}`
}

const tableLine = /^table inet (drawbridge_firewall_[0-9a-f]{8})$/gm
const comment = /\bcomment "drawbridge firewall change \d+ by ([^"]*)"/

interface LeftTables {
  /** Names of tables that were removed. */
  readonly removed: readonly string[]
  /** What could not be removed, and why. */
  readonly failures: readonly string[]
}

/** Removes tables whose agent is gone; to be run at the start of an agent. @throws Error when nft does not run */
export async function removeLeftTables(): Promise<LeftTables> {
  const removed: string[] = []
  const failures: string[] = []
  const listing = await runProgram('nft', ['list', 'tables'])
  for (const [, name = ''] of listing.matchAll(tableLine)) {
    try {
      if (!(await isLeft(name))) continue
      await runProgram('nft', ['delete', 'table', 'inet', name])
      removed.push(name)
    } catch (error) {
      // Also a table that has gone meanwhile.
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { removed, failures }
}

async function isLeft(name: string): Promise<boolean> {
  const [, owner = ''] = comment.exec(await runProgram('nft', ['-t', 'list', 'table', 'inet', name])) ?? []
  const found = readOwner(owner)
  return found !== undefined && isGone(found)
}
