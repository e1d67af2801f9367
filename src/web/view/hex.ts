// Bytes as people read them.

/** `001122334455` as rows of sixteen bytes with their offset. */
export function hexRows(hex: string): string {
  const rows: string[] = []
  for (let at = 0; at < hex.length; at += 32) {
    const bytes = hex.slice(at, at + 32).match(/../g) ?? []
    rows.push(`${(at / 2).toString(16).padStart(4, '0')}  ${bytes.join(' ')}`)
  }
  return rows.join('\n')
}
