// The fields of attack and baseline that differ most, as bars of characters.
import type { FieldSpread } from '../contract/signature.ts'
import { percentText } from '../signature/share-text.ts'

const fieldsAtMost = 3
const binsAtMost = 8
/** Part of one side that a value has to have to be drawn. */
const leastShown = 0.005
/** Of the label, and of a share beside its bar. */
const [labelWidth, shareWidth] = [22, 8]
/** Eighths of a character's width. */
const eighths = ' ▏▎▍▌▋▊▉█'

/**
 * Sources nearly always differ; they are shown where they are part of the signature.
 * @param columns of the terminal
 */
export function spreadPlots(spreads: readonly FieldSpread[], columns: number): string {
  const shown = spreads.filter(({ field, bins }) => field !== 'source_8' || bins.some(({ held }) => held)).slice(0, fieldsAtMost)
  return shown.map((spread) => spreadPlot(spread, columns)).join('\n')
}

function spreadPlot({ title, bins, distance }: FieldSpread, columns: number): string {
  // Of many ranges those that say most, in their own order.
  const told = new Set(
    bins
      .filter((bin) => largest(bin) >= leastShown)
      .toSorted((one, other) => largest(other) - largest(one))
      .slice(0, binsAtMost),
  )
  const hasBaseline = bins.some(({ baseline }) => baseline !== null)
  const width = Math.max(8, Math.floor((columns - labelWidth - (hasBaseline ? 2 : 1) * (shareWidth + 3)) / (hasBaseline ? 2 : 1)))
  const differs = distance === null ? '' : `, differs by ${percentText(distance)}`
  const lines = bins
    .filter((bin) => told.has(bin))
    .map(({ label, attack, baseline, held }) => {
      const sides = [barText(attack, width), ...(hasBaseline ? [barText(baseline ?? 0, width)] : [])]
      return `${held ? '*' : ' '} ${label.slice(0, labelWidth - 3).padEnd(labelWidth - 2)}${sides.join('  ')}`.trimEnd()
    })
  return `${title}${differs}: attack${hasBaseline ? ', then baseline' : ''}; * in the signature\n${lines.join('\n')}\n`
}

const largest = ({ attack, baseline }: FieldSpread['bins'][number]) => Math.max(attack, baseline ?? 0)

function barText(share: number, width: number): string {
  const filled = Math.round(share * width * 8)
  const bar = `${eighths.slice(-1).repeat(filled >> 3)}${(filled & 7) === 0 ? '' : eighths[filled & 7]}`
  return `${bar.padEnd(width)} ${percentText(share).padStart(shareWidth)}`
}
