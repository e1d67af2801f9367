// Answers that are no envelope: bytes that are made while they are sent, and nothing at all.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { ApiError } from '../contract/api-errors.ts'

export interface AnsweredBytes {
  readonly contentType: string
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/** What a handler answers with for a file. The client's pace decides how fast it is read, its leaving ends the reading. */
export class ByteAnswer {
  readonly bytes: AnsweredBytes
  constructor(bytes: AnsweredBytes) {
    this.bytes = bytes
  }
}

/** What a handler answers with for 204. */
export const noContent = Symbol('no content')

/** Of the file name that a browser saves under: what is in no header's grammar is left out (RFC 6266 §4.1). */
const unsafeName = /[^\w.-]+/g

/**
 * What fails before the first bytes are there is an error of the API as any other.
 * @param onFault told when the bytes end by an error after the first of them were sent, and nobody has asked for that: no
 *   answer can say so any more
 */
export async function sendBytes(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { bytes }: ByteAnswer,
  onFault: (error: unknown) => void,
): Promise<FastifyReply> {
  const body = await begin(bytes.body)
  const name = bytes.fileName.replaceAll(unsafeName, '_')
  reply.type(bytes.contentType).header('content-disposition', `attachment; filename="${name}"`)
  if (request.method === 'HEAD') {
    // Nobody reads the body of HEAD.
    await body.return()
    return reply.send()
  }
  const stream = Readable.from({ [Symbol.asyncIterator]: () => body }, { objectMode: false, highWaterMark })
  stream.on('error', (error) => {
    const cancelled = error instanceof ApiError && error.error === 'flow_question_cancelled'
    if (reply.raw.headersSent && !cancelled) onFault(error)
  })
  return reply.send(stream)
}

/** Bytes that are made ahead of the client. */
const highWaterMark = 65_536

/**
 * Reads the first bytes. A generator that has not begun cannot be ended: it would keep open what it reads from, should the
 * client go away before it is asked for the first time.
 */
async function begin(bytes: AsyncIterable<Uint8Array>): Promise<Required<Pick<AsyncIterator<Uint8Array>, 'next' | 'return'>>> {
  const iterator = bytes[Symbol.asyncIterator]()
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next()
  return {
    next: async () => {
      const known = first
      first = undefined
      return known ?? (await iterator.next())
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  }
}
