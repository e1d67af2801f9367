// Sequential covering: one vector after another gets its conjunction, until enough of the attack is held.
import { setImmediate as breathe } from 'node:timers/promises'
import type { SignatureAsk } from '../../contract/signature.ts'
import type { AttackVectorName } from '../../contract/attack-vectors.ts'
import type { Selection } from '../features/selection.ts'
import { everydaySelection } from '../features/everyday.ts'
import { united } from './conjunction.ts'
import type { Contest, SparedSide } from './contest.ts'
import { grow, type Growth } from './grow.ts'
import { Population } from './population.ts'
import { refined } from './refine.ts'
import type { Condition } from './row-test.ts'
import { vectorsOf, type Vector } from './vectors.ts'

export interface LearntPart {
  readonly vector: AttackVectorName
  readonly conditions: readonly Condition[]
}

/** A vector for which no conjunction was found. */
export interface FailedVector {
  readonly title: string
  /** Of the attack. */
  readonly share: number
  /** What came nearest; shares of the vector and of what was to be spared. */
  readonly conditions: readonly Condition[]
  readonly held: number
  readonly spared: number
}

export interface Learnt {
  readonly parts: readonly LearntPart[]
  readonly failed: readonly FailedVector[]
  /** Vectors that were left out because few send them, with their share of the attack. */
  readonly transfers: readonly { readonly title: string; readonly share: number }[]
  /** Whether the built-in picture of everyday traffic took part. */
  readonly withEveryday: boolean
}

export interface Learning {
  readonly attack: Selection
  readonly baseline: Selection | null
  readonly ask: SignatureAsk
  /** Told the share that is done. */
  readonly told: (share: number) => void
  readonly signal: AbortSignal | undefined
}

/** Packets of the attack on which conditions are tried; the result is made with all of them. */
const triedPackets = 20_000
/** A part has to hold so much of the attack; of vectors that everyday traffic has as well, more: it may be in the capture. */
const leastShare = 0.01
const leastLearntShare = 0.02
/** The same without a baseline that could tell it from the attack. */
const leastUnknownShare = 0.1
const leastPackets = 10
/** A vector that everyday traffic has too is the attack, however few send it, when it is most of the capture. */
const mainShare = 0.5
/** Otherwise it has the senders that the table of vectors asks for, or so many: a capture is short. */
const mostSenders = 20
/** And so many times the share of the baseline that may be held unseen: its upper limit when nothing of it was. */
const leastEvidence = 4
const unseenPackets = 3.84
/** A baseline of which fewer packets than this may be held proves little; everyday traffic stands beside it. */
const provingPackets = 3
const everydayImportance = 0.25
/** Of everyday traffic as it is built in: it has no more than a few hundred packets of each kind. */
const everydayLimit = 0.005

/** @throws the signal's reason */
export async function learn(learning: Learning): Promise<Learnt> {
  const cover = new Cover(learning)
  for (const vector of vectorsOf(cover.uncovered)) {
    while (cover.wants(vector)) {
      learning.told(cover.done)
      await breathe()
      learning.signal?.throwIfAborted()
      if (!cover.learnFrom(vector)) break
    }
    cover.noteTransfer(vector)
  }
  return cover.result()
}

class Cover {
  /** Attack packets that no part holds. */
  uncovered: Population
  readonly #learning: Learning
  readonly #total: number
  readonly #sides: Sides
  readonly #withEveryday: boolean
  /** Share of normal traffic that may be held although none of the baseline is. */
  readonly #unseen: number
  readonly #parts: LearntPart[] = []
  readonly #failed: FailedVector[] = []
  readonly #transfers: Learnt['transfers'][number][] = []

  constructor(learning: Learning) {
    this.#learning = learning
    this.uncovered = Population.all(learning.attack)
    this.#total = this.uncovered.weight
    const { baseline, ask } = learning
    this.#withEveryday = baseline === null || effectiveRows(baseline) * ask.max_false < provingPackets
    this.#unseen = baseline === null ? 0 : Math.min(1, unseenPackets / Math.max(1, effectiveRows(baseline)))
    this.#sides = sparedSides(learning, this.#withEveryday)
  }

  /** Share of the attack that is held. */
  get done(): number {
    return this.#total === 0 ? 1 : 1 - this.uncovered.weight / this.#total
  }

  wants(vector: Vector): boolean {
    const left = this.#left(vector)
    const { max_parts: mostParts, min_recall: recall } = this.#learning.ask
    return this.#parts.length < mostParts && this.done < recall && this.#isEnough(left, vector)
  }

