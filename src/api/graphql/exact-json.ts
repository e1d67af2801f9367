// JSON in which bigints are numbers with all their digits: uint64 sums above 2^53 are not rounded.
import { randomBytes } from 'node:crypto'

/** As JSON.stringify, with bigints as numbers. */
export function exactJson(value: unknown): string {
  let marker: string | undefined
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item
    // Nobody can put the marker of this very answer into a string of it.
    marker ??= randomBytes(16).toString('hex')
    return `${marker}${item}`
  })
  return marker === undefined ? text : text.replaceAll(new RegExp(`"${marker}(-?\\d+)"`, 'g'), '$1')
}
