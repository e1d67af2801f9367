// A signature in all formats, and what those hold that are wider than it: measured on the same packets.
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { renderingFormats, type Rendering, type Share, type SignatureReport } from '../../contract/signature.ts'
import { filterText } from '../../filter/filter-text.ts'
import { packetTest } from '../../filter/packet-test.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import type { FedPacket, PacketFeed } from '../packet-feed.ts'
import { readFeed } from '../reading.ts'
import { renderSignature, wideFilter } from '../renderings.ts'
import { ShareMeter } from '../shares.ts'

interface MeasuredFeeds {
  readonly attack: PacketFeed
  readonly baseline: PacketFeed | null
}

interface NamedReport {
  /** Goes into comments. */
  readonly name: string
  readonly report: SignatureReport
}

type Measured = Pick<Rendering, 'held' | 'false'>

/** @returns none without a filter. @throws WireError of the feeds; the signal's reason */
export async function renderMeasured(facts: NamedReport, feeds: MeasuredFeeds, signal: AbortSignal): Promise<readonly Rendering[]> {
  const renderings = allRenderings(facts)
  const filter = facts.report.filter === null ? null : parseFilter(facts.report.filter)
  if (filter === null || !renderings.some(isWider)) return renderings
  const wide = renderings.map((rendering) => (isWider(rendering) ? wideFilter(filter, rendering.format) : null))
  const held = await sharesOf(wide, feeds.attack, signal)
  const spared = feeds.baseline && (await sharesOf(wide, feeds.baseline, signal))
  return renderings.map((rendering, index) => {
    const share = held[index]
    return share ? withMeasured(rendering, { held: share, false: spared?.[index] ?? null }) : rendering
  })
}

/** With another name; what was measured stays. */
export function renderAgain(known: readonly Rendering[], facts: NamedReport): readonly Rendering[] {
  const measured = new Map(known.map(({ format, held, false: spared }) => [format, { held, false: spared }]))
  return allRenderings(facts).map((rendering) => {
    const { held, false: spared } = measured.get(rendering.format) ?? {}
    return held === undefined || spared === undefined ? rendering : withMeasured(rendering, { held, false: spared })
  })
}

function allRenderings({ name, report }: NamedReport): readonly Rendering[] {
  if (report.filter === null) return []
  const filter = parseFilter(report.filter)
  return renderingFormats.map((format) => renderSignature(filter, format, { name, report }))
}

const isWider = ({ exact, text }: Rendering) => !exact && text !== ''

const withMeasured = (rendering: Rendering, measured: Measured): Rendering => ({ ...rendering, ...measured })

/** What each filter holds, all in one reading; those that say the same are asked once. */
async function sharesOf(
  filters: readonly (PacketFilter | null)[],
  feed: PacketFeed,
  signal: AbortSignal,
): Promise<readonly (Share | null)[]> {
  const keys = filters.map((filter) => filter && filterText(filter))
  const meters = new Map<string, { readonly passes: ReturnType<typeof packetTest>; readonly shares: ShareMeter }>()
  for (const [index, filter] of filters.entries()) {
    if (filter) meters.set(keys[index] ?? '', { passes: packetTest(filter), shares: new ShareMeter() })
  }
  const take = ({ layout, sampling }: FedPacket) => {
    for (const { passes, shares } of meters.values()) shares.add(passes(layout), sampling)
  }
  await readFeed(feed, take, { signal }, { phase: 'measuring', from: 0, to: 1, before: 0 })
  return keys.map((key) => (key === null ? null : (meters.get(key)?.shares.share ?? null)))
}
