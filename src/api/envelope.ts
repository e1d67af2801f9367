// The envelope around every answer of the v4 API (contract §4.2).
import type { ApiError } from '../contract/api-errors.ts'
import { InvalidHeaderError } from './invalid-header.ts'

export interface Message {
  readonly code: number
  readonly message: string
}

export interface PageInfo {
  readonly page: number
  readonly per_page: number
  readonly count: number
  readonly total_count: number
  readonly total_pages: number
}

/** What a handler answers with, where it has more to say than the result. */
export class Answer {
  readonly result: unknown
  readonly messages: readonly Message[]
  readonly pages: PageInfo | undefined
  constructor(result: unknown, more: { readonly messages?: readonly Message[]; readonly pages?: PageInfo } = {}) {
    this.result = result
    this.messages = more.messages ?? []
    this.pages = more.pages
  }
}

/** `undefined` becomes null: the key `result` is always there. */
export function successBody(value: unknown): Record<string, unknown> {
  const answer = value instanceof Answer ? value : new Answer(value)
  const body = { success: true, errors: [], messages: answer.messages, result: answer.result ?? null }
  return answer.pages ? { ...body, result_info: answer.pages } : body
}

export function failureBody(error: ApiError): Record<string, unknown> {
  const item = {
    code: error.row.code,
    message: error.message,
    ...(error.pointer === undefined ? {} : { source: { pointer: error.pointer } }),
    ...(error.fault === undefined ? {} : { fault: error.fault }),
    // What the credential lacks; without one it is not for this account, or the request came from another page.
    ...(error.error === 'forbidden' ? error.values : {}),
    ...(error instanceof InvalidHeaderError ? { error_chain: [error.cause] } : {}),
  }
  return { success: false, errors: [item], messages: [], result: null }
}
