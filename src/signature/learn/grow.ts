// Grows one conjunction: adds the condition that is worth most, until little enough of what is spared is held.
import { byteCandidates } from './byte-candidates.ts'
import { fieldKey } from './conjunction.ts'
import { gainOf, isProvedWithin, isWithin, narrowed, sparedShare, type Candidate, type Contest } from './contest.ts'
import { flagCandidates, fragmentCandidates } from './flag-candidates.ts'
import { numberCandidates, numberFeatures } from './number-candidates.ts'
import type { Condition } from './row-test.ts'
import { sourceCandidates } from './source-candidates.ts'
import { taste } from './taste.ts'

export interface Growth {
  readonly conditions: readonly Condition[]
  /** Share of the attack packets it started with. */
  readonly attack: number
  /** Share of what is spared. */
  readonly spared: number
  /** Whether no more of it is held than may be. */
  readonly isWithin: boolean
}

/** Conditions that are added at most. */
const mostAdded = 5
/** First conditions that are tried, each of another field. */
const mostStarts = 5
/** Less is chance. */
const leastGain = 0.02
/** A conjunction that holds less of its packets is given up. */
const leastHeld = 0.02
/** What holds so much of its packets is not looked at for better. */
const nearlyAll = 0.98
/** Of the share of packets on which conditions were tried, what it has to hold of the others. */
const leastProof = 0.75

/** Which conditions may be added. */
export interface Allowed {
  readonly sources: boolean
  /** Wide spans and long lists: only where normal traffic was seen that is outside of them. */
  readonly wide: boolean
}

/** The best of several ways, each beginning with another condition. */
export function grow(definition: readonly Condition[], contest: Contest, allowed: Allowed): Growth {
  const begun = definition.reduce(narrowed, contest)
  const ways = [described(begun, contest)]
  if (ways[0].isWithin) return ways[0]
  for (const { condition } of starts(ranked(begun, allowed))) {
    const way = described(grown(narrowed(begun, condition), contest, allowed), contest)
    ways.push(way)
    // They come best first: nothing better follows what holds nearly all.
    if (way.isWithin && way.attack >= nearlyAll) break
  }
  return ways.toSorted((one, other) => worth(other) - worth(one))[0]
}

/** With more conditions until little enough is held. @param first before any */
function grown(begun: Contest, first: Contest, allowed: Allowed): Contest {
  let now = begun
  for (let added = 1; added < mostAdded && !isWithin(now); added++) {
    const [best] = ranked(now, allowed)
    if (best === undefined || share(now.attack.weight, first.attack.weight) * best.attack < leastHeld) break
    now = narrowed(now, best.condition)
  }
  return now
}

function described(now: Contest, first: Contest): Growth {
  const attack = share(now.attack.weight, first.attack.weight)
  const isSure = isProvedWithin(now) && isProved(attack, share(now.proof.weight, first.proof.weight))
  return { conditions: now.conditions, attack, spared: sparedShare(now), isWithin: isWithin(now) && isSure }
}

const share = (weight: number, of: number) => (of === 0 ? 0 : weight / of)

/** Whether it holds nearly as much of the packets on which it was not tried. */
function isProved(tried: number, proof: number): boolean {
  return proof >= leastProof * tried
}

/** What holds its packets and no others; of those that fail the one that failed by least. */
function worth({ attack, spared, conditions, isWithin: fits }: Growth): number {
  return fits ? 1 + attack * conditions.reduce((factor, condition) => factor * taste(condition, conditions), 1) : (attack - spared) / 2
}

/** What can be added, the best first. */
function ranked(contest: Contest, allowed: Allowed): Candidate[] {
  const candidates = [
    ...numberFeatures.flatMap((feature) => numberCandidates(feature, contest)),
    ...flagCandidates(contest),
    ...fragmentCandidates(contest),
    ...byteCandidates(contest),
    ...(allowed.sources ? sourceCandidates(contest) : []),
  ]
  const gains = new Map(candidates.map((candidate) => [candidate, gainOf(candidate, contest)]))
  const gain = (candidate: Candidate) => gains.get(candidate) ?? 0
  const isGood = (candidate: Candidate) => gain(candidate) > leastGain && (allowed.wide || isNarrow(candidate.condition))
  return candidates.filter(isGood).toSorted((one, other) => gain(other) - gain(one))
}

const narrow = { span: 64, list: 4 } as const

/** Whether the values of a field are few. */
function isNarrow(condition: Condition): boolean {
  if (condition.kind !== 'number' && condition.kind !== 'port') return true
  return condition.spans.length <= narrow.list && condition.spans.every(([from, to]) => to - from < narrow.span)
}

/** The best of each field. */
function starts(candidates: readonly Candidate[]): Candidate[] {
  const byField = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const { condition } = candidate
    const key = condition.kind === 'bytes' ? condition.base : fieldKey(condition)
    if (!byField.has(key)) byField.set(key, candidate)
  }
  return [...byField.values()].slice(0, mostStarts)
}
