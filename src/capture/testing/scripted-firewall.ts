// A firewall of an agent that keeps what it is told and says what a test says.
import type { AgentFirewallState } from '../../contract/firewall.ts'
import type { AgentFirewall, ConnectedServer, FirewallOrders } from '../agent/agent-firewall.ts'

export class ScriptedFirewall implements AgentFirewall {
  onState: (state: AgentFirewallState) => void = () => undefined
  readonly applied: { readonly orders: FirewallOrders; readonly server: ConnectedServer | null }[] = []
  isStopped = false

  apply(orders: FirewallOrders, server: ConnectedServer | null): void {
    this.applied.push({ orders, server })
  }

  async stop(): Promise<void> {
    this.isStopped = true
  }
}
