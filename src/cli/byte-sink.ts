// What takes the bytes of a capture: standard output, a named pipe, or a file.

export interface ByteSink {
  /** Resolves when more is wanted, or never will be. */
  write(chunk: Uint8Array): Promise<void>
  /** All bytes are there, or nobody wants more of them. */
  finish(): Promise<void>
  /** They are not all there. */
  discard(): Promise<void>
}

export interface SinkEnds {
  /** To be aborted when nobody reads any more. */
  readonly gone: AbortController
  /** Aborted then too, or when the command is to end. */
  readonly signal: AbortSignal
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
