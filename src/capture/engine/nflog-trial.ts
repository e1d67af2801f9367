// Tries whether captures by nftables work on this host: a table that matches no packet, and a tcpdump that listens.
import { newId } from '../../base/secret.ts'
import type { AgentFinding } from '../../contract/agent.ts'
import { ownProcess } from './capture-owner.ts'
import { CaptureTable } from './capture-table.ts'
import type { NflogGroups } from './nflog-groups.ts'
import { Tcpdump } from './tcpdump.ts'

const trialMs = 60_000

/** Everything that a capture uses is set up as in one: rules that sample and limit, the group, its reader. Then it is removed. */
export async function tryNflog(groups: NflogGroups): Promise<readonly AgentFinding[]> {
  const mark = { id: newId(), until: Date.now() + trialMs, owner: ownProcess() }
  let group: number | undefined
  let tcpdump: Tcpdump | undefined
  let table: CaptureTable | undefined
  try {
    group = await groups.allot()
    tcpdump = new Tcpdump(['-i', `nflog:${group}`], mark, { packet: () => undefined, failed: () => undefined })
    await tcpdump.start()
    const plan = { mark, hook: 'prerouting', interface: 'lo', sampling: 2, snapLength: 160, group, alternatives: [] } as const
    table = new CaptureTable(plan, () => undefined)
    await table.install()
    return [nflogWorks, ownerFinding(table.owned)]
  } catch (error) {
    return [{ id: 'nflog', state: 'failed', message: messageOf(error), command: null }]
  } finally {
    await tcpdump?.stop()
    await table?.remove()
    if (group !== undefined) groups.free(group)
  }
}

const nflogWorks: AgentFinding = { id: 'nflog', state: 'ok', message: 'nftables logs packets and tcpdump reads them.', command: null }

function ownerFinding(owned: boolean): AgentFinding {
  const id = 'owner_tables'
  if (owned) return { id, state: 'ok', message: 'The kernel removes our rules when the agent dies.', command: null }
  const message =
    'Rules of captures and of the firewall stay when the agent is killed, until its next start (Linux before 5.12, nftables before 1.0).'
  return { id, state: 'warning', message, command: null }
}

/** A finding has room for 1024 characters. */
function messageOf(error: unknown): string {
  return `Captures by nftables do not work: ${error instanceof Error ? error.message : String(error)}`.slice(0, 1000)
}
