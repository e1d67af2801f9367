// Attack against everything else while a conjunction grows: who is still held, and what a condition is worth.
import { joined } from './conjunction.ts'
import type { Population } from './population.ts'
import { rowTest, type Condition } from './row-test.ts'
import { taste } from './taste.ts'

/** Traffic that is to be spared. */
export interface SparedSide {
  readonly population: Population
  /** Weight of the whole side. */
  readonly total: number
  /** Packets of the same traffic on which nothing is tried, and the weight of all of them. */
  readonly proof: Population
  readonly proofTotal: number
  /** How much it counts beside the others; 1 together. */
  readonly importance: number
  /** Share of it that may be held. */
  readonly limit: number
}

/** What a condition holds. */
export interface Candidate {
  readonly condition: Condition
  /** Share of the attack packets that are held now. */
  readonly attack: number
  /** Share of all spared packets. */
  readonly spared: number
}

export interface Contest {
  /** What holds already: what else is asked for is judged beside it. */
  readonly conditions: readonly Condition[]
  readonly attack: Population
  /** Packets of the same vector, on which nothing is tried: what holds them as well is no chance. */
  readonly proof: Population
  readonly spared: readonly SparedSide[]
}

export function heldOf(side: SparedSide): number {
  return side.total === 0 ? 0 : side.population.weight / side.total
}

export function sparedShare({ spared }: Contest): number {
  return spared.reduce((sum, side) => sum + side.importance * heldOf(side), 0)
}

/** Whether no side has more held than its limit. */
export function isWithin({ spared }: Contest): boolean {
  return spared.every((side) => isLittle(heldOf(side), side.limit))
}

/** The same of the packets on which nothing was tried. */
export function isProvedWithin({ spared }: Contest): boolean {
  return spared.every(({ proof, proofTotal, limit }) => proofTotal === 0 || isLittle(proof.weight / proofTotal, limit))
}

// The sums of weights are not exact.
const isLittle = (share: number, limit: number) => share <= limit + 1e-12

export function narrowed({ conditions, attack, proof, spared }: Contest, condition: Condition): Contest {
  return {
    conditions: joined(conditions, condition),
    attack: attack.where(rowTest(condition, attack.selection)),
    proof: proof.where(rowTest(condition, proof.selection)),
    spared: spared.map((side) => {
      const test = rowTest(condition, side.population.selection)
      return { ...side, population: side.population.where(test), proof: side.proof.where(test) }
    }),
  }
}

/** What one of these conditions really holds, by looking at the packets. */
export function counted(condition: Condition, contest: Contest): Candidate {
  const after = narrowed(contest, condition)
  const { weight } = contest.attack
  return { condition, attack: weight === 0 ? 0 : after.attack.weight / weight, spared: sparedShare(after) }
}

/** Fractions of the limits below which less is not worth more. */
const floorShare = 0.5

/**
 * Bits by which a condition thins out what is spared more than the attack, times the share of the attack that is left,
 * cubed: what splits a vector has to be far better than what holds all of it.
 */
export function gainOf(candidate: Candidate, contest: Contest): number {
  const floor = floorShare * contest.spared.reduce((sum, side) => sum + side.importance * side.limit, 1e-6)
  const bits = Math.log2((sparedShare(contest) + floor) / (candidate.spared + floor)) + Math.log2(Math.max(candidate.attack, 1e-9))
  return candidate.attack ** 3 * bits * taste(candidate.condition, contest.conditions)
}
