// Sends an answer of any size while the engine makes it, and says at its end whether it is whole.
import type { ServerResponse } from 'node:http'
import { EngineError, type EmbeddedEngine, type EngineQuery } from './embedded-engine.ts'

/** Trailers after the last byte: ClickHouse's code of the error, 0 when the answer is whole; the error's text, percent-encoded. */
export const endCodeTrailer = 'x-clickhouse-exception-code'
export const endTextTrailer = 'x-clickhouse-exception-text'

/** A reader who takes nothing for so long has gone; what it holds in the engine is for others. */
const stalledMs = 120_000
/** Of an error's text. */
const longestText = 1000

/** @throws what the engine throws before the first byte is sent; later errors are in the trailers */
export async function sendDownload(
  engine: EmbeddedEngine,
  query: EngineQuery,
  { response, signal }: { readonly response: ServerResponse; readonly signal: AbortSignal },
): Promise<void> {
  response.setHeader('Trailer', `${endCodeTrailer}, ${endTextTrailer}`)
  response.setHeader('Content-Type', 'application/octet-stream')
  const stalled = new AbortController()
  try {
    await engine.download(query, AbortSignal.any([signal, stalled.signal]), (bytes) => write(response, bytes, stalled))
    response.addTrailers({ [endCodeTrailer]: '0' })
  } catch (error) {
    if (!response.headersSent) {
      response.removeHeader('Trailer')
      throw error
    }
    const code = error instanceof EngineError ? error.code : unknownCode
    const text = error instanceof Error ? error.message : String(error)
    response.addTrailers({ [endCodeTrailer]: String(code), [endTextTrailer]: encodeURIComponent(text.slice(0, longestText)) })
  }
  response.end()
}

/** ClickHouse's UNKNOWN_EXCEPTION. */
const unknownCode = 1002

/** Resolves when the reader takes more. */
async function write(response: ServerResponse, bytes: Uint8Array, stalled: AbortController): Promise<void> {
  if (response.destroyed) throw new Error('the reader has gone')
  if (response.write(bytes)) return
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      stalled.abort()
      response.destroy()
    }, stalledMs)
    const done = () => {
      clearTimeout(timer)
      response.off('drain', done).off('close', done)
      if (response.destroyed) reject(new Error('the reader has gone'))
      else resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
