// What `decode --summary` tells about a file: the counts, as one JSON object or as a table.

/** Datagrams by protocol. The two that are hardly seen any more are there only where a file has them. */
export interface DatagramCounts {
  netflow5: number
  netflow9: number
  ipfix: number
  sflow5: number
  undecodable: number
  netflow1?: number
  netflow7?: number
}

/** Counts of one file. The keys and their order are the output format of `decode --summary --json`. */
export interface DecodeSummary {
  readonly file: string
  readonly datagrams: DatagramCounts
  /** Announcements of templates, repetitions included. */
  templates: number
  optionsTemplates: number
  /** Data records of NetFlow and IPFIX. One that counts both directions is one record, though it makes two flows. */
  records: number
  optionsRecords: number
  flowSamples: number
  counterSamples: number
  /** Discarded-packet samples. */
  dropSamples: number
  /** As exported, without the sampling factor: of records IE 2 and IE 1; of flow samples 1 and the frame length. */
  packets: number
  bytes: number
  /** Records with fields for IPv4 or for IPv6 addresses (IE 8, 12 or 27, 28; with both they are in neither count), and samples of such packets. */
  ipv4: number
  ipv6: number
  /** Data sets whose template had not come by the end of the file. */
  dataSetsWithoutTemplate: number
  /** Sets, samples and records that were wrong, and damage to the file itself. */
  malformed: number
}

export function createSummary(file: string): DecodeSummary {
  return {
    file,
    datagrams: { netflow5: 0, netflow9: 0, ipfix: 0, sflow5: 0, undecodable: 0 },
    templates: 0,
    optionsTemplates: 0,
    records: 0,
    optionsRecords: 0,
    flowSamples: 0,
    counterSamples: 0,
    dropSamples: 0,
    packets: 0,
    bytes: 0,
    ipv4: 0,
    ipv6: 0,
    dataSetsWithoutTemplate: 0,
    malformed: 0,
  }
}

const labels: readonly (readonly [label: string, value: (summary: DecodeSummary) => number])[] = [
  ['NetFlow v1 datagrams', (s) => s.datagrams.netflow1 ?? 0],
  ['NetFlow v5 datagrams', (s) => s.datagrams.netflow5],
  ['NetFlow v7 datagrams', (s) => s.datagrams.netflow7 ?? 0],
  ['NetFlow v9 datagrams', (s) => s.datagrams.netflow9],
  ['IPFIX messages', (s) => s.datagrams.ipfix],
  ['sFlow v5 datagrams', (s) => s.datagrams.sflow5],
  ['undecodable datagrams', (s) => s.datagrams.undecodable],
  ['templates', (s) => s.templates],
  ['options templates', (s) => s.optionsTemplates],
  ['records', (s) => s.records],
  ['options records', (s) => s.optionsRecords],
  ['flow samples', (s) => s.flowSamples],
  ['counter samples', (s) => s.counterSamples],
  ['dropped-packet samples', (s) => s.dropSamples],
  ['packets', (s) => s.packets],
  ['bytes', (s) => s.bytes],
  ['with IPv4 addresses', (s) => s.ipv4],
  ['with IPv6 addresses', (s) => s.ipv6],
  ['data sets without template', (s) => s.dataSetsWithoutTemplate],
  ['malformed', (s) => s.malformed],
]

/** The counts as lines of a table; what is zero is left out. */
export function summaryTable(summary: DecodeSummary): string {
  const rows = labels
    .map(([label, value]) => ({ label, text: String(value(summary)), zero: value(summary) === 0 }))
    .filter((row) => !row.zero)
  if (rows.length === 0) return `${summary.file}\n  no flow datagrams\n`
  const width = Math.max(...rows.map((row) => row.label.length))
  const digits = Math.max(...rows.map((row) => row.text.length))
  const lines = rows.map((row) => `  ${row.label.padEnd(width)}  ${row.text.padStart(digits)}`)
  return `${summary.file}\n${lines.join('\n')}\n`
}
