// A signature as JSON to be kept and passed on: what the attack looks like, without the addresses of who was attacked.
import { filterText } from '../../filter/filter-text.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { Share, SignatureReport } from '../../contract/signature.ts'
import { partsOf } from '../describe/leaves.ts'
import { nothing, type Rendered, type RenderingFacts } from './rendered.ts'
import { widened, widenedFilter, type Ability } from './widening.ts'

/** Raised when a field changes its meaning. */
const schema = 'drawbridge-signature-1'

/** Bins of a field that are passed on: the commonest. */
const binsAtMost = 8

export const fingerprintAbility: Ability = {
  refuses: ({ leaf }) => (leaf.kind === 'address' && leaf.side === 'destination' ? 'a fingerprint names nobody who was attacked' : null),
}

export function fingerprintRendering(filter: PacketFilter, { name, report }: RenderingFacts): Rendered {
  const found = widened(filter, fingerprintAbility)
  if (found === null || found.conjunctions.some((conjunction) => conjunction.length === 0)) {
    return nothing(['There is nothing to pass on but destinations.', ...(found?.notes ?? [])].join(' '))
  }
  const told = widenedFilter(filter, fingerprintAbility)
  const fingerprint = {
    schema,
    name,
    filter: filterText(told),
    parts: partsOf(told).map((part, index) => partFacts(filterText(part), report?.parts[index])),
    ...(report === null ? {} : reportFacts(report)),
  }
  return {
    text: `${JSON.stringify(fingerprint, null, 2)}\n`,
    exact: found.notes.length === 0,
    notes: [...found.notes, 'The fields are described in docs/signatures.md.'],
  }
}

type Part = SignatureReport['parts'][number]

function partFacts(filter: string, part: Part | undefined): object {
  // Of a filter that was edited since, the report tells nothing.
  if (part?.filter !== filter) return { filter }
  return {
    title: part.title,
    filter,
    packets: figures(part.attack),
    bytes: figures(part.bytes),
    baseline: figures(part.baseline),
    conditions: part.conditions.map(({ filter: text, field, meaning, attack, baseline, variability }) => ({
      filter: text,
      field,
      meaning,
      variability,
      attack: figures(attack),
      baseline: figures(baseline),
    })),
    junk: part.junk.map(({ kind, share }) => ({ kind, share: figures(share) })),
  }
}

function reportFacts(report: SignatureReport): object {
  const { attack, baseline, held, held_bytes, junk, spreads } = report
  return {
    attack: { packets: attack.packets, bytes: attack.bytes, first_at: attack.first_at, last_at: attack.last_at },
    baseline: baseline === null ? null : { packets: baseline.packets, bytes: baseline.bytes },
    held: figures(held),
    held_bytes: figures(held_bytes),
    false: figures(report.false),
    junk: junk.map(({ kind, share }) => ({ kind, share: figures(share) })),
    fields: spreads.map(({ field, bins }) => ({
      field,
      values: bins
        .toSorted((one, other) => other.attack - one.attack)
        .slice(0, binsAtMost)
        .map(({ label, attack: share }) => ({ value: label, share: rounded(share) })),
    })),
  }
}

const rounded = (number: number) => Number(number.toPrecision(4))

/** Share with its interval, null where nothing was measured. */
function figures(share: Share | null): object | null {
  return share === null ? null : { share: rounded(share.share), low: rounded(share.low), high: rounded(share.high), of: share.of }
}
