// A signature as the pages show it: its verdict, shares with their intervals, where it comes from. Pure.
import {
  signaturePhases,
  type FieldSpread,
  type RenderingFormat,
  type Share,
  type Signature,
  type SignatureReport,
  type SignatureSource,
  type Variability,
} from '../../contract/signature.ts'
import { messages } from '../messages.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { formatCount, formatDayTime, formatShare } from './units.ts'

const text = signatureMessages

export type Tone = 'neutral' | 'success' | 'warning' | 'error' | 'info'

const tones: Readonly<Record<Signature['state'], Tone>> = { queued: 'neutral', running: 'info', done: 'success', failed: 'error' }

type Stand = Pick<Signature, 'state' | 'filter'>

/** One that is done and has found nothing is no success. */
export const signatureTone = ({ state, filter }: Stand): Tone => (state === 'done' && filter === null ? 'warning' : tones[state])

export const stateLabel = ({ state, filter }: Stand): string =>
  state === 'done' && filter === null ? text.list.nothing : text.states[state]

export const isAtWork = ({ state }: Pick<Signature, 'state'>): boolean => state === 'queued' || state === 'running'

const work = signaturePhases.length - 1

/** How far it is over all phases, 0 to 1. A phase that cannot tell counts from its beginning. */
export function progressShare({ state, progress }: Pick<Signature, 'state' | 'progress'>): number {
  if (state === 'queued') return 0
  return Math.min(1, (signaturePhases.indexOf(progress.phase) + (progress.share ?? 0)) / work)
}

export function progressText({ state, progress }: Pick<Signature, 'state' | 'progress'>): string {
  if (state === 'queued') return text.waiting
  return text.progress(text.phases[progress.phase], formatCount(progress.packets))
}

const fine = new Intl.NumberFormat(messages.locale, { style: 'percent', maximumSignificantDigits: 2 })

/** A share from 0 to 1: what is not all is never rounded to all, and what is not nothing never to nothing. */
export function verdictShare(share: number): string {
  if (share > 0.9995 && share < 1) return text.almostAll
  if (share > 0 && share < 0.00001) return text.almostNothing
  return share >= 0.1 ? formatShare(share) : fine.format(share)
}

/** `99.1% to 99.3% with 95 % confidence`; empty where there was nothing to measure. */
export const intervalText = ({ of, low, high }: Share): string =>
  of === 0 ? '' : text.page.interval(verdictShare(low), verdictShare(high))

export const countsText = ({ hits, of }: Share): string => text.page.of(formatCount(hits), formatCount(of))

/** In one line: what it holds of the attack, and of normal traffic. */
export function verdictText({ filter, held, false: wrong }: Pick<SignatureReport, 'filter' | 'held' | 'false'>): string {
  if (filter === null) return text.page.verdictNothing
  if (wrong === null) return text.page.verdict(verdictShare(held.share))
  return text.page.verdictSparing(verdictShare(held.share), verdictShare(wrong.share))
}

/** `success` when both goals are reached, `warning` when one is missed or cannot be told. */
export function verdictTone({
  filter,
  held,
  false: wrong,
  ask,
}: Pick<SignatureReport, 'filter' | 'held' | 'false' | 'ask'>): 'success' | 'warning' | 'error' {
  if (filter === null) return 'error'
  return held.share >= ask.min_recall && wrong !== null && wrong.share <= ask.max_false ? 'success' : 'warning'
}

export function sourceText(source: SignatureSource | null): string {
  if (source === null) return text.sources.none
  if (source.kind === 'file') return text.sources.file(source.name)
  if (source.kind === 'samples') return text.sources.samples(formatDayTime(Date.parse(source.from)), formatDayTime(Date.parse(source.to)))
  return text.sources[source.kind]
}

/** What costs an attacker nothing to change is worth a warning. */
export const variabilityTone: Readonly<Record<Variability, 'success' | 'warning' | 'neutral'>> = {
  free: 'warning',
  effort: 'neutral',
  fixed: 'success',
}

type Bin = FieldSpread['bins'][number]

/** The greatest share of all bins, so that the bars of both sides have one scale. */
export const greatestShare = (bins: readonly Bin[]): number =>
  Math.max(0, ...bins.map(({ attack, baseline }) => Math.max(attack, baseline ?? 0)))

export function binText({ label, attack, baseline }: Bin): string {
  return baseline === null
    ? text.page.binAlone(label, formatShare(attack))
    : text.page.bin(label, formatShare(attack), formatShare(baseline))
}

// More is no description any more.
const mostSpoken = 4

/** The chart in words: its greatest bins. */
export function spreadText({ title, bins }: Pick<FieldSpread, 'title' | 'bins'>): string {
  const greatest = bins.toSorted((a, b) => Math.max(b.attack, b.baseline ?? 0) - Math.max(a.attack, a.baseline ?? 0))
  return text.page.described(title, greatest.slice(0, mostSpoken).map(binText).join('; '))
}

const extensions: Readonly<Record<RenderingFormat, string>> = {
  filter: 'txt',
  nftables: 'nft',
  bpf: 'bpf',
  flowspec: 'txt',
  wireshark: 'txt',
  cloudflare: 'txt',
  suricata: 'rules',
  json: 'json',
}

/** `dns-answers.nft`. */
export function renderingFile({ name, id }: Pick<Signature, 'name' | 'id'>, format: RenderingFormat): string {
  const stem = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)
  const kind = extensions[format] === 'txt' ? `-${format}` : ''
  return `${stem === '' ? id : stem}${kind}.${extensions[format]}`
}
