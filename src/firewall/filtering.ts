// What the edge firewall offers to verbs: preview, count, enforce, withdraw, stop. Implemented by EdgeFirewall.
import type { FirewallAction, FirewallCalm, FirewallPreview, FirewallRule, FirewallState, FirewallStatus } from '../contract/firewall.ts'
import type { PacketFilter } from '../contract/packet-filter.ts'

export interface FirewallRequest {
  readonly account: number
  readonly name: string
  readonly filterText: string
  readonly filter: PacketFilter
  readonly coloName: string
  readonly interface: string | null
  readonly lifetimeMs: number
  readonly calm: FirewallCalm | null
  readonly signatureId: string | null
  readonly incidentId: string | null
  readonly who: string
  readonly why: string
}

/** Who does something by hand, and why. */
export interface FirewallActor {
  readonly who: string
  readonly why: string
}

export interface FirewallFilter {
  /** `current`: all that is not withdrawn. */
  readonly state?: FirewallState | 'current'
  readonly incidentId?: string
  readonly signatureId?: string
  /** Newest first. */
  readonly limit: number
  readonly offset: number
}

/** @throws ApiError firewall_rule_not_found, firewall_state, firewall_refused */
export interface Filtering {
  /** Nothing is changed. Rates are left to the verb, which knows the flow store. */
  preview(
    account: number,
    request: Pick<FirewallRequest, 'filter' | 'coloName' | 'interface'>,
  ): Promise<Omit<FirewallPreview, 'packets_per_second' | 'bits_per_second' | 'not_estimated'>>
  /** Begins by counting. Written to disk before an agent is told. @throws ApiError filter_invalid, capture_no_agent */
  add(request: FirewallRequest): Promise<FirewallRule>
  /** Drops or limits from now on, or counts only again. @param force although it has not counted for long enough */
  act(account: number, id: string, action: FirewallAction, actor: FirewallActor & { readonly force: boolean }): Promise<FirewallRule>
  /** What it was before the last change of its action. */
  undo(account: number, id: string, actor: FirewallActor): Promise<FirewallRule>
  /** It stays so long from now on. */
  extend(account: number, id: string, lifetimeMs: number, actor: FirewallActor): Promise<FirewallRule>
  withdraw(account: number, id: string, actor: FirewallActor): Promise<FirewallRule>
  /** Withdraws all rules; none can be made until somebody resumes. */
  stopAll(account: number, actor: FirewallActor): Promise<void>
  resume(account: number, actor: FirewallActor): Promise<void>
  get(account: number, id: string): Promise<FirewallRule>
  list(account: number, filter: FirewallFilter): Promise<{ readonly total: number; readonly rules: readonly FirewallRule[] }>
  status(account: number): Promise<FirewallStatus>
}
