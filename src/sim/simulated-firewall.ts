// The firewall of a simulated edge: counts, drops and limits its made-up packets as the rules say, and tells it as a real one does.
import type { AgentFirewall, FirewallOrders } from '../capture/agent/agent-firewall.ts'
import type { AgentFirewallState, FirewallOrder, FirewallOrderState } from '../contract/firewall.ts'
import { packetTest } from '../filter/packet-test.ts'
import { createPacketLayout, locateHeaders, type PacketLayout } from '../wire/packet-layout.ts'
import { linkType } from '../wire/packet-tables.ts'
import type { SimulatedFrame, SimulatedTraffic } from './simulated-packets.ts'

/** What the interface of all packets is called. */
const comesBy = 'eth0'
const tellMs = 1000
/** After a pause of the process this much is made up for, no more. */
const longestTickMs = 5000

class SimulatedRule {
  order: FirewallOrder
  deadline: number
  readonly matches: (layout: PacketLayout) => boolean
  readonly counters = { packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0 }
  /** Packets that may still pass in this second. */
  allowed = 0

  constructor(order: FirewallOrder, deadline: number) {
    this.order = order
    this.deadline = deadline
    this.matches = packetTest(order.filter)
  }

  /** @returns whether the packet is dropped */
  take(length: number): boolean {
    this.counters.packets++
    this.counters.bytes += length
    const { action } = this.order
    if (action.kind === 'count' || (action.kind === 'limit' && --this.allowed >= 0)) return false
    this.counters.dropped_packets++
    this.counters.dropped_bytes += length
    return true
  }

  state(now: number): FirewallOrderState {
    const isOver = now >= this.deadline
    const { id, action } = this.order
    return { id, state: isOver ? 'expired' : 'active', action: isOver ? { kind: 'count' } : action, error: null, ...this.counters }
  }
}

export class SimulatedFirewall implements AgentFirewall {
  onState: (state: AgentFirewallState) => void = () => undefined
  readonly #traffic: SimulatedTraffic
  readonly #layout = createPacketLayout()
  #rules: readonly SimulatedRule[] = []
  #sequence = 0
  /** Packets seen, from `first` on. */
  #seen: number
  #last = 0
  #due = 0
  #timer: NodeJS.Timeout | undefined

  constructor(traffic: SimulatedTraffic) {
    this.#traffic = traffic
    this.#seen = traffic.first
  }

  apply({ sequence, rules }: FirewallOrders): void {
    const now = performance.now()
    if (this.#timer === undefined) this.#last = now
    this.#pass(now)
    const known = new Map(this.#rules.map((rule) => [rule.order.id, rule]))
    this.#rules = rules.map((order) => {
      const rule = known.get(order.id) ?? new SimulatedRule(order, 0)
      rule.order = order
      rule.deadline = now + order.remaining_ms
      return rule
    })
    this.#sequence = sequence
    if (rules.length > 0) this.#timer ??= setInterval(() => this.#tick(), tellMs)
    else this.#end()
    this.#tell(now)
  }

  async stop(): Promise<void> {
    this.#end()
    this.#rules = []
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const now = performance.now()
    this.#pass(now)
    this.#tell(now)
  }

  #pass(now: number): void {
    const seconds = Math.min(now - this.#last, longestTickMs) / 1000
    this.#last = now
    this.#due += seconds * this.#traffic.packetsPerSecond
    const active = this.#rules.filter(({ deadline }) => now < deadline)
    for (const rule of active) rule.allowed = rule.order.action.kind === 'limit' ? rule.order.action.packets_per_second * seconds : 0
    for (; this.#due >= 1; this.#due--) {
      const frame = this.#traffic.frames[this.#seen++ % this.#traffic.frames.length]
      if (frame !== undefined) this.#filter(frame, active)
    }
  }

  #filter({ bytes, length }: SimulatedFrame, rules: readonly SimulatedRule[]): void {
    this.#layout.bytes = bytes
    this.#layout.end = bytes.length
    locateHeaders(this.#layout, 0, linkType.ethernet)
    for (const rule of rules) {
      const isForIt = rule.order.interface === null || rule.order.interface === comesBy
      if (isForIt && rule.matches(this.#layout) && rule.take(length)) return
    }
  }

  #tell(now: number): void {
    const rules = this.#rules.map((rule) => rule.state(now))
    this.onState({ sequence: this.#sequence, rules, seen_packets: this.#seen - this.#traffic.first, spared_packets: 0 })
  }
}
