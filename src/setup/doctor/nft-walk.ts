// Follows the first datagram of a router through the chains of nftables: is it let through, dropped, or does it depend on
// what cannot be known here, as its source address? Everything that is not understood counts as "may be".
import { isNode, nameKey, type NftChain, type NftNode, type NftRuleset } from './nft-ruleset.ts'

export interface Datagram {
  readonly family: 4 | 6
  /** UDP destination port. */
  readonly port: number
}

/** `some`: what cannot be known here decides, as its source. */
export type Fate = 'passes' | 'some' | 'dropped'

/** null: it may hold or not. */
type Truth = boolean | null

/**
 * What can become of the datagram in a chain. `end`: it comes to the end, and what called the chain goes on. `stop`: it is
 * dropped by a rule for its port; `drop`: by any other rule.
 */
type Outcome = 'accept' | 'stop' | 'drop' | 'end'
type Outcomes = ReadonlySet<Outcome>

interface Walk {
  readonly ruleset: NftRuleset
  readonly datagram: Datagram
  /** By chain; undefined for those that are being followed. */
  readonly followed: Map<NftChain, Outcomes | undefined>
}

/** What a base chain does with the datagram. */
export function fateIn(chain: NftChain, ruleset: NftRuleset, datagram: Datagram): Fate {
  const outcomes = follow(chain, { ruleset, datagram, followed: new Map() })
  const passes = outcomes.has('accept') || (outcomes.has('end') && chain.policy === 'accept')
  const dropped = outcomes.has('stop') || outcomes.has('drop') || (outcomes.has('end') && chain.policy === 'drop')
  if (passes) return dropped ? 'some' : 'passes'
  return 'dropped'
}

const ends: Outcomes = new Set(['end'])

/** From the last rule to the first: what a rule leaves alone becomes what the rules after it make of it. */
function follow(chain: NftChain, walk: Walk): Outcomes {
  const known = walk.followed.get(chain)
  if (known !== undefined) return known
  // The kernel refuses chains that lead back to themselves.
  if (walk.followed.has(chain)) return ends
  walk.followed.set(chain, undefined)
  const outcomes = chain.rules.reduceRight((rest, rule) => judgeRule(rule, rest, chain, walk), ends)
  walk.followed.set(chain, outcomes)
  return outcomes
}

/** @param rest what becomes of it after the rule */
function judgeRule(rule: readonly NftNode[], rest: Outcomes, chain: NftChain, walk: Walk): Outcomes {
  if (isForReplies(rule)) return rest
  let holds: Truth = true
  let forPort = false
  for (const statement of rule) {
    const truth = truthOf(statement, chain, walk)
    if (truth === false) return rest
    if (truth === null) holds = null
    forPort ||= isPort(statement)
    const possible = verdictsOf(statement, chain, walk)
    if (possible.length > 0) return decide(possible, { holds, forPort, rest, chain, walk })
  }
  return rest
}

interface Place {
  readonly holds: Truth
  /** Whether the rule is for the port of the datagram. */
  readonly forPort: boolean
  readonly rest: Outcomes
  readonly chain: NftChain
  readonly walk: Walk
}

function decide(possible: readonly PossibleVerdict[], place: Place): Outcomes {
  const { holds, rest } = place
  return possible.reduceRight((after, { verdict, certain }) => {
    const taken = apply(verdict, place)
    return holds === true && certain ? taken : joined(taken, after)
  }, rest)
}

/**
 * What becomes of it when a rule may hold. Drops that are not for the port do not count then, or each list of bad
 * senders would be a doubt; nor do those that come after a rule by which the datagram may have left the chain.
 */
function joined(taken: Outcomes, rest: Outcomes): Outcomes {
  const mayLeave = taken.size === 1 && taken.has('end')
  const counts = (outcomes: Outcomes, all: boolean) => [...outcomes].filter((outcome) => all || outcome !== 'drop')
  return new Set([...counts(taken, false), ...counts(rest, !mayLeave)])
}

