// Inputs from real exporters, where the corpus of captures lies beside the checkout.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WireError } from '../dist/contract/wire-errors.js'
import { flowPayloads } from '../dist/wire/capture-file.js'

const corpus = fileURLToPath(new URL('../../shared/corpus/', import.meta.url))
/** Larger files add little and cost much. */
const maxFile = 64 * 1024

/** Files of the corpus and the flow datagrams in them. Empty where there is no corpus. */
export function corpusInputs() {
  if (!existsSync(corpus)) return []
  const inputs = []
  for (const name of readdirSync(corpus, { recursive: true, encoding: 'utf8' }).toSorted((a, b) => (a < b ? -1 : 1))) {
    const file = join(corpus, name)
    if (!statSync(file).isFile()) continue
    const bytes = new Uint8Array(readFileSync(file))
    if (bytes.length <= maxFile) inputs.push(bytes)
    inputs.push(...datagramsOf(bytes))
  }
  return inputs
}

function datagramsOf(bytes) {
  const found = []
  try {
    for (const { offset, length } of flowPayloads(bytes)) {
      found.push(bytes.slice(offset, offset + length))
      if (found.length >= 50) break
    }
  } catch (error) {
    // Files that are damaged on purpose, and texts that are no captures.
    if (!(error instanceof WireError)) throw error
  }
  return found
}
