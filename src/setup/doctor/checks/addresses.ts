// Where routers can send to, and whether what they send comes with their own addresses.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'

export interface AddressesReading {
  /** Of this machine, without loopback and link-local. */
  readonly addresses: readonly { readonly name: string; readonly address: string }[]
  /** Kind of the container that this is in; null for none that could be seen. */
  readonly container: string | null
  /** Whether its interfaces are ends of links that lead out of it, as behind a bridge. */
  readonly bridged: boolean
}

/** As many as a line can have. */
const shown = 6

export function checkAddresses({ addresses, container, bridged }: AddressesReading): DoctorFinding[] {
  const findings = [reachable(addresses)]
  if (container !== null && bridged) findings.push(behindBridge(container))
  return findings
}

function reachable(addresses: AddressesReading['addresses']): DoctorFinding {
  if (addresses.length === 0) {
    return found('addresses', 'warning', 'This machine has no address but loopback: no router can reach it.', {
      advice: 'Give it an address, or see whether its network is up.',
      command: 'ip address',
    })
  }
  const list = addresses.slice(0, shown).map(({ name, address }) => `${address} (${name})`)
  const more = addresses.length > shown ? ` and ${addresses.length - shown} more` : ''
  return fine('addresses', `Routers can send to ${list.join(', ')}${more}.`)
}

function behindBridge(container: string): DoctorFinding {
  return found(
    'addresses',
    'warning',
    `This is a container (${container}) behind a bridge, which may replace the addresses of routers by its own.`,
    {
      advice:
        'Use the network of the host (docker run --network host; hostNetwork: true in Kubernetes): routers are then told apart by their addresses, and no port has to be published.',
    },
  )
}
