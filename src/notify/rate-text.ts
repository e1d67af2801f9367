// Rates and spans in the words that alerts use (contract §5.3): `6.4Gb/s`, `2.4 Gbps`, `20,000 pps`, `1h5m`.

const prefixes = ['', 'K', 'M', 'G', 'T', 'P'] as const

function scaled(value: number): { readonly number: string; readonly prefix: string } {
  // Three digits are as much as sampled traffic tells. Rounded first: 999.6 Mb/s is 1 Gb/s.
  const rounded = Number(value.toPrecision(3))
  const step = Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.max(1, rounded)) / 3))
  return { number: String(Number((rounded / 1000 ** step).toPrecision(3))), prefix: prefixes[step] ?? '' }
}

/** `6.4Gb/s` */
export function bitsText(bits: number): string {
  const { number, prefix } = scaled(bits)
  return `${number}${prefix}b/s`
}

/** `2.4 Gbps` */
export function bpsText(bits: number): string {
  const { number, prefix } = scaled(bits)
  return `${number} ${prefix}bps`
}

/** `20,000 pps` */
export function ppsText(packets: number): string {
  return `${Math.round(packets).toLocaleString('en-US')} pps`
}

/** Megabits a second with at most three digits after the point. */
export function megabits(bits: number): number {
  return Number((bits / 1e6).toFixed(3))
}

/** `45s`, `5m`, `1h5m`, `2d3h`: the two largest units. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = units.findIndex(([number]) => number > 0)
  if (first === -1) return '0s'
  return units
    .slice(first, first + 2)
    .filter(([number]) => number > 0)
    .map(([number, unit]) => `${number}${unit}`)
    .join('')
}
