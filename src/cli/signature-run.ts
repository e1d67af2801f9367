// Derives or measures a signature of capture files and prints it, a rendering of it, or what other tools say of it.
import { basename } from 'node:path'
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { Rendering, Share, SignatureAsk, SignatureProgress, SignatureReport } from '../contract/signature.ts'
import { WireError } from '../contract/wire-errors.ts'
import { FilterError } from '../filter/filter-error.ts'
import { packetTest } from '../filter/packet-test.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { deriveSignature, measureSignature } from '../signature/derive.ts'
import { openFeed } from '../signature/files.ts'
import type { PacketFeed } from '../signature/packet-feed.ts'
import { renderSignature, wideFilter } from '../signature/renderings.ts'
import { shareOf } from '../signature/shares.ts'
import { CommandError } from './command-error.ts'
import { ProgressLine } from './progress-line.ts'
import type { SignatureFlags } from './signature.ts'
import { progressText, renderingNotesText, signatureText } from './signature-text.ts'
import { verificationText, verifySignature } from './signature-verify.ts'

interface Feeds {
  readonly attack: PacketFeed
  readonly baseline: PacketFeed | null
}

/** Columns from which on plots are drawn without being asked for. */
const plotColumns = 100

/** @returns the exit code: 1 without a signature, or when another tool disagrees */
export async function runSignature(attack: string, flags: SignatureFlags): Promise<number> {
  const asked = flags.filter === undefined ? null : readFilter(flags.filter)
  const feeds: Feeds = { attack: await open(attack), baseline: flags.baseline === undefined ? null : await open(flags.baseline) }
  const report = await withProgress(async (progress) => {
    const watch = { progress }
    return asked === null ? deriveSignature(feeds, askOf(flags), watch) : measureSignature(asked, feeds, askOf(flags), watch)
  })
  const filter = report.filter === null ? null : parseFilter(report.filter)
  if (flags.verify) return verify({ attack, baseline: flags.baseline, filter, flags, report })
  if (flags.format !== undefined) return printRendering({ filter, feeds, flags, report, attack })
  if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`)
  else process.stdout.write(signatureText(report, { attack, baseline: flags.baseline ?? null, plots: plotsOf(flags) }))
  return filter === null ? 1 : 0
}

const askOf = ({ maxFalse, minRecall, maxParts, sources }: SignatureFlags): SignatureAsk => ({
  max_false: maxFalse,
  min_recall: minRecall,
  max_parts: maxParts,
  sources: sources === true,
})

/** Columns to draw in; null for no plots. */
function plotsOf({ plots }: SignatureFlags): number | null {
  const columns = process.stdout.isTTY ? process.stdout.columns : 0
  if (!plots && columns < plotColumns) return null
  return Math.min(Math.max(columns, plotColumns), 140)
}

function readFilter(text: string): PacketFilter {
  try {
    return parseFilter(text)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { message, from, to } = error.fault
    const place = `  ${text}\n  ${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))}`
    throw new CommandError(`the filter cannot be read: ${message}\n${place}`, {
      next: 'the language is described in docs/captures.md',
      exitCode: 2,
    })
  }
}

const advice: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  EACCES: 'permission denied; make it readable for this user',
  EISDIR: 'it is a folder; name a file in it',
}

async function open(path: string): Promise<PacketFeed> {
  try {
    return await openFeed(path)
  } catch (error) {
    throw fileError(path, error)
  }
}

function fileError(path: string, error: unknown): unknown {
  if (error instanceof WireError)
    return new CommandError(`cannot use ${path}: ${error.message}`, {
      next: `give a pcap or pcapng capture; file ${path} tells what it is`,
    })
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return advice[code] === undefined ? error : new CommandError(`cannot read ${path}: ${advice[code]}`)
}

async function withProgress<Result>(work: (progress: (step: SignatureProgress) => void) => Promise<Result>): Promise<Result> {
  const line = process.stderr.isTTY ? new ProgressLine() : null
  try {
    return await work((step) => line?.show(progressText(step)))
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new CommandError(`a capture is damaged: ${error.message}`, {
      next: 'editcap FILE MENDED.pcap keeps what stands before the damage',
    })
  } finally {
    line?.clear()
  }
}

interface Asked {
  readonly filter: PacketFilter | null
  readonly flags: SignatureFlags
  readonly report: SignatureReport
  /** Path. */
  readonly attack: string
}

function noSignature({ warnings }: SignatureReport): CommandError {
  return new CommandError(`there is no signature. ${warnings.join(' ')}`, {
    next: 'the same command without --format and --verify shows what was seen',
  })
}

async function printRendering({ filter, feeds, flags, report, attack }: Asked & { readonly feeds: Feeds }): Promise<number> {
  if (filter === null) throw noSignature(report)
  const format = flags.format ?? 'filter'
  const rendered = renderSignature(filter, format, { name: flags.name ?? basename(attack), report })
  const rendering =
    rendered.exact || rendered.text === '' ? rendered : { ...rendered, ...(await measuredWidth(wideFilter(filter, format), feeds)) }
  if (flags.json) process.stdout.write(`${JSON.stringify(rendering)}\n`)
  else process.stdout.write(rendering.text.endsWith('\n') || rendering.text === '' ? rendering.text : `${rendering.text}\n`)
  process.stderr.write(renderingNotesText(rendering))
  return rendering.text === '' ? 1 : 0
}

async function measuredWidth(filter: PacketFilter, { attack, baseline }: Feeds): Promise<Pick<Rendering, 'held' | 'false'>> {
  return { held: await shareHeld(filter, attack), false: baseline === null ? null : await shareHeld(filter, baseline) }
}

async function shareHeld(filter: PacketFilter, feed: PacketFeed): Promise<Share> {
  const test = packetTest(filter)
  let [hits, of] = [0, 0]
  await feed.each(({ layout }) => {
    of++
    if (test(layout)) hits++
  })
  return shareOf(hits, of)
}

async function verify({ filter, flags, report, attack, baseline }: Asked & { readonly baseline: string | undefined }): Promise<number> {
  if (filter === null) throw noSignature(report)
  const found = await verifySignature(filter, [attack, ...(baseline === undefined ? [] : [baseline])])
  process.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : verificationText(filter, found))
  const isCompared = found.some(({ tool, skipped }) => tool !== 'nft' && skipped === undefined)
  return isCompared && found.every(({ differences }) => differences === 0) ? 0 : 1
}