function apply(verdict: NftNode, { forPort, rest, chain, walk }: Place): Outcomes {
  const dropped = new Set<Outcome>([forPort ? 'stop' : 'drop'])
  if ('return' in verdict) return ends
  if ('accept' in verdict) return new Set(['accept'])
  // A program decides.
  if ('queue' in verdict) return new Set<Outcome>(['accept', ...dropped])
  // Extensions of iptables that nft cannot translate: of the targets only these two end the way.
  if ('xt' in verdict) return isRefusal(verdict['xt']) ? dropped : rest
  const to = verdict['jump'] ?? verdict['goto']
  if (to === undefined) return 'drop' in verdict || 'reject' in verdict ? dropped : rest
  const target = isNode(to) && typeof to['target'] === 'string' ? to['target'] : ''
  const next = walk.ruleset.chains.get(nameKey(chain.family, chain.table, target))
  const there = next === undefined ? ends : follow(next, walk)
  const named = [...there].map((outcome) => (outcome === 'drop' && forPort ? 'stop' : outcome))
  // After goto the end of that chain is the end of this one.
  if ('goto' in verdict || !there.has('end')) return new Set(named)
  return new Set([...named.filter((outcome) => outcome !== 'end'), ...rest])
}

function isRefusal(xt: unknown): boolean {
  return isNode(xt) && xt['type'] === 'target' && (xt['name'] === 'REJECT' || xt['name'] === 'DROP')
}

/**
 * A rule of iptables that asks for nothing but the state of a connection, which nft does not show: it is the one that
 * lets answers in, or drops what is invalid. The first datagram of a router is neither.
 */
function isForReplies(rule: readonly NftNode[]): boolean {
  const conditions = rule.filter((statement) => 'match' in statement || (isNode(statement['xt']) && statement['xt']['type'] === 'match'))
  return conditions.length > 0 && conditions.every(({ xt }) => isNode(xt) && (xt['name'] === 'conntrack' || xt['name'] === 'state'))
}

interface PossibleVerdict {
  /** As `{"drop": null}` or `{"jump": {"target": "udp_in"}}`. */
  readonly verdict: NftNode
  /** Whether it is given when the rule holds. */
  readonly certain: boolean
}

const verdicts = ['accept', 'drop', 'reject', 'return', 'jump', 'goto', 'queue'] as const

function verdictsOf(statement: NftNode, chain: NftChain, walk: Walk): PossibleVerdict[] {
  const { vmap, xt } = statement
  if (isNode(vmap)) return mappedVerdicts(vmap, chain, walk)
  const isVerdict = verdicts.some((name) => name in statement) || (isNode(xt) && xt['type'] === 'target')
  return isVerdict ? [{ verdict: statement, certain: true }] : []
}

function mappedVerdicts({ key, data }: NftNode, chain: NftChain, walk: Walk): PossibleVerdict[] {
  const entries: unknown = isNode(data) ? data['set'] : undefined
  // A map with a name: what is in it may let anybody through.
  if (!Array.isArray(entries)) return [{ verdict: { accept: null }, certain: false }]
  const possible = entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry) || !isNode(entry[1])) return []
    const truth = compare({ op: '==', left: key, right: entry[0] }, chain, walk)
    return truth === false ? [] : [{ verdict: entry[1], certain: truth === true }]
  })
  const certain = possible.find((one) => one.certain)
  return certain === undefined ? possible : [certain]
}

function truthOf(statement: NftNode, chain: NftChain, walk: Walk): Truth {
  const { match, xt } = statement
  if (isNode(match)) return compare(match, chain, walk)
  if (isNode(xt) && xt['type'] === 'match') return null
  return 'limit' in statement || 'quota' in statement || 'ct count' in statement ? null : true
}

/** Headers that a UDP datagram has not: a match of one of their fields is a match of the protocol as well. */
const otherHeaders: ReadonlySet<unknown> = new Set(['tcp', 'icmp', 'icmpv6', 'igmp', 'sctp', 'dccp', 'esp', 'ah', 'comp', 'arp', 'vlan'])

