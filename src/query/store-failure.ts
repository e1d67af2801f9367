// Why the store did not answer, for those above who may not know the store.
import { StoreQueryError, StoreUnavailableError } from '../store/errors.ts'

/** `refused` is a fault of ours: a statement that ClickHouse does not take. */
export type StoreFailure = 'unavailable' | 'time' | 'memory' | 'rows' | 'cancelled' | 'refused'

/** Undefined for an error that is not the store's. */
export function storeFailure(error: unknown): StoreFailure | undefined {
  if (error instanceof StoreUnavailableError) return 'unavailable'
  return error instanceof StoreQueryError ? (error.limit ?? 'refused') : undefined
}
