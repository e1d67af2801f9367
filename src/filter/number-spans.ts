// Lists of inclusive ranges of numbers in their one normal form: in order, apart, none touching the next.
import type { NumberSpan } from '../contract/packet-filter.ts'

export function normalSpans(spans: readonly NumberSpan[]): NumberSpan[] {
  const sorted = spans.toSorted(([one], [other]) => one - other)
  const apart: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = apart.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else apart.push([from, to])
  }
  return apart
}

/** Lengths of IP packets as lengths behind the IPv6 header. What is longer than a length can say counts as the longest. */
export function payloadSpans(spans: readonly NumberSpan[]): NumberSpan[] {
  return spans.filter(([, to]) => to >= 40).map(([from, to]) => [Math.max(0, from - 40), to === 65_535 ? 65_535 : to - 40])
}
