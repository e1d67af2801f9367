// Conditions on TCP flags and on fragments.
import { tcpFlagBits } from '../../contract/packet-filter.ts'
import type { Candidate, Contest } from './contest.ts'
import type { Condition } from './row-test.ts'
import { tallied, type Tally } from './tally.ts'

const { fin, syn, rst, psh, ack, urg } = tcpFlagBits
/** Those that everybody uses: ECE and CWR are asked for on the way by clean hosts. */
const usual = fin | syn | rst | psh | ack | urg

/** What people write. */
const patterns: readonly (readonly [set: number, unset: number])[] = [
  [syn, ack],
  [syn | ack, 0],
  [rst, 0],
  [rst, ack],
  [rst | ack, 0],
  [fin, ack],
  [ack, syn | rst | fin | psh],
  [psh | ack, 0],
  [0, ack | syn | rst],
  [syn | fin, 0],
]

const leastValue = 0.02

export function flagCandidates(contest: Contest): Candidate[] {
  return tallied('flags', contest, (tally) => {
    const common = Array.from(tally.values).filter((value) => tally.attack[value] >= leastValue)
    const exact = common.map((value) => [value & usual, usual & ~value] as const)
    const pairs = [...patterns, ...exact, constantBits(common)].filter(([set, unset]) => (set | unset) !== 0)
    return pairs.map((pair) => flagCandidate(pair, tally))
  })
}

function constantBits(values: readonly number[]): readonly [set: number, unset: number] {
  return [values.reduce((bits, value) => bits & value, usual), usual & ~values.reduce((bits, value) => bits | value, 0)]
}

function flagCandidate([set, unset]: readonly [number, number], { values, attack, spared }: Tally): Candidate {
  const held = values.filter((value) => (value & set) === set && (value & unset) === 0)
  return {
    condition: { kind: 'tcp_flags', set, unset },
    attack: held.reduce((sum, value) => sum + attack[value], 0),
    spared: held.reduce((sum, value) => sum + spared[value], 0),
  }
}

const parts = ['any', 'first', 'later'] as const

export function fragmentCandidates(contest: Contest): Candidate[] {
  return tallied('fragment', contest, ({ attack, spared }) =>
    parts.map((part, index) => {
      const held = index === 0 ? [1, 2] : [index]
      const condition: Condition = { kind: 'fragment', part }
      return {
        condition,
        attack: held.reduce((sum, kind) => sum + attack[kind], 0),
        spared: held.reduce((sum, kind) => sum + spared[kind], 0),
      }
    }),
  )
}
