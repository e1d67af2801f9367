// What can be wrong with a database file, a range list or a list of own networks.

/** Every code with the sentence that explains it. The codes are label values of metrics: keep them short and stable. */
const enrichErrorTexts = {
  unreadable: 'the file cannot be read',
  too_large: 'the file is larger than Drawbridge takes',
  bad_mmdb: 'the file is not a sound MaxMind database',
  bad_csv: 'the range list has a line that is not start,end,AS number,name',
  no_country: 'the database has no country codes in a known field',
  no_asn: 'the database has no AS numbers in a known field',
  unexpected: 'loading the file failed for a reason that Drawbridge does not know',
  bad_prefix: 'an own network is not an IPv4 or IPv6 prefix such as 203.0.113.0/24',
} as const

export type EnrichErrorCode = keyof typeof enrichErrorTexts

/** Thrown when a source of enrichment cannot be used. `detail` names the place: a line, a node, a prefix. */
export class EnrichError extends Error {
  override readonly name = 'EnrichError'
  readonly code: EnrichErrorCode
  constructor(code: EnrichErrorCode, detail = '', cause?: unknown) {
    super(detail === '' ? enrichErrorTexts[code] : `${enrichErrorTexts[code]} (${detail})`, { cause })
    this.code = code
  }
}
