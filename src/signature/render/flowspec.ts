// A signature as FlowSpec rules (RFC 8955, RFC 8956) without their destination, and as commands of GoBGP that announce them.
import type { FlowSpec } from '../../contract/advertisement.ts'
import { tcpFlagBits, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'
import { normalSpans } from '../../filter/number-spans.ts'
import { protocolsOf, valuesOf, versionOf, type Conjunction, type Literal } from './conjunctions.ts'
import { nothing, tooMany, type Rendered } from './rendered.ts'
import { widened, type Ability, type Refusal } from './widening.ts'

type Match = Omit<FlowSpec['match'], 'destination'>

/** Values and ranges that the server takes for one field. */
const valuesAtMost = 64
/** Protocols of which FlowSpec knows ports (RFC 8955 §4.2.2.4). */
const withPorts: ReadonlySet<number> = new Set([6, 17])
const matchesAtMost = 64

const noComponent = 'FlowSpec has no component for it'

function refuses({ leaf, negated }: Literal, conjunction: Conjunction): Refusal {
  if (negated) return 'FlowSpec cannot say that a header is not there'
  if (leaf.kind === 'address') {
    if (leaf.side === 'destination') return 'the destination is that of the announcement'
    return sourcesOf(conjunction)[0] === leaf.prefixes ? null : 'a rule has one source'
  }
  if (leaf.kind === 'port') return leaf.spans.length <= valuesAtMost ? null : `a rule has at most ${valuesAtMost} ranges`
  if (leaf.kind === 'tcp_flags') return null
  if (leaf.kind === 'fragment') return leaf.part === 'later' ? 'FlowSpec as the server has it knows first fragments and all' : null
  if (leaf.kind === 'bytes') return noComponent
  return numberRefusal(leaf.field, leaf.spans)
}

function numberRefusal(field: NumberFieldName, spans: readonly NumberSpan[]): Refusal {
  if (field === 'version') return null
  if (field === 'length') return spans.length <= valuesAtMost ? null : `a rule has at most ${valuesAtMost} ranges`
  if (field === 'protocol' || field === 'dscp' || field === 'icmp_type' || field === 'icmp_code') {
    return valuesOf(spans, valuesAtMost) === null ? `a rule has at most ${valuesAtMost} values` : null
  }
  return noComponent
}

/**
 * What has ports that FlowSpec does not know is told apart, and loses them; fragments that are not the first are in `any`.
 * Conditions on headers become conditions on their protocol.
 */
function split(conjunction: Conjunction): readonly Conjunction[] {
  const told = conjunction.flatMap(laterAsAny)
  const protocols = protocolsOf(told)
  if (protocols === null) return [told]
  const rest = told.filter(({ leaf, negated }) => negated || leaf.kind !== 'number' || leaf.field !== 'protocol')
  const of = (numbers: readonly number[]): Conjunction => [protocolLiteral(numbers), ...rest]
  if (!rest.some(({ leaf, negated }) => leaf.kind === 'port' && !negated)) return [of(protocols)]
  const groups = [protocols.filter((number) => withPorts.has(number)), protocols.filter((number) => !withPorts.has(number))]
  return groups.filter((group) => group.length > 0).map(of)
}

const laterAsAny = (literal: Literal): Literal[] =>
  literal.leaf.kind === 'fragment' && literal.leaf.part === 'later' && !literal.negated
    ? [{ leaf: { kind: 'fragment', part: 'any' }, negated: false }, literal]
    : [literal]

const protocolLiteral = (numbers: readonly number[]): Literal => ({
  leaf: { kind: 'number', field: 'protocol', spans: numbers.map((number) => [number, number]) },
  negated: false,
})

export const flowspecAbility: Ability = {
  refuses: (literal, conjunction) => {
    if (literal.leaf.kind === 'port' && !literal.negated && !protocolsOf(conjunction)?.every((number) => withPorts.has(number))) {
      return 'FlowSpec has ports of TCP and UDP only: all other protocols with ports are held as a whole'
    }
    if (literal.leaf.kind === 'tcp_flags' && (literal.leaf.set | literal.leaf.unset) === 0) return 'FlowSpec asks for TCP in its place'
    return refuses(literal, conjunction)
  },
  split,
}

export function flowspecRendering(filter: PacketFilter): Rendered {
  const found = widened(filter, flowspecAbility)
  if (found === null) return tooMany
  const rules = found.conjunctions.flatMap((conjunction) =>
    matchesOf(conjunction).map((match) => ({ match, version: versionOf(conjunction) ?? icmpVersion(conjunction) })),
  )
  if (rules.length === 0) return nothing('No packet matches the filter.')
  if (rules.length > matchesAtMost) return tooMany
  if (rules.some(({ match }) => Object.keys(match).length === 0)) {
    return nothing(
      ['A rule would hold all traffic to its destination: there is nothing else in the filter that FlowSpec can say.', ...found.notes].join(
        ' ',
      ),
    )
  }
  const versions = new Set(rules.map(({ version }) => version))
  const notes = [
    ...found.notes,
    'Announce each rule for the prefix under attack: `drawbridge advertise` does it with a guard. The commands are those of GoBGP.',
    ...(versions.has(4) ? ['A rule for IPv4 is announced for IPv4 destinations only.'] : []),
    ...(versions.has(6) ? ['A rule for IPv6 is announced for IPv6 destinations only.'] : []),
    ...(versions.has(null) ? ['A rule for both versions: FAMILY=ipv6 for an IPv6 destination, ipv4 otherwise.'] : []),
  ]
  return { text: commands(rules), exact: found.notes.length === 0, notes, flowspec: rules.map(({ match }) => match) }
}

function icmpVersion(conjunction: Conjunction): 4 | 6 | null {
  const [only, other] = protocolsOf(conjunction) ?? []
  if (other !== undefined) return null
  return only === 1 ? 4 : only === 58 ? 6 : null
}

const sourcesOf = (conjunction: Conjunction) =>
  conjunction.flatMap(({ leaf, negated }) => (leaf.kind === 'address' && leaf.side === 'source' && !negated ? [leaf.prefixes] : []))

/** One for each source prefix: a rule has one. */
function matchesOf(conjunction: Conjunction): Match[] {
  const prefixes = sourcesOf(conjunction)[0] ?? [undefined]
  const components = conjunction.map(({ leaf }) => component(leaf))
  return prefixes.map(
    (source) => Object.assign({}, source === undefined || source.endsWith('/0') ? {} : { source }, ...components) as Match,
  )
}

function component(leaf: Literal['leaf']): Match {
  if (leaf.kind === 'port') {
    const spans = normalSpans(leaf.spans)
    return leaf.side === 'source' ? { source_port: spans } : { destination_port: spans }
  }
  if (leaf.kind === 'tcp_flags') return { tcp_flags: { set: leaf.set, unset: leaf.unset } }
  if (leaf.kind === 'fragment') return { fragment: [leaf.part === 'first' ? 'first' : 'is'] }
  if (leaf.kind !== 'number' || leaf.field === 'version') return {}
  if (leaf.field === 'length') return { packet_length: normalSpans(leaf.spans) }
  const values = valuesOf(leaf.spans, valuesAtMost) ?? []
  if (leaf.field === 'protocol') return { protocol: values }
  if (leaf.field === 'dscp') return { dscp: values }
  return leaf.field === 'icmp_type' ? { icmp_type: values } : { icmp_code: values }
}

interface Rule {
  readonly match: Match
  readonly version: 4 | 6 | null
}

/** A shell refuses to run them without a destination. */
function commands(rules: readonly Rule[]): string {
  const lines = rules.map(({ match, version }) => {
    const family = version === null ? '"${FAMILY:-ipv4}-flowspec"' : `ipv${version}-flowspec`
    return `gobgp global rib add -a ${family} match destination "\${DESTINATION:?the prefix under attack}" ${matchText(match)} then discard`
  })
  return `${lines.join('\n')}\n`
}

// The keys of an object written out are its own.
const flagNames = Object.keys(tcpFlagBits) as (keyof typeof tcpFlagBits)[]
const flagLetters = { fin: 'F', syn: 'S', rst: 'R', psh: 'P', ack: 'A', urg: 'U', ece: 'E', cwr: 'C' } as const

function matchText(match: Match): string {
  const list = (values: readonly number[] | undefined) => values?.map((value) => `==${value}`)
  const spans = (ranges: readonly NumberSpan[] | undefined) =>
    ranges?.map(([from, to]) => (from === to ? `==${from}` : `>=${from}&<=${to}`))
  const components: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['source', match.source === undefined ? undefined : [match.source]],
    ['protocol', list(match.protocol)],
    ['source-port', spans(match.source_port)],
    ['destination-port', spans(match.destination_port)],
    ['icmp-type', list(match.icmp_type)],
    ['icmp-code', list(match.icmp_code)],
    ['tcp-flags', match.tcp_flags === undefined ? undefined : [flagsText(match.tcp_flags)]],
    ['packet-length', spans(match.packet_length)],
    ['dscp', list(match.dscp)],
    ['fragment', match.fragment?.map((part) => (part === 'first' ? 'first-fragment' : 'is-fragment+first-fragment'))],
  ]
  return components.flatMap(([name, values]) => (values === undefined ? [] : [`${name} '${values.join(' ')}'`])).join(' ')
}

/** `=` compares all bits that are named; `!` asks that none of them is set. */
function flagsText({ set, unset }: NonNullable<Match['tcp_flags']>): string {
  const letters = (bits: number) => flagNames.filter((name) => (bits & tcpFlagBits[name]) !== 0).map((name) => flagLetters[name])
  const terms = [...(set === 0 ? [] : [`=${letters(set).join('')}`]), ...letters(unset).map((letter) => `!${letter}`)]
  return terms.join('&')
}
