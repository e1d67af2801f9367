// How cheaply an attacker changes what a condition looks at, by field and by who writes the packet.
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { Variability } from '../../contract/signature.ts'
import { isReflected, protocolOf, reflectorOf } from './leaves.ts'

export interface Cost {
  readonly variability: Variability
  readonly why: string
}

interface Costs {
  /** The attacker's own packets. */
  readonly own: Cost
  /** Answers of others that he only causes. */
  readonly reflected: Cost
}

const free = (why: string): Cost => ({ variability: 'free', why })
const effort = (why: string): Cost => ({ variability: 'effort', why })
const fixed = (why: string): Cost => ({ variability: 'fixed', why })
const both = (cost: Cost): Costs => ({ own: cost, reflected: cost })

const costs = {
  protocol: both(fixed('another protocol is another attack')),
  version: both(effort('the target has to be reachable by the other IP version')),
  fragment: {
    own: free('the sender decides whether to fragment'),
    reflected: effort('only shorter answers are not fragmented, and they amplify less'),
  },
  source_port: {
    own: free('the sender chooses the source port of every packet'),
    reflected: fixed('the misused service answers from its own port'),
  },
  destination_port: {
    own: effort('the attacked service has its port; another port misses the service, but fills the line as well'),
    reflected: free('the request chooses the port that the answer goes to'),
  },
  flags: {
    own: effort('other flags are another attack, which hosts and firewalls treat differently'),
    reflected: fixed('the flags are those of the answer of an ordinary host'),
  },
  icmp_type: both(effort('another type is another attack')),
  icmp_code: both(free('the sender writes any code')),
  length: {
    own: free('the sender chooses the length of every packet'),
    reflected: effort('other lengths need other requests or other servers, and shorter answers amplify less'),
  },
  udp_length: {
    own: free('the sender chooses the length of every packet'),
    reflected: effort('other lengths need other requests or other servers, and shorter answers amplify less'),
  },
  ttl: {
    own: free('the sender chooses the value that it starts from'),
    reflected: effort('it depends on the reflectors and on how far away they are'),
  },
  dscp: both(free('the sender writes any value')),
  window: { own: free('the sender writes any window'), reflected: fixed('the answering hosts choose their window') },
  tcp_header: {
    own: free('the sender adds or leaves out options'),
    reflected: effort('the options of the answer follow those of the request'),
  },
  ip_id: { own: free('the sender writes any identification'), reflected: fixed('the answering hosts choose it') },
  dont_fragment: { own: free('the sender sets it or not'), reflected: fixed('the answering hosts choose it') },
  transport_bytes: {
    own: free('a tool that forges packets writes any header bytes'),
    reflected: fixed('the answering hosts write them'),
  },
  payload: {
    own: free('the payload is filler that nobody reads'),
    reflected: effort('the misused service writes its answer; other bytes need another request'),
  },
  source: {
    own: free('sources can be forged, and hired hosts are replaced'),
    reflected: effort('other reflectors have to be found'),
  },
  destination: both(fixed('the target is the purpose of the attack')),
  negated: both(free('what is left out evades it')),
} as const satisfies Record<string, Costs>

/** Of one condition among those that hold together with it. */
export function variabilityOf(condition: PacketFilter, conditions: readonly PacketFilter[]): Cost {
  const { own, reflected } = costs[costKey(condition)]
  return isReflected(conditions) && isWrittenByOthers(condition, conditions) ? reflected : own
}

/** Of a TCP answer its payload is empty: what it says about payload and length is of services over UDP. */
function isWrittenByOthers(condition: PacketFilter, conditions: readonly PacketFilter[]): boolean {
  return reflectorOf(conditions) !== undefined || protocolOf(conditions) === 6 || condition.kind !== 'bytes'
}

function costKey(condition: PacketFilter): keyof typeof costs {
  if (condition.kind === 'number') return condition.field
  if (condition.kind === 'tcp_flags') return 'flags'
  if (condition.kind === 'fragment') return 'fragment'
  if (condition.kind === 'bytes') return condition.base === 'payload' ? 'payload' : 'transport_bytes'
  if (condition.kind === 'address') return condition.side === 'destination' ? 'destination' : 'source'
  if (condition.kind === 'port') return condition.side === 'source' ? 'source_port' : 'destination_port'
  return condition.kind === 'not' ? 'negated' : 'payload'
}
