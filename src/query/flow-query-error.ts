// What can be wrong with a question about flows, in the words that clients of the original know (contract §2.6).

/** Codes with their texts; braces are filled from the values. */
export const flowQueryErrors = {
  too_old: 'cannot request data older than {seconds}s',
  too_wide: 'query time range is too large. Time range can not be wider than {seconds}s',
  too_expensive: 'query time range is too large. Narrow the time range, add filters or select fewer dimensions: {reason}',
  too_many_fields: "number of fields can't be more than {limit}",
  bad_limit: 'limit must be positive number and not greater than {limit}',
  bad_arguments: 'error parsing args for "{node}": {reason}',
} as const

export type FlowQueryErrorCode = keyof typeof flowQueryErrors

/** A question that whoever asked has to change. */
export class FlowQueryError extends Error {
  override readonly name = 'FlowQueryError'
  readonly code: FlowQueryErrorCode
  /** What fills the braces, for those who have their own words. */
  readonly values: Readonly<Record<string, string | number>>
  constructor(code: FlowQueryErrorCode, values: Readonly<Record<string, string | number>>) {
    super(flowQueryErrors[code].replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole)))
    this.code = code
    this.values = values
  }
}
