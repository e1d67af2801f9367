// The firewall of a host whose owner allows none: each rule is answered with the reason, and nothing is touched.
import type { AgentFirewall, FirewallOrders } from '../../capture/agent/agent-firewall.ts'
import type { AgentFirewallState } from '../../contract/firewall.ts'

const error =
  'the owner of this host allows no firewall rules; to allow them: set firewall.enabled to true in /etc/drawbridge/agent.yaml there, then systemctl restart drawbridge-agent'
const nothing = { packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0 }

export class ForbiddenFirewall implements AgentFirewall {
  onState: (state: AgentFirewallState) => void = () => undefined

  apply({ sequence, rules }: FirewallOrders): void {
    const failed = rules.map(({ id }) => ({ id, state: 'failed', action: { kind: 'count' }, error, ...nothing }) as const)
    this.onState({ sequence, rules: failed, seen_packets: 0, spared_packets: 0 })
  }

  async stop(): Promise<void> {
    // There is nothing to remove.
  }
}
