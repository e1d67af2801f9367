// Looks at a filter before it may drop anything: whether it says too little, and which protected traffic it would also match.
// The agents spare that traffic whatever the filter says; here it is only told.
import { parsePrefixOrAddress } from '../../base/ip-prefix.ts'
import type { LinkedAgent } from '../../capture/agent-links.ts'
import type { FirewallProtection } from '../../contract/firewall.ts'
import type { FilterSide, NumberSpan, PacketFilter } from '../../contract/packet-filter.ts'
import type { Alternative, Alternatives } from '../../filter/alternatives.ts'
import { filterAlternatives, type FilterFieldName } from '../../filter/filter-alternatives.ts'
import { headerFields, isHeaderField } from '../../filter/header-fields.ts'
import { complement, intersection, type ValueSet } from '../../filter/value-set.ts'

type Parts = Alternatives<FilterFieldName>

/** A condition that more of its values meet than this one in a hundred is left out narrows nothing: `ttl > 1`, `port != 53`. */
const mostOfAll = 95n
/** Lengths are measured by the packets that there are, not by what the field could say. */
const longestUsual = 1500n

/** What is said of a filter that holds too much; undefined when it is narrow enough to drop. @throws FilterError */
export function breadth(filter: PacketFilter): string | undefined {
  const wide = filterAlternatives(filter).filter((part) => ![...part].some(([field, values]) => narrows(field, values)))
  if (wide.length === 0) return undefined
  return wide.some(isEverything) ? 'every packet matches' : 'nearly every packet of a protocol or an IP version matches'
}

function isEverything(part: Alternative<FilterFieldName>): boolean {
  return [...part].every(([field, values]) => field === 'protocol' && complement(values, headerFields.protocol.most).length === 0)
}

function narrows(field: FilterFieldName, values: ValueSet): boolean {
  if (!isHeaderField(field)) return true
  if (field === 'version' || field === 'protocol' || field === 'nextHeader6') return false
  // 0 is a packet that is no fragment.
  if (field === 'fragment') return !values.some(([from]) => from === 0n)
  const all = field === 'length4' || field === 'length6' ? longestUsual : headerFields[field].most
  const size = intersection(values, [[0n, all]]).reduce((sum, [from, to]) => sum + to - from + 1n, 0n)
  return size * 100n < (all + 1n) * mostOfAll
}

/** Whether there is a packet that matches. @throws FilterError */
export function isPossible(filter: PacketFilter): boolean {
  return filterAlternatives(filter).length > 0
}

/** Prefixes that a sentence names. */
const named = 8

/**
 * Protected traffic that the filter would also match, as sentences. Reckoned with what header fields can be at once: what a
 * filter says about bytes of the payload excludes none of it.
 * @param agents that get the rule; their addresses are what "the host itself" is
 * @throws FilterError
 */
export function sparedBy(filter: PacketFilter, protection: FirewallProtection, agents: readonly LinkedAgent[]): string[] {
  const parts = filterAlternatives(filter)
  const meetsIt = (other: PacketFilter) => meet(parts, filterAlternatives(other))
  const kinds = protectedKinds(protection, hostAddresses(agents)).filter(({ traffic }) => meetsIt(traffic))
  return [...kinds.map(({ name }) => `${name} is spared`), ...prefixSentences(protection.prefixes, meetsIt)]
}

/** Whether one packet can be of both. */
function meet(some: Parts, others: Parts): boolean {
  return some.some((one) => others.some((other) => agree(one, other)))
}

function agree(one: Alternative<FilterFieldName>, other: Alternative<FilterFieldName>): boolean {
  return [...one].every(([field, values]) => {
    const known = other.get(field)
    return known === undefined || intersection(values, known).length > 0
  })
}

interface ProtectedKind {
  readonly name: string
  readonly traffic: PacketFilter
}

