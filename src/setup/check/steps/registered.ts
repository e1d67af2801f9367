// Step 2: is the sender registered, so that its flows are kept?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge, Surroundings } from '../surroundings.ts'
import { listText, sameFamily } from '../wording.ts'

export const registeredStep: StepJudge = (facts, around) => {
  const { address } = facts
  const { registration, status } = around
  const moved = otherFamily(facts, around)
  if (address === '') return waiting('registered', 'Waits for a sender.')
  if (registration === 'agent') return judged('registered', `Registered by its sFlow agent address ${status?.address ?? ''}.`, moved)
  if (registration === 'own') return judged('registered', `${address} is registered.`, moved)
  if (registration === 'foreign') return judged('registered', '', [foreign(address)])
  return judged('registered', '', [unregistered(facts), ...moved])
}

function unregistered({ address, datagrams }: SenderFacts): CheckFinding {
  return finding('unregistered', datagrams > 0 ? 'failed' : 'waiting', {
    text: `${address} is not registered: what it sends is counted and thrown away.`,
    advice: 'Register it, if it is your router.',
    command: `drawbridge router-check ${address} --register`,
    values: { address },
    action: { kind: 'register', address },
  })
}

function foreign(address: string): CheckFinding {
  return finding('unregistered', 'failed', {
    text: `${address} is registered in another account of this Drawbridge, which keeps its flows.`,
    advice: 'An address belongs to one account. Whoever runs Drawbridge can remove it there; then register it here.',
    values: { address },
  })
}

/** The router is registered, or expected, by its address of the other family. */
function otherFamily(
  { address, datagrams }: SenderFacts,
  { registration, expected, silentRouters, newSenders }: Surroundings,
): CheckFinding[] {
  if (datagrams > 0) {
    const candidates = silentRouters.filter((router) => !sameFamily(router, address))
    return registration === 'none' && candidates.length > 0 ? [movedFinding(candidates, address)] : []
  }
  const other = newSenders.find((sender) => expected !== null && !sameFamily(sender.address, expected))
  return other === undefined || expected === null ? [] : [movedFinding([expected], other.address)]
}

function movedFinding(known: readonly string[], sender: string): CheckFinding {
  const family = sender.includes(':') ? 'IPv6' : 'IPv4'
  const shown = known.slice(0, 3)
  return finding('registered_elsewhere_family', 'warning', {
    text: `${sender} sends by ${family}, while ${listText(shown)} ${shown.length === 1 ? 'is' : 'are'} silent: it may be the same router.`,
    advice: `Register ${sender} as well, or let the router send to an ${family === 'IPv6' ? 'IPv4' : 'IPv6'} address of this machine. Each address is a router of its own here.`,
    command: `drawbridge router-check ${sender} --register`,
    values: { sender, known: shown },
    action: { kind: 'register', address: sender },
  })
}
