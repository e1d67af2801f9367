// Decodes public test suites of flow exports and captures, where they are at hand, and compares with totals of other tools.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { WireError } from '../contract/wire-errors.ts'
import { captureFormat, capturedPackets } from '../wire/capture-file.ts'
import { parsePacketHeader } from '../wire/packet-header.ts'
import { summarise } from './decode-files.ts'
import type { DecodeSummary } from './decode-summary.ts'

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))

/** Totals of one file or case, as far as they are compared. */
interface Totals {
  readonly protocol_versions: Readonly<Record<string, number>>
  readonly templates: number
  readonly options_templates: number
  readonly data_records: number
  readonly options_records: number
  readonly ipv4_records: number
  readonly ipv6_records: number
  readonly sum_packets: number
  readonly sum_bytes: number
  readonly data_sets_without_template: number
  readonly sflow?: Readonly<Record<string, number>>
}

interface Expectation {
  readonly files?: readonly string[]
  readonly expected?: Totals
  /** How a disagreement between tools was settled. */
  readonly adjudication?: string
  readonly if_all_messages_in_the_datagram_are_decoded?: Partial<Totals>
  readonly capture?: CaptureTotals & {
    readonly capinfos_error?: string
    readonly second_reader?: CaptureTotals
    readonly 'First packet time'?: string
  }
  readonly 'if_templates_known_beforehand(two_pass)'?: Partial<Totals>
}

interface CaptureTotals {
  readonly packets: number
  readonly sum_wire_length: number
  readonly sum_captured_length: number
}

interface Expectations {
  readonly files: Readonly<Record<string, Expectation>>
  readonly cases: Readonly<Record<string, Expectation>>
}

/**
 * Files of which the totals cover the first datagram alone, with its length: netflow5.dat was written by netcat and goes
 * on with eleven more datagrams.
 */
const firstDatagrams: Readonly<Record<string, number>> = {
  'logstash-plugins+logstash-codec-netflow/spec/codecs/netflow5.dat': 24 + 2 * 48,
}

function present(): boolean {
  try {
    return statSync(`${corpus}expected-tshark.json`).isFile()
  } catch {
    // Another machine: nothing to compare with.
    return false
  }
}

function read(name: string): Uint8Array {
  return readFileSync(`${corpus}${name}`)
}

/** The summary that the totals stand for; undefined values are not told and not compared. */
function expectedSummary(totals: Totals): Record<string, number | undefined> {
  const { protocol_versions: versions, sflow = {} } = totals
  const samples = sflow['flow_samples'] ?? 0
  // Frame lengths of samples without a raw header are not part of the totals.
  const frames =
    samples > 0 && sflow['raw_header_protocol_1'] === undefined ? undefined : (sflow['sampled_frame_bytes(sum frame_length)'] ?? 0)
  return {
    netflow5: versions['netflow5'] ?? 0,
    netflow9: versions['netflow9'] ?? 0,
    ipfix: versions['ipfix'] ?? 0,
    sflow5: versions['sflow5'] ?? 0,
    templates: totals.templates,
    optionsTemplates: totals.options_templates,
    records: totals.data_records,
    optionsRecords: totals.options_records,
    flowSamples: samples,
    counterSamples: sflow['counter_samples'] ?? 0,
    dropSamples: sflow['discard_samples'] ?? 0,
    packets: totals.sum_packets + samples,
    bytes: frames === undefined ? undefined : totals.sum_bytes + frames,
    ipv4: totals.ipv4_records + (sflow['ipv4'] ?? 0),
    ipv6: totals.ipv6_records + (sflow['ipv6'] ?? 0),
    dataSetsWithoutTemplate: totals.data_sets_without_template,
  }
}

function differences(summary: DecodeSummary, totals: Totals): string[] {
  const ours: Record<string, unknown> = { ...summary, ...summary.datagrams }
  return Object.entries(expectedSummary(totals))
    .filter(([key, value]) => value !== undefined && value !== ours[key])
    .map(([key, value]) => `${key} ${String(ours[key])}, expected ${value}`)
}

interface Comparison {
  readonly name: string
  readonly differences: readonly string[]
  /** Nothing but the count of its damage was asked of it. */
  readonly damaged?: boolean
}

function compare(kind: 'files' | 'cases', expectations: Expectations): Comparison[] {
  return Object.entries(expectations[kind]).flatMap(([name, expectation]) => {
    if (expectation.expected === undefined) return []
    const files = expectation.files ?? [name]
    const summary = summarise(
      name,
      files.map((file) => read(file).subarray(0, firstDatagrams[file])),
    )
    const totals = {
      ...expectation.expected,
      // We keep data sets for a template that comes later, as a reader does that knows all templates beforehand.
      ...expectation['if_templates_known_beforehand(two_pass)'],
      ...expectation.if_all_messages_in_the_datagram_are_decoded,
    }
    const damaged = isCountedDamage(expectation, summary)
    return [{ name, differences: damaged ? [] : differences(summary, totals), damaged }]
  })
}

/**
 * Whether the file was made to be refused and was: the tools that the totals come from disagree about it, and all that
 * is asked is that the damage is counted.
 */
function isCountedDamage({ adjudication = '' }: Expectation, { datagrams, malformed }: DecodeSummary): boolean {
  return adjudication.startsWith('Malformed on purpose') && malformed + datagrams.undecodable > 0
}

