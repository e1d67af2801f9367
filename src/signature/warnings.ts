// Says what a signature did not reach, what is doubtful about it, and what to do about that.
import type { SignatureReport } from '../contract/signature.ts'
import { filterText } from '../filter/filter-text.ts'
import type { FailedVector, Learnt } from './learn/cover.ts'
import type { ReadFeed } from './reading.ts'

export interface Judged {
  readonly report: Omit<SignatureReport, 'warnings'>
  /** null for a filter that somebody has written. */
  readonly learnt: Learnt | null
  readonly attack: ReadFeed
  readonly baseline: ReadFeed | null
  /** Indices of parts whose packets come from one or two sources. */
  readonly fewSources: readonly number[]
}

/** Vectors of the attack that are named when nothing holds them. */
const leastNamed = 0.01
const mostNamed = 3

export function warningsOf(judged: Judged): string[] {
  return [
    ...inputWarnings(judged),
    ...(judged.report.filter === null ? nothingFound(judged) : foundWarnings(judged)),
    ...baselineWarnings(judged),
    ...judged.fewSources.map(
      (index) => `Part ${index + 1} holds packets of one or two sources only: look whether they are somebody's ordinary transfer.`,
    ),
  ]
}

function inputWarnings({ attack, baseline }: Judged): string[] {
  return [...sideWarnings(attack), ...(baseline === null ? [] : sideWarnings(baseline))]
}

function sideWarnings({ input: { name, packets, cut }, isTruncated, isSampled }: ReadFeed): string[] {
  const found = [
    { is: packets === 0, text: `${name} has no IP packets.` },
    { is: isTruncated, text: `${name} ends inside a packet; what stands before was used.` },
    { is: isSampled, text: `${name} was sampled at different rates; shares are weighted, and intervals wider for it.` },
    {
      is: cut > packets / 2,
      text: `Most packets of ${name} are cut: bytes behind the cut could not be learnt. Capture whole packets to have them.`,
    },
  ]
  return found.filter(({ is }) => is).map(({ text }) => text)
}

function nothingFound({ report, learnt }: Judged): string[] {
  if (report.attack.packets === 0) return []
  const nearest = learnt?.failed[0]
  const hint =
    nearest === undefined
      ? ''
      : ` What came nearest, ${filterText({ kind: 'all', of: nearest.conditions })}, holds ${percent(nearest.held * nearest.share)} of the attack` +
        (report.baseline === null ? '.' : ` and ${percent(nearest.spared)} of other traffic.`)
  const beside = report.baseline === null ? 'everyday traffic' : 'the baseline'
  return [
    `The attack capture looks like ${beside}: no filter holds it and spares the rest.${hint} ` +
      'Cut the capture to the time and the target of the attack, allow more false packets, or allow source prefixes.',
  ]
}

function foundWarnings({ report, learnt }: Judged): string[] {
  const { held, ask } = report
  const left = (learnt?.failed ?? []).filter(({ share }) => share >= leastNamed).slice(0, mostNamed)
  const missed = held.share < ask.min_recall
  return [
    ...(missed ? [`It holds ${percent(held.share)} of the attack capture; ${percent(ask.min_recall)} were asked for.`] : []),
    ...(missed && left.length > 0 ? [`Not held, and not to be told from other traffic: ${left.map(leftText).join('; ')}.`] : []),
    ...(learnt === null || learnt.transfers.length === 0
      ? []
      : [`Taken for somebody's transfer, as few send it: ${learnt.transfers.map(leftText).join('; ')}.`]),
    ...(missed && report.parts.length === ask.max_parts ? [`All ${ask.max_parts} parts are used; allow more of them to hold more.`] : []),
  ]
}

const leftText = ({ title, share }: Pick<FailedVector, 'title' | 'share'>) => `${title}, ${percent(share)} of the capture`

function baselineWarnings({ report, learnt }: Judged): string[] {
  const { false: wrong, ask } = report
  if (report.filter === null) return []
  if (wrong === null)
    return [
      'There is no baseline: nothing is known about normal traffic that it holds. Count with it before it drops anything, or give a capture of normal traffic to the same targets.',
    ]
  if (wrong.of === 0) return []
  if (wrong.share > ask.max_false)
    return [`It holds ${percent(wrong.share)} of the baseline, more than the ${percent(ask.max_false)} that may be held.`]
  if (wrong.high <= ask.max_false) return []
  const wanted = Math.ceil(4 / Math.max(ask.max_false, 1e-6))
  return [
    `The baseline is too small to prove it: with ${wrong.of} packets as much as ${percent(wrong.high)} of normal traffic may be held, ` +
      `and ${percent(ask.max_false)} were asked for. ${ask.max_false === 0 ? 'Zero can never be proved' : `About ${wanted} packets are needed`}.` +
      (learnt?.withEveryday === true ? ' Conditions were also chosen by a built-in picture of everyday traffic.' : ''),
  ]
}

/** With two digits that count. */
function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 99.95 ? value.toFixed(value % 1 === 0 ? 0 : 2) : Number(value.toPrecision(value < 10 ? 2 : 3))} %`
}
