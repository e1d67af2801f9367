// What the agent hands firewall rules to. Implemented by the engine of the edge firewall; a port, because the link knows no nftables.
import type { AgentFirewallState, FirewallOrder, FirewallProtection } from '../../contract/firewall.ts'

export interface FirewallOrders {
  readonly sequence: number
  readonly protect: FirewallProtection
  readonly rules: readonly FirewallOrder[]
}

/** The other end of the agent's own connection: its packets are never touched. */
export interface ConnectedServer {
  readonly address: string
  readonly port: number
}

export interface AgentFirewall {
  /** Told after each list, and every second while there are rules. To be set before anything else. */
  onState: (state: AgentFirewallState) => void
  /** Replaces all rules. Lists that come while one is carried out wait, the last one only. @param server null while it is not known */
  apply(orders: FirewallOrders, server: ConnectedServer | null): void
  /** Removes everything. */
  stop(): Promise<void>
}
