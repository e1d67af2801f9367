// What the pages ask for about the edge firewall: preview, deploy, enforce, count, undo, extend, withdraw, stop everything.
import type { FirewallAction, FirewallCalm, FirewallPreview, FirewallRule } from '../../contract/firewall.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** What a rule matches, and where. */
export interface FirewallPlaceBody {
  /** Text in the filter language. */
  readonly filter: string
  /** Left out for all agents. */
  readonly colo_name?: string
  readonly interface?: string
}

export interface FirewallBody extends FirewallPlaceBody {
  readonly name: string
  readonly lifetime_minutes: number
  readonly calm: FirewallCalm | null
  readonly signature_id?: string
  readonly incident_id?: string
  readonly why: string
}

function post<T>(account: string, rest: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const path = drawbridgePath(account, `firewall/${rest}`)
  return request<T>({ method: 'POST', path, body, ...(signal === undefined ? {} : { signal }) })
}

const change = (account: string, id: string, verb: string, body: object): Promise<FirewallRule> =>
  post(account, `rules/${id}/${verb}`, body)

/** What the rule would do; nothing is done. @throws ApiFailure, with the place of a fault in the filter */
export const previewRule = (account: string, body: FirewallPlaceBody, signal?: AbortSignal): Promise<FirewallPreview> =>
  post(account, 'preview', body, signal)

/** It begins by counting. @throws ApiFailure */
export const deployRule = (account: string, body: FirewallBody): Promise<FirewallRule> => post(account, 'rules', body)

export interface EnforceBody {
  readonly action: Exclude<FirewallAction, { kind: 'count' }>
  readonly why: string
  /** Although it has not counted for long enough. */
  readonly force: boolean
}

/** @throws ApiFailure */
export const enforceRule = (account: string, id: string, body: EnforceBody) => change(account, id, 'enforce', body)

/** Drops nothing any more. @throws ApiFailure */
export const countOnly = (account: string, id: string, why: string) => change(account, id, 'count', { why })

/** What it did before its action was changed last. @throws ApiFailure */
export const undoRule = (account: string, id: string, why: string) => change(account, id, 'undo', { why })

/** It stays so long from now on. @throws ApiFailure */
export const extendRule = (account: string, id: string, minutes: number, why: string) =>
  change(account, id, 'extend', { lifetime_minutes: minutes, why })

/** @throws ApiFailure */
export const withdrawRule = (account: string, id: string, why: string) => change(account, id, 'withdraw', { why })

/** Withdraws all rules. @throws ApiFailure */
export const stopFirewall = (account: string, why: string): Promise<unknown> => post(account, 'stop', { why })

export const resumeFirewall = (account: string, why: string): Promise<unknown> => post(account, 'resume', { why })
