// What signatures offer to verbs: derive, edit, read. Implemented by SignatureJobs.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { Signature, SignatureAsk, SignatureSource } from '../contract/signature.ts'

export interface SignatureRequest {
  readonly account: number
  readonly name: string
  readonly source: SignatureSource
  readonly baseline: SignatureSource | null
  readonly ask: SignatureAsk
  /** Mail address. */
  readonly who: string
}

export interface SignatureEdit {
  readonly name?: string
  readonly filter?: PacketFilter | null
}

/** @throws ApiError signature_not_found, signature_state */
export interface Deriving {
  /**
   * Written to disk, then derived one after another in a thread of its own.
   * @throws ApiError capture_not_found, incident_not_found, capture_state, signature_invalid, signature_limit
   */
  derive(request: SignatureRequest): Promise<Signature>
  get(account: number, id: string): Promise<Signature>
  /** Newest first; without reports. */
  list(
    account: number,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<{ readonly total: number; readonly signatures: readonly Signature[] }>
  /**
   * Another name, or another filter, which is measured on the same packets; a null filter is the learnt one again.
   * @throws ApiError signature_limit
   */
  edit(account: number, id: string, edit: SignatureEdit): Promise<Signature>
  /** Stops it where it runs, and deletes its packets. */
  remove(account: number, id: string): Promise<void>
  /**
   * Keeps a capture file. Bounded: what is larger is refused while it comes.
   * @throws ApiError signature_file_invalid, signature_file_too_large, signature_disk_full
   */
  upload(
    account: number,
    name: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly id: string; readonly name: string; readonly bytes: number }>
}
