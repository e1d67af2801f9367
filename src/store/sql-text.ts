// Quoting for the few places of SQL where ClickHouse takes no bound parameter: settings, names, paths.

/** A string literal. ClickHouse reads backslash escapes inside single quotes. */
export function sqlString(value: string): string {
  if (value.includes('\0')) throw new RangeError('SQL cannot hold a NUL character')
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A name that needs no quotes. */
export const plainName = /^[A-Za-z_]\w{0,127}$/

/** @throws RangeError for a name that would need quotes */
export function sqlName(value: string): string {
  if (!plainName.test(value)) throw new RangeError(`${JSON.stringify(value)} is not a plain name`)
  return value
}
