// Decodes files for the decode command and prints their flows or their counts.
import type { FlowBatch } from '../contract/flow-batch.ts'
import { WireError } from '../contract/wire-errors.ts'
import { captureFormat, flowPayloads } from '../wire/capture-file.ts'
import { DecodeSession } from './decode-session.ts'
import { exporterReport, exporterText } from './decode-templates.ts'
import { createSummary, summaryTable, type DecodeSummary } from './decode-summary.ts'
import { FlowFileError, readFlowFile, unusableFile } from './flow-file.ts'
import { flowObject, flowText } from './flow-line.ts'
import type { Output } from './output.ts'

export interface DecodeOptions {
  readonly json?: boolean | undefined
  readonly summary?: boolean | undefined
  readonly templates?: boolean | undefined
}

/** Where the command writes. */
export interface DecodeOutputs {
  readonly output: Output
  readonly warn: (message: string) => void
}

/**
 * Decodes each file, with templates of its own.
 * @returns the exit code: 1 when a file could not be read at all
 */
export async function decodeFiles(paths: readonly string[], options: DecodeOptions, to: DecodeOutputs): Promise<number> {
  let exitCode = 0
  for (const path of paths) {
    if (!to.output.open) break
    try {
      await decodeFile(path, options, to)
    } catch (error) {
      if (!(error instanceof FlowFileError)) throw error
      to.warn(error.message)
      exitCode = 1
    }
  }
  await to.output.end()
  return exitCode
}

async function decodeFile(path: string, options: DecodeOptions, to: DecodeOutputs): Promise<void> {
  const bytes = await readFlowFile(path)
  const summary = createSummary(path)
  const flows = options.summary !== true && options.templates !== true
  const session = new DecodeSession(summary, flows ? (batch) => printFlows(batch, options, to.output) : undefined)
  const damage = await decodeBytes(bytes, session, to.output)
  if (damage !== undefined) {
    if (damage.unusable) throw unusableFile(path, damage.error)
    summary.malformed++
    to.warn(`${path} is damaged: ${damage.error.message}; what stands before was decoded`)
  }
  if (options.summary === true) to.output.add(options.json === true ? `${JSON.stringify(summary)}\n` : summaryTable(summary))
  if (options.templates === true) printDeclarations(path, session, options, to.output)
  await to.output.flush(false)
}

interface Damage {
  readonly error: WireError
  /** Nothing was read from the file. */
  readonly unusable: boolean
}

/** Feeds the datagrams of a file to the session, and finishes it. @returns what was wrong with the file */
async function decodeBytes(bytes: Uint8Array, session: DecodeSession, output: Output): Promise<Damage | undefined> {
  try {
    for (const payload of flowPayloads(bytes)) {
      session.decode({
        bytes: bytes.subarray(payload.offset, payload.offset + payload.length),
        source: payload.source,
        timeNs: payload.timeNs,
      })
      await output.flush(false)
      if (!output.open) return undefined
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return { error, unusable: error.code === 'bad_file' }
  } finally {
    session.finish()
  }
  return undefined
}

function printFlows(batch: FlowBatch, options: DecodeOptions, output: Output): void {
  for (let row = 0; row < batch.rows; row++)
    output.add(options.json === true ? `${JSON.stringify(flowObject(batch, row))}\n` : `${flowText(batch, row)}\n`)
}

function printDeclarations(path: string, session: DecodeSession, options: DecodeOptions, output: Output): void {
  const reports = [...session.domains()].map((domain) => exporterReport(path, domain))
  if (options.json === true) for (const report of reports) output.add(`${JSON.stringify(report)}\n`)
  else output.add(reports.length === 0 ? `${path}\n  no templates\n` : reports.map(exporterText).join('\n'))
}

/** The counts of files in memory that belong together: one set of templates for all, in this order. */
export function summarise(name: string, files: readonly Uint8Array[]): DecodeSummary {
  const summary = createSummary(name)
  const session = new DecodeSession(summary)
  for (const bytes of files) {
    captureFormat(bytes)
    for (const { offset, length, source, timeNs } of flowPayloads(bytes)) {
      session.decode({ bytes: bytes.subarray(offset, offset + length), source, timeNs })
    }
  }
  session.finish()
  return summary
}
