// The part of a pino logger that the store uses.

/** Structural, so that tests can pass an object of three functions. */
export interface StoreLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** For callers that want no log. */
export const silentLog: StoreLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
