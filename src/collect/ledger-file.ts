// The ledger of a thread on disk, so that after a kill -9 the next start can say what was in flight. The file is one
// line of JSON of fixed length, overwritten in place: what the kernel has been given survives the process.
import { closeSync, openSync, readdirSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import path from 'node:path'
import { ledgerTerms, type Ledger } from '../contract/collector-status.ts'
import { createLedger, type LedgerCounts } from './exporter.ts'

/** Bytes of the file: 20 terms of at most 45 bytes each, rounded up. Always written whole, so no older tail is left. */
const fileLength = 1024
/** Least time between two writes: at 100 writes a second of 1 KiB the cost is nothing, and so little can be missed. */
const writeEveryMs = 10

export class LedgerFile {
  readonly #fd: number
  readonly #buffer = Buffer.alloc(fileLength, ' ')
  #writtenAt = 0
  #writtenDatagrams = -1

  constructor(file: string) {
    this.#fd = openSync(file, 'w', 0o600)
  }

  /** Writes when something has changed and the last write is long enough ago, or at once when `force` is set. */
  write(ledger: LedgerCounts, now: number, force = false): void {
    if (!force && (now - this.#writtenAt < writeEveryMs || ledger.datagrams_received === this.#writtenDatagrams)) return
    this.#writtenAt = now
    this.#writtenDatagrams = ledger.datagrams_received
    this.#buffer.fill(' ')
    this.#buffer.write(`${JSON.stringify(ledgerTerms.map((term) => ledger[term]))}\n`)
    writeSync(this.#fd, this.#buffer, 0, fileLength, 0)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/** File name of a thread's ledger. */
export function ledgerFileName(run: string, worker: number): string {
  return `${run}-${worker}.ledger`
}

export interface EndedLedger {
  readonly ledger: Ledger
  /** When it was last written, milliseconds since 1970. */
  readonly writtenAt: number
}

/** Adds up what the threads of a run left behind. Null when there is nothing of that run. */
export function readRunLedger(dir: string, run: string): EndedLedger | null {
  const files = readdirSync(dir).filter((name) => name.startsWith(`${run}-`) && name.endsWith('.ledger'))
  if (files.length === 0) return null
  const sum = createLedger()
  let writtenAt = 0
  for (const name of files) {
    const file = path.join(dir, name)
    writtenAt = Math.max(writtenAt, statSync(file).mtimeMs)
    const values = parseCounts(readFileSync(file, 'utf8'))
    for (const [index, term] of ledgerTerms.entries()) sum[term] += values[index] ?? 0
  }
  return { ledger: sum, writtenAt }
}

/** An empty file is a thread that was killed before its first datagram. */
function parseCounts(text: string): number[] {
  if (text.trim() === '') return []
  const values: unknown = JSON.parse(text)
  return Array.isArray(values) ? values.map(Number) : []
}

export function removeRunLedger(dir: string, run: string): void {
  for (const name of readdirSync(dir)) if (name.startsWith(`${run}-`) && name.endsWith('.ledger')) unlinkSync(path.join(dir, name))
}
