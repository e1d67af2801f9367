// What is wrong with a request for commands: which field, and why.
import type { RouterConfigRequest } from '../../contract/router-config.ts'

export class RouterConfigError extends Error {
  readonly field: keyof RouterConfigRequest
  /** A sentence without full stop, which names the value's rule. */
  readonly reason: string

  constructor(field: keyof RouterConfigRequest, reason: string) {
    super(reason)
    this.name = 'RouterConfigError'
    this.field = field
    this.reason = reason
  }
}