const all = (...of: readonly PacketFilter[]): PacketFilter => ({ kind: 'all', of })
const any = (...of: readonly PacketFilter[]): PacketFilter => ({ kind: 'any', of })
const only = (number: number): NumberSpan => [number, number]
const protocol = (...numbers: readonly number[]): PacketFilter => ({ kind: 'number', field: 'protocol', spans: numbers.map(only) })
const ports = (side: FilterSide, ...numbers: readonly number[]): PacketFilter => ({ kind: 'port', side, spans: numbers.map(only) })

/** What agents let through before any rule, see src/firewall/agent/guard.ts, but for what they alone know: their own connection. */
function protectedKinds({ local_ports }: FirewallProtection, toHost: PacketFilter): ProtectedKind[] {
  const local = local_ports.map((port) => ({
    name: `TCP port ${port}${port === 22 ? ' (SSH)' : ''} of the agents' hosts`,
    traffic: all(toHost, protocol(6), ports('destination', port)),
  }))
  return [
    ...local,
    { name: "BGP of the agents' hosts (TCP port 179)", traffic: all(toHost, protocol(6), ports('either', 179)) },
    {
      name: 'IPv6 neighbour and listener discovery',
      traffic: all(protocol(58), any(discovered(255, [133, 137]), discovered(1, [130, 132], only(143)))),
    },
    { name: "OSPF, PIM, VRRP and IGMP of the agents' hosts", traffic: protocol(2, 89, 103, 112) },
    { name: "BFD of the agents' hosts", traffic: all(toHost, protocol(17), ports('destination', 3784, 3785, 4784)) },
    // Only of the servers that the host asks, which it knows best.
    { name: "Name service of the agents' hosts", traffic: all(toHost, protocol(6, 17), ports('source', 53)) },
    { name: "DHCP of the agents' hosts", traffic: all(toHost, protocol(17), ports('destination', 68, 546), ports('source', 67, 547)) },
  ]
}

function discovered(hopLimit: number, ...types: readonly NumberSpan[]): PacketFilter {
  return all({ kind: 'number', field: 'ttl', spans: [only(hopLimit)] }, { kind: 'number', field: 'icmp_type', spans: types })
}

/** Packets to one of the agents itself; to anywhere when the addresses of one of them are not known. */
function hostAddresses(agents: readonly LinkedAgent[]): PacketFilter {
  if (agents.length === 0 || agents.some(({ facts }) => facts === null || facts.interfaces.length === 0)) return all()
  const texts = agents.flatMap(({ facts }) => facts?.interfaces.flatMap(({ addresses }) => addresses) ?? [])
  const prefixes = texts.flatMap((text) => {
    const [address = ''] = text.split(/[/%]/)
    return parsePrefixOrAddress(address) === undefined ? [] : [`${address}/${address.includes(':') ? 128 : 32}`]
  })
  return prefixes.length === 0 ? all() : { kind: 'address', side: 'destination', prefixes }
}

function prefixSentences(prefixes: readonly string[], meetsIt: (traffic: PacketFilter) => boolean): string[] {
  const found = meeting(prefixes, meetsIt, named + 1)
  if (found.length === 0) return []
  const more = found.length > named ? ' and others' : ''
  return [`Protected networks are spared, as source and as destination: ${found.slice(0, named).join(', ')}${more}`]
}

/** Those that meet, so many at the most. By halves: of a thousand networks a filter mostly meets few. */
function meeting(prefixes: readonly string[], meetsIt: (traffic: PacketFilter) => boolean, most: number): string[] {
  if (prefixes.length === 0 || most <= 0 || !meetsEitherSide(prefixes, meetsIt)) return []
  if (prefixes.length === 1) return [...prefixes]
  const middle = Math.ceil(prefixes.length / 2)
  const first = meeting(prefixes.slice(0, middle), meetsIt, most)
  return [...first, ...meeting(prefixes.slice(middle), meetsIt, most - first.length)]
}

function meetsEitherSide(prefixes: readonly string[], meetsIt: (traffic: PacketFilter) => boolean): boolean {
  return (['source', 'destination'] as const).some((side) => meetsIt({ kind: 'address', side, prefixes }))
}
