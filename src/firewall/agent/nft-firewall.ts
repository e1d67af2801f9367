// Carries out the server's firewall rules with nftables: one step for each list, counters each second, ends at deadlines.
// There is no table and no nft while there are no rules.
import { setImmediate } from 'node:timers/promises'
import type { AgentFirewall, ConnectedServer, FirewallOrders } from '../../capture/agent/agent-firewall.ts'
import type { Log } from '../../base/log.ts'
import type { AgentFirewallState, FirewallOrder, FirewallOrderState, FirewallProtection } from '../../contract/firewall.ts'
import { FirewallTable, refusal } from './firewall-table.ts'
import { guardChains, type NftChain } from './guard.ts'
import { nameServers } from './name-servers.ts'
import { firewallContent, ruleForm, type RuleForm } from './rule-chains.ts'
import { RuleTotals } from './rule-totals.ts'

export interface NftFirewallConfig {
  /** Prefixes that the host's owner protects beside those of the server. */
  readonly protect: readonly string[]
}

/** A list as it came, with the times at which its rules end, by the monotonic clock. */
interface RuleList {
  readonly sequence: number
  readonly protect: FirewallProtection
  readonly server: ConnectedServer | null
  readonly rules: readonly { readonly order: FirewallOrder; readonly deadline: number }[]
}

const tellMs = 1000
/** A table that is lost is made again at once, and then after longer and longer waits. */
const firstBackoffMs = 1000
const longestBackoffMs = 30_000
/** A table that lasted this long has earned the shortest wait again. */
const provenMs = 10_000
/** Longest time of a timer of Node; deadlines may be further away. */
const longestTimerMs = 2 ** 31 - 1
const longestError = 1000

export class NftFirewall implements AgentFirewall {
  onState: (state: AgentFirewallState) => void = () => undefined
  readonly #config: NftFirewallConfig
  readonly #log: Log
  readonly #totals = new RuleTotals()
  /** The list that is carried out, and one that came meanwhile. */
  #list: RuleList = { sequence: 0, protect: { prefixes: [], local_ports: [] }, server: null, rules: [] }
  #next: RuleList | undefined
  /** By all that they are made of. */
  #compiled = new Map<string, RuleForm>()
  /** What the table holds. */
  #inForce = new Map<string, RuleForm>()
  readonly #refused = new Map<string, string>()
  #table: FirewallTable | undefined
  #openedAt = 0
  /** Why there is no table although there are rules. */
  #fault: Error | undefined
  #backoffMs = 0
  #retryAt = 0
  /** What is to be done; one thing at a time. */
  #due: 'change' | 'read' | undefined
  #working: Promise<void> | undefined
  #stopped = false
  #tick: NodeJS.Timeout | undefined
  #alarm: NodeJS.Timeout | undefined

  constructor(config: NftFirewallConfig, { log }: { readonly log: Log }) {
    this.#config = config
    this.#log = log
  }

