// Writes a stream of bytes to standard output, a named pipe or a file, as fast as it is taken.
import { stat } from 'node:fs/promises'
import { ByteFile } from './byte-file.ts'
import { BytePipe, openNamedPipe } from './byte-pipe.ts'
import { hasCode, type ByteSink, type SinkEnds } from './byte-sink.ts'
import { CommandError } from './command-error.ts'

/** Where bytes go: `-` is standard output. */
export interface ByteTarget {
  readonly file: string
  /** Whether a file that is there is replaced; a named pipe is written to in any case. */
  readonly replace: boolean
  /** Whether the bytes are text, which a terminal can show. */
  readonly isText?: boolean
}

/** Begins the bytes; the signal ends them. */
export type OpenBytes = (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/**
 * Writes until the bytes end, nobody reads them any more, as when Wireshark is closed, or `stop` comes. A file is there only
 * when it is whole.
 * @returns how many were written
 * @throws CommandError when they cannot be written, or end too early
 */
export async function writeBytes(open: OpenBytes, target: ByteTarget, stop: AbortSignal): Promise<number> {
  const kind = await checkTarget(target)
  const gone = new AbortController()
  const ends = { gone, signal: AbortSignal.any([stop, gone.signal]) }
  try {
    // Before the target: what is refused leaves no file behind.
    const bytes = await open(ends.signal)
    return await pour(bytes, await openSink(target.file, kind, ends), stop)
  } catch (error) {
    // What was waited for was given up with it.
    if (error instanceof CommandError || !ends.signal.aborted) throw error
    return 0
  }
}

async function pour(bytes: AsyncIterable<Uint8Array>, { sink, signal }: OpenSink, stop: AbortSignal): Promise<number> {
  let written = 0
  try {
    for await (const chunk of bytes) {
      await sink.write(chunk)
      written += chunk.length
      if (signal.aborted) break
    }
  } catch (error) {
    if (error instanceof CommandError || !signal.aborted) {
      await sink.discard()
      throw endedEarly(error, written)
    }
  }
  await (stop.aborted ? sink.discard() : sink.finish())
  return written
}

type TargetKind = 'standard' | 'new' | 'file' | 'folder' | 'pipe' | 'device'

/**
 * Whether bytes can go there, as far as that can be seen before there are any.
 * @throws CommandError
 */
export async function checkTarget({ file, replace, isText = false }: ByteTarget): Promise<TargetKind> {
  const kind = await kindOf(file)
  if (kind === 'standard' && process.stdout.isTTY && !isText)
    throw new CommandError('packets are no text for a terminal', { next: 'the same command with | tcpdump -nr - behind it', exitCode: 2 })
  if (kind === 'folder') throw new CommandError(`${file} is a folder`, { next: 'name a file in it', exitCode: 2 })
  if (kind === 'file' && !replace)
    throw new CommandError(`${file} is there already`, {
      next: 'the same command with --force to replace it, or with another name',
      exitCode: 2,
    })
  return kind
}

async function kindOf(file: string): Promise<TargetKind> {
  if (file === '-') return 'standard'
  try {
    const found = await stat(file)
    if (found.isFIFO()) return 'pipe'
    if (found.isDirectory()) return 'folder'
    return found.isFile() ? 'file' : 'device'
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'new'
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 })
  }
}

interface OpenSink {
  readonly sink: ByteSink
  readonly signal: AbortSignal
}

async function openSink(file: string, kind: TargetKind, ends: SinkEnds): Promise<OpenSink> {
  const { signal } = ends
  if (kind === 'standard') return { sink: await BytePipe.open({ stream: process.stdout, fd: 1, close: false }, ends), signal }
  if (kind === 'pipe') return { sink: await BytePipe.open({ ...(await openNamedPipe(file, signal)), close: true }, ends), signal }
  return { sink: await ByteFile.open(file, kind === 'device'), signal }
}

function endedEarly(error: unknown, written: number): unknown {
  // Errors of the connection have a code; others are faults of ours.
  if (error instanceof CommandError || !(error instanceof Error) || !('code' in error)) return error
  const next = 'the same command again, when the server is back'
  return new CommandError(`the server has ended the connection after ${written} bytes, before all were there: ${error.message}`, { next })
}
