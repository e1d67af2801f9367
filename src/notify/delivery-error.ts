// Why a delivery did not succeed, as far as it decides about the next try.

export interface DeliveryErrorDetails {
  /** The other side has answered that it does not want this: trying longer hardly helps. */
  readonly rejected?: boolean
  /** How long the other side wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** The message is shown in the history and logged: it never holds a secret, nor the path of a URL, which may be one. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly rejected: boolean
  readonly retryAfterMs: number | undefined
  constructor(message: string, { rejected = false, retryAfterMs, cause }: DeliveryErrorDetails = {}) {
    super(message, { cause })
    this.rejected = rejected
    this.retryAfterMs = retryAfterMs
  }
}