  apply({ sequence, protect, rules }: FirewallOrders, server: ConnectedServer | null): void {
    const now = performance.now()
    const distinct = new Map(rules.map((order) => [order.id, order])).values()
    const timed = Array.from(distinct, (order) => ({ order, deadline: now + order.remaining_ms }))
    this.#next = { sequence, protect: { ...protect, prefixes: [...protect.prefixes, ...this.#config.protect] }, server, rules: timed }
    this.#wake('change')
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#tick)
    clearTimeout(this.#alarm)
    await this.#working
    await this.#close()
  }

  #wake(due: 'change' | 'read'): void {
    if (this.#stopped) return
    if (this.#due !== 'change') this.#due = due
    this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    // Whoever wakes it has not assigned the promise before.
    await Promise.resolve()
    for (let due = this.#due; due !== undefined && !this.#stopped; due = this.#due) {
      this.#due = undefined
      await (due === 'change' ? this.#change() : this.#read())
    }
    this.#working = undefined
  }

  async #change(): Promise<void> {
    const before = this.#list
    this.#list = this.#next ?? before
    this.#next = undefined
    try {
      await this.#carryOut(before)
    } catch (error) {
      await this.#lose(error instanceof Error ? error : new Error(String(error)))
    }
    this.#schedule()
    this.#tell(this.#list)
  }

  async #carryOut(before: RuleList): Promise<void> {
    if (this.#fault !== undefined && this.#table !== undefined) await this.#lose(this.#fault)
    this.#refused.clear()
    const forms = await this.#compile(this.#list.rules.filter(({ deadline }) => deadline > performance.now()))
    if (this.#table === undefined && (forms.length === 0 || performance.now() < this.#retryAt)) return this.#forget()
    const table = this.#table ?? (await this.#open())
    await this.#enforce(table, forms)
    this.#totals.read(await table.counters())
    // The last word about rules that are withdrawn: nothing is counted for them any more.
    if (this.#hasWithdrawn(before)) this.#tell(before)
    if (this.#inForce.size === 0) await this.#close()
    else await table.prune()
    this.#forget()
  }

  /** Those of an earlier list are taken as they are; large filters take some milliseconds each, between which others have their turn. */
  async #compile(rules: RuleList['rules']): Promise<readonly RuleForm[]> {
    const known = this.#compiled
    this.#compiled = new Map()
    for (const { order } of rules) {
      const key = JSON.stringify([order.id, order.filter, order.action, order.interface])
      try {
        this.#compiled.set(key, known.get(key) ?? ruleForm(order))
      } catch (error) {
        this.#refused.set(order.id, error instanceof Error ? error.message : String(error))
      }
      if (!known.has(key)) await setImmediate()
    }
    return [...this.#compiled.values()]
  }

  async #open(): Promise<FirewallTable> {
    const table = new FirewallTable((error) => {
      this.#fault = error
      this.#wake('change')
    })
    this.#table = table
    this.#fault = undefined
    await table.open()
    this.#openedAt = performance.now()
    if (!table.isOwned) this.#log.warn('the kernel keeps firewall rules when the agent is killed, until its next start')
    return table
  }

  /** Puts these rules in force and no others; those that are refused stay as they were. */
  async #enforce(table: FirewallTable, forms: readonly RuleForm[]): Promise<void> {
    const guard = guardChains({ protect: this.#list.protect, server: this.#list.server, nameServers: nameServers() })
    const known = forms.map(({ id }) => this.#inForce.get(id)).filter((form) => form !== undefined)
    this.#inForce = new Map(known.map((form) => [form.id, form]))
    await this.#admit(table, guard, forms)
    // Where nothing was admitted, nothing was withdrawn either.
    const complaint = await table.replace(this.#content(guard, this.#inForce))
    if (complaint !== undefined) throw new Error(refusal('the firewall rules', complaint))
  }

  /** One by one only where nftables refuses some. */
  async #admit(table: FirewallTable, guard: readonly NftChain[], forms: readonly RuleForm[]): Promise<void> {
    const next = new Map([...this.#inForce, ...forms.map((form) => [form.id, form] as const)])
    const complaint = await table.replace(this.#content(guard, next))
    const [only] = forms
    if (complaint === undefined) this.#inForce = next
    else if (forms.length === 1 && only !== undefined) this.#refused.set(only.id, refusal('the rule', complaint))
    else {
      const half = forms.length >> 1
      for (const part of [forms.slice(0, half), forms.slice(half)]) if (part.length > 0) await this.#admit(table, guard, part)
    }
  }

  /** Rules in the order of the list: the first one that drops a packet is the one that counts it. */
  #content(guard: readonly NftChain[], forms: ReadonlyMap<string, RuleForm>) {
    return firewallContent(
      guard,
      this.#list.rules.flatMap(({ order: { id } }) => forms.get(id) ?? []),
    )
  }

  /** Whether the earlier list has rules that are not in this one. */
  #hasWithdrawn(before: RuleList): boolean {
    const ids = new Set(this.#list.rules.map(({ order: { id } }) => id))
    return before.rules.some(({ order: { id } }) => !ids.has(id))
  }

  /** Counters of rules that are not in force are no more; what they said is remembered of those that are in the list. */
  #forget(): void {
    const ids = this.#list.rules.map(({ order: { id } }) => id)
    for (const id of ids) if (!this.#inForce.has(id)) this.#totals.settleRule(id)
    this.#totals.keepRules(ids)
  }

  async #close(): Promise<void> {
    const table = this.#table
    this.#table = undefined
    this.#inForce.clear()
    this.#totals.settle()
    try {
      await table?.close()
    } catch (err) {
      this.#log.error({ err }, 'the table of firewall rules could not be removed; next: nft list tables')
    }
  }

  async #lose(error: Error): Promise<void> {
    const now = performance.now()
    if (this.#openedAt > 0 && now - this.#openedAt > provenMs) this.#backoffMs = 0
    this.#retryAt = now + this.#backoffMs
    this.#log.error({ err: error, again_in_ms: this.#backoffMs }, 'firewall rules are not in force')
    this.#backoffMs = Math.min(Math.max(firstBackoffMs, this.#backoffMs * 2), longestBackoffMs)
    await this.#close()
    this.#fault = error
  }

  async #read(): Promise<void> {
    try {
      if (this.#table !== undefined) this.#totals.read(await this.#table.counters())
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error))
      this.#wake('change')
      return
    }
    this.#tell(this.#list)
  }

  /** The next change by itself: a rule ends, or a table that was lost is tried again. */
  #schedule(): void {
    clearTimeout(this.#alarm)
    if (this.#stopped) return
    if (this.#list.rules.length === 0) {
      clearInterval(this.#tick)
      this.#tick = undefined
      return
    }
    this.#tick ??= setInterval(() => this.#wake('read'), tellMs)
    const now = performance.now()
    const deadlines = this.#list.rules.map(({ deadline }) => deadline).filter((deadline) => deadline > now)
    const retry = this.#fault === undefined || deadlines.length === 0 ? [] : [Math.max(this.#retryAt, now)]
    const wait = Math.min(...deadlines, ...retry) - now
    if (wait < Infinity) this.#alarm = setTimeout(() => this.#wake('change'), Math.min(Math.ceil(wait), longestTimerMs))
  }

  #tell(list: RuleList): void {
    const now = performance.now()
    const rules = list.rules.map(({ order, deadline }) => this.#stateOf(order, deadline <= now))
    this.onState({ sequence: list.sequence, rules, seen_packets: this.#totals.seen, spared_packets: this.#totals.spared })
  }

  #stateOf({ id }: FirewallOrder, isOver: boolean): FirewallOrderState {
    const form = this.#inForce.get(id)
    const error = this.#refused.get(id) ?? (this.#fault === undefined ? null : withNextCommand(this.#fault.message))
    const state = isOver && form === undefined ? 'expired' : error === null ? 'active' : 'failed'
    return {
      id,
      state,
      action: form?.action ?? { kind: 'count' },
      error: state === 'failed' ? (error?.slice(0, longestError) ?? null) : null,
      ...this.#totals.ofRule(id),
    }
  }
}

function withNextCommand(message: string): string {
  return message.includes('; ') ? message : `${message}; see: drawbridge agent doctor`
}
