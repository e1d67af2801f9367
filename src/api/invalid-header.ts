// A credential in a form that cannot be one. Cloudflare's API tells the header in an error chain.
import { ApiError } from '../contract/api-errors.ts'
import type { Message } from './envelope.ts'

export class InvalidHeaderError extends ApiError {
  override readonly cause: Message
  /** @param message what is wrong with which header; never its value */
  constructor(message: string) {
    super('invalid_headers')
    this.cause = { code: 6111, message }
  }
}