function report(kind: string, comparisons: readonly Comparison[]): void {
  const different = comparisons.filter((comparison) => comparison.differences.length > 0)
  const lines = different.map(({ name, differences }) => `  ${name}\n    ${differences.join('; ')}`)
  const damaged = comparisons
    .filter((comparison) => comparison.damaged === true)
    .map(({ name }) => `  counted as damaged, as it should be: ${name}`)
  const agreeing = comparisons.length - different.length
  console.log(
    [`${kind}: ${agreeing} of ${comparisons.length} agree, ${damaged.length} of them by counted damage`, ...damaged, ...lines].join('\n'),
  )
}

function disagreeing(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter((comparison) => comparison.differences.length > 0)
}

/** Counts and lengths of a capture, and its first time, by our readers. Every packet goes through the header walk. */
function readCapture(bytes: Uint8Array): CaptureTotals & { first: bigint | undefined } {
  const batch = createFlowBatch(1)
  const totals = { packets: 0, sum_wire_length: 0, sum_captured_length: 0, first: undefined as bigint | undefined }
  for (const { offset, capturedLength, wireLength, linkType, timeNs } of capturedPackets(bytes)) {
    parsePacketHeader(bytes, offset, offset + capturedLength, linkType, batch, 0)
    totals.packets++
    totals.sum_wire_length += wireLength
    totals.sum_captured_length += capturedLength
    totals.first ??= timeNs
  }
  return totals
}

/** `2010-06-29 19:41:35.135052`, with as many digits as the text to compare with. */
function utcText(timeNs: bigint, digits: number): string {
  const seconds = new Date(Number(timeNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return `${seconds}.${String(timeNs % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits)}`
}

function compareCapture(name: string, capture: NonNullable<Expectation['capture']>): Comparison {
  const found: string[] = []
  const wanted = capture.second_reader ?? capture
  try {
    const ours = readCapture(read(name))
    for (const key of ['packets', 'sum_wire_length', 'sum_captured_length'] as const) {
      if (ours[key] !== wanted[key]) found.push(`${key} ${ours[key]}, expected ${wanted[key]}`)
    }
    const time = capture['First packet time']
    const digits = time?.split('.')[1]?.length ?? 0
    if (time !== undefined && ours.first !== undefined && utcText(ours.first, digits) !== time)
      found.push(`first packet ${utcText(ours.first, digits)}, expected ${time}`)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    // A file that another tool refuses too, for more than a link type that it has no name for.
    const refused = capture.capinfos_error !== undefined && !capture.capinfos_error.includes('network type 2')
    if (!refused) found.push(`refused: ${error.message}`)
  }
  return { name, differences: found }
}

describe.skipIf(!present())(`corpus${present() ? '' : ` (skipped: there is no ${corpus})`}`, () => {
  const expectations = present()
    ? (JSON.parse(readFileSync(`${corpus}expected-tshark.json`, 'utf8')) as Expectations)
    : { files: {}, cases: {} }

  it('agrees on the totals of flow files', () => {
    const comparisons = compare('files', expectations)
    report('flow files', comparisons)
    expect(comparisons.length).toBeGreaterThan(150)
    expect(disagreeing(comparisons)).toEqual([])
  })

  it('agrees on the totals of cases, each of several files in order', () => {
    const comparisons = compare('cases', expectations)
    report('cases', comparisons)
    expect(comparisons.length).toBeGreaterThan(50)
    expect(disagreeing(comparisons)).toEqual([])
  })

  it('decodes all twelve datagrams of a file of which the totals cover the first', () => {
    const bytes = read('logstash-plugins+logstash-codec-netflow/spec/codecs/netflow5.dat')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let [at, datagrams, records] = [0, 0, 0]
    // By their own counts the datagrams fill the file to the byte: 1728 = 12 × 24 + 30 × 48.
    for (; at < bytes.length; datagrams++) {
      expect(view.getUint16(at)).toBe(5)
      const count = view.getUint16(at + 2)
      records += count
      at += 24 + count * 48
    }
    expect([at, datagrams, records]).toEqual([bytes.length, 12, 30])
    const summary = summarise('netflow5.dat', [bytes])
    expect([summary.datagrams.netflow5, summary.records, summary.packets, summary.bytes]).toEqual([12, 30, 230, 18_684])
  })

  it('agrees on packets, lengths and times of captures, finds no flow datagram in them, and refuses what must be refused', () => {
    const captures = Object.entries(expectations.files).flatMap(([name, { capture }]) => (capture === undefined ? [] : [{ name, capture }]))
    const comparisons = captures.map(({ name, capture }) => compareCapture(name, capture))
    report('captures', comparisons)
    expect(comparisons.length).toBeGreaterThan(300)
    expect(disagreeing(comparisons)).toEqual([])
    const mistaken = captures.filter(({ name }) => Object.values(tolerantSummary(name)?.datagrams ?? {}).some((count) => count > 0))
    expect(mistaken.map(({ name }) => name)).toEqual([])
  })

  it('survives every file, of whatever kind', () => {
    const names = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const refused = names.filter((entry) => tolerantSummary(`${entry.parentPath}/${entry.name}`.slice(corpus.length)) === undefined)
    console.log(`${names.length} files, of which ${refused.length} are no captures or datagrams, or damaged`)
    expect(refused.length).toBeLessThan(names.length)
  })
})

/** The summary, or undefined when the file is refused or damaged. Throws what must never be thrown. */
function tolerantSummary(name: string): DecodeSummary | undefined {
  try {
    const bytes = read(name)
    captureFormat(bytes)
    return summarise(name, [bytes])
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return undefined
  }
}
