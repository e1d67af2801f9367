// How a format of sFlow that was skipped is named for people.
import type { SflowSkipped } from '../wire/sflow-sample.ts'

export interface SkippedFormat {
  readonly what: SflowSkipped
  /** Data format word: 20 bits enterprise, 12 bits format; or the number of a header protocol. */
  readonly format: number
  count: number
}

const whatText: Readonly<Record<SflowSkipped, string>> = {
  sample: 'sample',
  flow_record: 'flow record',
  header_protocol: 'header protocol',
}

/** `flow record 4413:1`: what, enterprise and format. */
export function skippedFormatText({ what, format }: SkippedFormat): string {
  if (what === 'header_protocol') return `${whatText[what]} ${format}`
  return `${whatText[what]} ${format >>> 12}:${format & 0xfff}`
}
