// Conditions on fields of one number: single values, lists, and spans.
import { numberFields, type NumberFieldName, type NumberSpan } from '../../contract/packet-filter.ts'
import type { FeatureName } from '../features/selection.ts'
import type { Candidate, Contest } from './contest.ts'
import type { Condition } from './row-test.ts'
import { tallied, type Tally } from './tally.ts'

/** Values that hold less of what is left are not worth a condition of their own. */
const leastValue = 0.02
const mostValues = 64
/** Members of a list: how much each has to hold, how much more than of what is spared, how many. */
const leastMember = 0.02
const leastMemberPackets = 8
const leastLift = 2
const mostMembers = 16
/** Share of the attack that a span may leave out at each end. */
const tails = [0, 0.005, 0.02]

type NumberFeature = Exclude<FeatureName, 'flags' | 'fragment'>

interface Forms {
  readonly list: boolean
  readonly span: boolean
}

const forms: Readonly<Record<NumberFeature, Forms>> = {
  protocol: { list: false, span: false },
  version: { list: false, span: false },
  source_port: { list: true, span: true },
  destination_port: { list: true, span: true },
  icmp_type: { list: true, span: false },
  icmp_code: { list: true, span: false },
  length: { list: true, span: true },
  udp_length: { list: true, span: true },
  ttl: { list: true, span: true },
  dscp: { list: true, span: false },
  window: { list: true, span: true },
  tcp_header: { list: true, span: true },
  ip_id: { list: true, span: false },
  dont_fragment: { list: false, span: false },
}

// The keys of a table written out are its own.
export const numberFeatures = Object.keys(forms) as NumberFeature[]

export function numberCandidates(feature: NumberFeature, contest: Contest): Candidate[] {
  return tallied(feature, contest, (tally) => {
    const { list, span } = forms[feature]
    const make = (spans: readonly NumberSpan[]): Candidate => ({ condition: numberCondition(feature, spans), ...sums(tally, spans) })
    return [
      ...singleValues(tally).map((value) => make([[value, value]])),
      ...(list
        ? lists(tally, Math.max(leastMember, leastMemberPackets / contest.attack.rows.length)).map((members) =>
            make(members.map((value) => [value, value])),
          )
        : []),
      ...(span ? spansOf(feature, tally).map((found) => make([found])) : []),
    ]
  })
}

export function numberCondition(feature: NumberFeature, spans: readonly NumberSpan[]): Condition {
  if (feature === 'source_port') return { kind: 'port', side: 'source', spans }
  if (feature === 'destination_port') return { kind: 'port', side: 'destination', spans }
  return { kind: 'number', field: feature, spans }
}

function sums({ values, attack, spared }: Tally, spans: readonly NumberSpan[]): { attack: number; spared: number } {
  const sum = { attack: 0, spared: 0 }
  const add = (value: number) => {
    sum.attack += attack[value]
    sum.spared += spared[value]
  }
  for (const [from, to] of spans) {
    if (from === to) add(from)
    else for (const value of values) if (value >= from && value <= to) add(value)
  }
  return sum
}

function singleValues({ values, attack }: Tally): number[] {
  const common = Array.from(values).filter((value) => attack[value] >= leastValue)
  return common.toSorted((one, other) => attack[other] - attack[one]).slice(0, mostValues)
}

/** The values that the attack has more often than others do, the commonest ones, and half as many. */
function lists({ values, attack, spared }: Tally, least: number): number[][] {
  const total = values.reduce((sum, value) => sum + spared[value], 0)
  const isMarked = (value: number) => attack[value] >= least && attack[value] * total >= leastLift * spared[value]
  const marked = Array.from(values).filter(isMarked)
  const ordered = marked.toSorted((one, other) => attack[other] - attack[one])
  const sizes = [ordered.length, mostMembers, 8, 4, 2].filter((size) => size > 1 && size <= Math.min(mostMembers, ordered.length))
  return [...new Set(sizes)].map((size) => ordered.slice(0, size).toSorted((one, other) => one - other))
}

function spansOf(feature: NumberFeature, tally: Tally): NumberSpan[] {
  const { least, most } = rangeOf(feature)
  const found: NumberSpan[] = []
  for (const tail of tails) {
    const span = spanWithout(tail, tally)
    if (span === undefined) continue
    found.push(span, [span[0], most], [least, span[1]])
  }
  const best = [bestSpan(tally, 1), bestSpan(tally, 4)]
  const all = [...found, ...best.filter((span) => span !== undefined)]
  // All that there is is no condition, and a single value is one already.
  return all.filter(([from, to]) => from < to && !(from === least && to === most))
}

export function rangeOf(feature: FeatureName): { readonly least: number; readonly most: number } {
  // Every other feature is a field of the table.
  if (feature === 'source_port' || feature === 'destination_port') return { least: 0, most: 65_535 }
  return numberFields[feature as NumberFieldName]
}

/** The span of the attack's values without so much of it at each end. */
function spanWithout(tail: number, { values, attack }: Tally): NumberSpan | undefined {
  const there = values.filter((value) => attack[value] > 0)
  const total = there.reduce((sum, value) => sum + attack[value], 0)
  const from = edge(there, attack, tail * total)
  const to = edge(there.toReversed(), attack, tail * total)
  return from === undefined || to === undefined || from > to ? undefined : [from, to]
}

/** The first value behind which no more than `tail` has been passed. */
function edge(values: Int32Array, attack: Float64Array, tail: number): number | undefined {
  let passed = 0
  for (const value of values) {
    passed += attack[value]
    if (passed > tail) return value
  }
  return undefined
}

/** The span in which the attack outweighs what is spared by most (Kadane's algorithm). @param price of what is spared */
function bestSpan({ values, attack, spared }: Tally, price: number): NumberSpan | undefined {
  const total = values.reduce((sum, value) => sum + spared[value], 0) || 1
  let best = 0
  let span: NumberSpan | undefined
  let sum = 0
  let from = -1
  for (const value of values) {
    if (sum <= 0) {
      sum = 0
      from = value
    }
    sum += attack[value] - (price * spared[value]) / total
    if (sum > best) {
      best = sum
      span = [from, value]
    }
  }
  return span
}
