// A failure of a command that its user can do something about.

export interface CommandErrorDetails {
  /** The command that helps, to be copied; or what to do, as a sentence. */
  readonly next?: string
  /** 1 unless told: failed. 2: wrong usage or configuration. */
  readonly exitCode?: number
}

/** Printed as its message and, below, what to do next; never with a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly next: string | undefined
  readonly exitCode: number
  constructor(message: string, { next, exitCode = 1 }: CommandErrorDetails = {}) {
    super(message)
    this.next = next
    this.exitCode = exitCode
  }
}
