// How commands on the machine of a running server reach it without a token of their own.

/** In the data folder, readable by its owner only: whoever reads it could make tokens there as well. */
export const localAccessFile = 'local-access.json'

export interface LocalAccess {
  /** As this machine reaches the server. */
  readonly url: string
  /** Valid until the server stops. */
  readonly secret: string
}
