// From an attack capture and normal traffic to the smallest filter that tells them apart, with what was measured about it.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { SignatureAsk, SignatureReport } from '../contract/signature.ts'
import { filterText } from '../filter/filter-text.ts'
import { Selection } from './features/selection.ts'
import { learn, type Learnt } from './learn/cover.ts'
import { FilterMeter } from './measure.ts'
import type { PacketFeed } from './packet-feed.ts'
import { readFeed, type DerivingWatch, type ReadFeed } from './reading.ts'
import { warningsOf } from './warnings.ts'

export interface SignatureFeeds {
  readonly attack: PacketFeed
  readonly baseline: PacketFeed | null
}

/**
 * Packets of a side that are learnt from. Of 100 000 the interval around a share of 0.1 % is ±0.02 %; a row takes about
 * 250 bytes.
 */
const selected = 100_000
const seeds = { attack: 11, baseline: 12 } as const
/** A filter that holds less of the attack than this says nothing about it. */
const leastHeld = 0.05

/** Learns a filter, then measures it. Deterministic. @throws WireError of the feeds; the signal's reason */
export async function deriveSignature(feeds: SignatureFeeds, ask: SignatureAsk, watch: DerivingWatch = {}): Promise<SignatureReport> {
  const attack = new Selection(selected, seeds.attack)
  const baseline = feeds.baseline && new Selection(selected, seeds.baseline)
  const reading = { from: 0, to: 1, before: 0 }
  await readFeed(feeds.attack, (packet) => attack.add(packet), watch, { phase: 'reading attack', ...reading })
  if (feeds.baseline !== null)
    await readFeed(feeds.baseline, (packet) => baseline?.add(packet), watch, { phase: 'reading baseline', ...reading })
  const told = (share: number) => watch.progress?.({ phase: 'learning', share, packets: attack.rows + (baseline?.rows ?? 0) })
  // An empty baseline tells nothing.
  const spared = baseline === null || baseline.rows === 0 ? null : baseline
  const learnt = await learn({ attack, baseline: spared, ask, told, signal: watch.signal })
  const filter = filterOf(learnt)
  const rows = { attack: attack.rows, baseline: baseline?.rows ?? 0 }
  const report = await measured({ filter, feeds, ask, rows, learnt }, watch)
  // Measured once more without it, so that targets and spreads are those of the whole capture.
  if (filter === null || report.held.share >= leastHeld) return report
  return measured({ filter: null, feeds, ask, rows, learnt }, watch)
}

/** Measures a filter that somebody has written. Its parts are those of its topmost `any`, their conditions those of `all`. */
export async function measureSignature(
  filter: PacketFilter,
  feeds: SignatureFeeds,
  ask: SignatureAsk,
  watch: DerivingWatch = {},
): Promise<SignatureReport> {
  return measured({ filter, feeds, ask, rows: { attack: 0, baseline: 0 }, learnt: null }, watch)
}

function filterOf({ parts }: Learnt): PacketFilter | null {
  const alternatives = parts.map(({ conditions }): PacketFilter => ({ kind: 'all', of: conditions }))
  const [only] = alternatives
  return only === undefined ? null : alternatives.length === 1 ? only : { kind: 'any', of: alternatives }
}

interface Measuring {
  readonly filter: PacketFilter | null
  readonly feeds: SignatureFeeds
  readonly ask: SignatureAsk
  /** Packets that were learnt from. */
  readonly rows: { readonly attack: number; readonly baseline: number }
  readonly learnt: Learnt | null
}

async function measured(measuring: Measuring, watch: DerivingWatch): Promise<SignatureReport> {
  const { filter, feeds, ask, rows, learnt } = measuring
  const meter = new FilterMeter(filter)
  const { attack, baseline } = await readBoth(feeds, meter, watch)
  const hasBaseline = baseline !== null
  const report = {
    ask,
    attack: { ...attack.input, learnt_from: rows.attack },
    baseline: baseline && { ...baseline.input, learnt_from: rows.baseline },
    filter: filter && filterText(filter),
    parts: meter.parts(hasBaseline),
    held: meter.held.share,
    held_bytes: meter.heldBytes.share,
    false: hasBaseline ? meter.false.share : null,
    targets: meter.targets.targets(),
    junk: meter.junk.findings(),
    spreads: meter.spread.spreads(filter),
  }
  watch.progress?.({ phase: 'done', share: 1, packets: attack.input.packets + (baseline?.input.packets ?? 0) })
  return { ...report, warnings: warningsOf({ report, learnt, attack, baseline, fewSources: meter.partsOfFewSources() }) }
}

interface ReadSides {
  readonly attack: ReadFeed
  readonly baseline: ReadFeed | null
}

async function readBoth({ attack, baseline }: SignatureFeeds, meter: FilterMeter, watch: DerivingWatch): Promise<ReadSides> {
  const bytes = attack.bytes === null || baseline?.bytes === null ? null : attack.bytes / Math.max(1, attack.bytes + (baseline?.bytes ?? 0))
  const border = baseline === null ? 1 : (bytes ?? 0.5)
  const phase = 'measuring'
  const first = await readFeed(attack, (packet) => meter.add(packet, 'attack'), watch, { phase, from: 0, to: border, before: 0 })
  if (baseline === null) return { attack: first, baseline: null }
  const before = first.input.packets
  const second = await readFeed(baseline, (packet) => meter.add(packet, 'baseline'), watch, { phase, from: border, to: 1, before })
  return { attack: first, baseline: second }
}
