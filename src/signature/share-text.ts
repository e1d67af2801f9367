// Shares as people read them.

/** `97 %`, `0.4 %`, `0.02 %`; `below 0.01 %` for what is less. Only 0 is 0, only 1 is 100. */
export function percentText(share: number): string {
  if (share <= 0) return '0 %'
  if (share >= 1) return '100 %'
  const percent = share * 100
  if (percent < 0.01) return 'below 0.01 %'
  if (percent > 99.99) return 'above 99.99 %'
  const digits = percent < 0.1 || percent > 99.9 ? 2 : percent < 10 || percent > 99 ? 1 : 0
  return `${Number(percent.toFixed(digits))} %`
}