function compare({ op, left, right }: NftNode, chain: NftChain, { ruleset, datagram }: Walk): Truth {
  const value = valueOf(left, datagram)
  if (value === absent) return false
  if (value === undefined) return null
  if (value === notLoopback) return right === 'lo' ? op === '!=' : null
  if (op === '<' || op === '>' || op === '<=' || op === '>=') return ordered(value, op, right)
  const within = contains(right, value, (name) => ruleset.sets.get(nameKey(chain.family, chain.table, name)))
  if (within === null) return null
  return op === '!=' ? !within : within
}

/** Whether a statement that holds is about the destination port. */
function isPort({ match }: NftNode): boolean {
  return isNode(match) && typeof valueOf(match['left'], { family: 4, port: 0 }) === 'number'
}

/** The datagram has no such header. */
const absent = Symbol('absent')
/** Some interface, which is not loopback. */
const notLoopback = Symbol('not loopback')

/** What the datagram has where a match looks; undefined where that is not known. */
function valueOf(left: unknown, { family, port }: Datagram): string | number | symbol | undefined {
  if (!isNode(left)) return undefined
  const { payload, meta, ct, fib } = left
  if (isNode(payload)) return payloadOf(payload, family, port)
  if (isNode(meta)) return metaOf(meta['key'], family)
  // The first datagram of a router; nobody has translated it.
  if (isNode(ct)) return ct['key'] === 'state' ? 'new' : ct['key'] === 'status' ? absent : undefined
  return isNode(fib) && fib['result'] === 'type' && JSON.stringify(fib['flags']).includes('daddr') ? 'local' : undefined
}

function payloadOf({ protocol, field }: NftNode, family: 4 | 6, port: number): string | number | symbol | undefined {
  if (otherHeaders.has(protocol)) return absent
  if (protocol === (family === 4 ? 'ip6' : 'ip')) return absent
  if (field === 'protocol' || field === 'nexthdr') return 'udp'
  return (protocol === 'udp' || protocol === 'th') && field === 'dport' ? port : undefined
}

function metaOf(key: unknown, family: 4 | 6): string | symbol | undefined {
  if (key === 'l4proto') return 'udp'
  if (key === 'nfproto') return `ipv${family}`
  if (key === 'protocol') return family === 4 ? 'ip' : 'ip6'
  if (key === 'pkttype') return 'host'
  return key === 'iif' || key === 'iifname' ? notLoopback : undefined
}

function ordered(value: string | number | symbol, op: string, right: unknown): Truth {
  if (typeof value !== 'number' || typeof right !== 'number') return null
  if (op === '<') return value < right
  if (op === '>') return value > right
  return op === '<=' ? value <= right : value >= right
}

/** Numbers that nft prints where it knows no name, in place of those above. */
const numbers: Readonly<Record<string, number>> = { udp: 17 }

function contains(right: unknown, value: string | number | symbol, named: (name: string) => readonly unknown[] | undefined): Truth {
  if (right === value || (typeof value === 'string' && numbers[value] === right)) return true
  if (Array.isArray(right)) return right.some((one) => contains(one, value, named) === true)
  if (typeof right === 'string' && right.startsWith('@')) return anyOf(named(right.slice(1)), value, named)
  if (!isNode(right)) return typeof right === 'string' || typeof right === 'number' ? false : null
  const { set, range, elem } = right
  if (Array.isArray(set)) return anyOf(set, value, named)
  if (isNode(elem)) return contains(elem['val'], value, named)
  if (!Array.isArray(range) || typeof value !== 'number') return null
  const [from, to]: readonly unknown[] = range
  return typeof from === 'number' && typeof to === 'number' ? value >= from && value <= to : null
}

function anyOf(elements: readonly unknown[] | undefined, value: string | number | symbol, named: Parameters<typeof contains>[2]): Truth {
  if (elements === undefined) return null
  const truths = new Set(elements.map((one) => contains(one, value, named)))
  if (truths.has(true)) return true
  return truths.has(null) ? null : false
}
