// Whether the agent that the server runs for its own host has its programs.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'

export interface CapturesReading {
  /** `captures.local_agent.enabled`. */
  readonly enabled: boolean
  /** Of nft, tcpdump and setpriv those that are not on the path. */
  readonly missing: readonly string[]
  /** Whether this process may do what captures need (CAP_NET_ADMIN, CAP_NET_RAW); null where it is not told. */
  readonly privileged: boolean | null
}

/** Debian's names of the packages; others use the same for the first two. */
const packages: Readonly<Record<string, string>> = { nft: 'nftables', tcpdump: 'tcpdump', setpriv: 'util-linux' }

export function checkCaptures({ enabled, missing, privileged }: CapturesReading): DoctorFinding {
  if (!enabled) return fine('captures', 'Packets of this host are not captured (captures.local_agent.enabled is false).')
  if (missing.length > 0) {
    return found('captures', 'failed', `The local agent needs ${missing.join(', ')}, which this machine has not.`, {
      advice: 'Install them.',
      command: `sudo apt-get install ${missing.map((name) => packages[name] ?? name).join(' ')}`,
    })
  }
  if (privileged === false) {
    return found('captures', 'warning', 'The local agent needs the rights of root, or CAP_NET_ADMIN and CAP_NET_RAW.', {
      advice: 'Start the server with them; deploy/drawbridge.service shows how. The agent tells what it lacks:',
      command: 'sudo drawbridge agent doctor',
    })
  }
  return fine('captures', 'The local agent has the programs that it needs.')
}