  /** Adds a part for what is left of the vector. @returns whether one was found */
  learnFrom(vector: Vector): boolean {
    const attack = this.#left(vector)
    const share = attack.weight / this.uncovered.weight
    const contest: Contest = { conditions: [], attack, proof: attack, spared: this.#sparedNow(this.#sides.whole, share) }
    const { ask, baseline } = this.#learning
    const [tried, proof] = attack.thinned(triedPackets).halves()
    const halves = { ...contest, attack: tried, proof, spared: this.#sparedNow(this.#sides.halves, share) }
    const growth = grow(vector.definition, halves, { sources: ask.sources, wide: baseline !== null })
    const conditions = growth.isWithin ? refined(growth.conditions, { contest, definition: vector.definition }) : growth.conditions
    const held = attack.holding(conditions)
    if (!growth.isWithin || !this.#isEnough(held, vector)) {
      this.#fail(vector, growth, attack)
      return false
    }
    this.#parts.push({ vector: vector.row.name, conditions })
    this.uncovered = this.uncovered.without(conditions)
    return true
  }

  /** Keeps in mind what was left out of a vector because few send it. */
  noteTransfer(vector: Vector): void {
    const left = this.#left(vector)
    if (!this.#isLarge(left, vector) || !this.#isTransfer(left, vector)) return
    this.#transfers.push({ title: vector.row.title, share: left.weight / this.#total })
  }

  result(): Learnt {
    return { parts: this.#simplified(), failed: this.#failed, transfers: this.#transfers, withEveryday: this.#withEveryday }
  }

  #left({ population }: Vector): Population {
    return this.#parts.reduce((left, { conditions }) => left.without(conditions), population)
  }

  #isEnough(population: Population, vector: Vector): boolean {
    return this.#isLarge(population, vector) && !this.#isTransfer(population, vector)
  }

  #isLarge({ weight, rows }: Population, vector: Vector): boolean {
    const least = !isEveryday(vector) ? leastShare : this.#learning.baseline === null ? leastUnknownShare : leastLearntShare
    return rows.length >= leastPackets && weight >= Math.max(least, this.#unseen * leastEvidence) * this.#total
  }

  /** Somebody's, beside the attack: everyday traffic of few senders. */
  #isTransfer(population: Population, vector: Vector): boolean {
    if (!isEveryday(vector) || population.weight >= mainShare * this.#total) return false
    return !population.hasSenders(Math.min(vector.row.senders, mostSenders))
  }

  /** What no part holds yet, with what is left of the limits: half of it at least stays for others. */
  #sparedNow(sides: readonly SparedSide[], share: number): SparedSide[] {
    const left = (all: Population) => this.#parts.reduce((some, { conditions }) => some.without(conditions), all)
    return sides.map((side) => {
      const population = left(side.population)
      const used = side.total === 0 ? 0 : (side.population.weight - population.weight) / side.total
      return { ...side, population, proof: left(side.proof), limit: Math.max(0, side.limit - used) * Math.max(0.5, share) }
    })
  }

  #fail({ row }: Vector, { conditions, attack, spared }: Growth, population: Population): void {
    this.#failed.push({ title: row.title, share: population.weight / this.#total, conditions, held: attack, spared })
  }

  /** With parts of one vector joined where that is the same, and without parts whose packets others hold. */
  #simplified(): LearntPart[] {
    const all = Population.all(this.#learning.attack)
    const parts = this.#parts.reduce(withUnited, [])
    return parts.filter((part) => {
      const others = parts.filter((other) => other !== part)
      const alone = others.reduce((left, { conditions }) => left.without(conditions), all.holding(part.conditions))
      return alone.weight >= (leastShare / 2) * this.#total
    })
  }
}

/** Adds a part, or unites it with one of the same vector. */
function withUnited(parts: LearntPart[], part: LearntPart): LearntPart[] {
  for (const [index, { vector, conditions }] of parts.entries()) {
    const both = vector === part.vector ? united(conditions, part.conditions) : undefined
    if (both !== undefined) return parts.with(index, { vector, conditions: both })
  }
  return [...parts, part]
}

/** Whether normal traffic has the vector too. */
function isEveryday({ row }: Vector): boolean {
  return row.learnt === true || row.matchedBy !== undefined
}

interface Sides {
  readonly whole: readonly SparedSide[]
  /** With half of the baseline as proof. */
  readonly halves: readonly SparedSide[]
}

function sparedSides({ baseline, ask }: Learning, withEveryday: boolean): Sides {
  const whole: SparedSide[] = []
  const halves: SparedSide[] = []
  if (baseline !== null) {
    const all = Population.all(baseline)
    const [population, proof] = all.halves()
    const facts = { importance: withEveryday ? 1 - everydayImportance : 1, limit: cautiousLimit(baseline, ask.max_false) }
    whole.push(sideOf(all, facts))
    halves.push({ ...sideOf(population, facts), proof, proofTotal: proof.weight })
  }
  if (withEveryday) {
    const side = sideOf(Population.all(everydaySelection()), {
      importance: whole.length > 0 ? everydayImportance : 1,
      limit: everydayLimit,
    })
    whole.push(side)
    halves.push(side)
  }
  return { whole, halves }
}

function sideOf(population: Population, facts: Pick<SparedSide, 'importance' | 'limit'>): SparedSide {
  const none = new Population(population.selection, new Int32Array(0))
  return { ...facts, population, total: population.weight, proof: none, proofTotal: 0 }
}

/** Packets of equal weight that would tell as much. */
function effectiveRows({ rows, weights }: Selection): number {
  let sum = 0
  let squares = 0
  for (let row = 0; row < rows; row++) {
    sum += weights[row]
    squares += weights[row] * weights[row]
  }
  return squares === 0 ? 0 : (sum * sum) / squares
}

/** Less than what may be held where only a selection of the packets is looked at: 1.64 standard deviations, for 95 %. */
function cautiousLimit(baseline: Selection, share: number): number {
  if (baseline.seen === baseline.rows) return share
  const packets = share * effectiveRows(baseline)
  return (share * Math.max(0, packets - 1.64 * Math.sqrt(packets))) / Math.max(packets, 1)
}
