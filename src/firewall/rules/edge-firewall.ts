// The edge firewall on the server: rules in the state, told to the agents, watched until their time is over or it is calm.
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import type { AgentLinks, LinkedAgent } from '../../capture/agent-links.ts'
import { agentsAt, chooseAgents } from '../../capture/jobs/places.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Config } from '../../contract/config.ts'
import type { AgentFirewallState, FirewallAction, FirewallChange, FirewallProtection, FirewallRule } from '../../contract/firewall.ts'
import type { Filtering, FirewallActor, FirewallFilter, FirewallRequest } from '../filtering.ts'
import { AgentOrders } from './agent-orders.ts'
import { newFirewallCounts, type FirewallCounts, type FirewallReadings } from './firewall-counts.ts'
import { LiveRule } from './live-rule.ts'
import { previewOf } from './rule-preview.ts'
import { actBy, addRule, extendBy, resumeIn, stopBy, undoBy, withdrawBy, withdrawByItself, type Change } from './rule-changes.ts'
import {
  actionOf,
  putPart,
  readChanges,
  readCurrent,
  readFiltered,
  readParts,
  readRule,
  readStop,
  stateOf,
  timeText,
  type RuleRow,
  type State,
} from './rule-rows.ts'
import { liveView, pastView } from './rule-views.ts'

export interface EdgeFirewallDependencies {
  readonly state: State
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Told who listens in `start`: the hub starts afterwards. */
  readonly links: AgentLinks
  /** 32 hex digits. */
  readonly newId: () => string
  /** Runs a task again and again until the answer is called; unless told, a timer of Node. */
  readonly every?: (milliseconds: number, task: () => void) => () => void
}

/** Deadlines and calm are looked at each second; counters are written every three. */
const tickMs = 1000
const saveMs = 3000

export class EdgeFirewall implements Filtering {
  readonly #config: Config['firewall']
  readonly #deps: EdgeFirewallDependencies
  readonly #log: SampledLog
  readonly #orders: AgentOrders
  readonly #counts: FirewallCounts = newFirewallCounts()
  /** Rules that are not withdrawn, by id, oldest first. */
  readonly #rules = new Map<string, LiveRule>()
  readonly #protection: FirewallProtection
  /** Changes, one after another. */
  #last: Promise<unknown> = Promise.resolve()
  #savedAt = 0
  #isTicking = false
  #endTimer: () => void = () => undefined

  constructor(config: Config['firewall'], deps: EdgeFirewallDependencies) {
    this.#config = config
    this.#deps = deps
    this.#log = new SampledLog({}, { log: deps.log })
    this.#protection = { prefixes: config.protected_prefixes, local_ports: config.protected_ports }
    this.#orders = new AgentOrders({ links: deps.links, protection: this.#protection, rules: () => this.#rules.values() })
  }

  /** Before the hub: agents that come are told their rules. What was over meanwhile is withdrawn. */
  async start(): Promise<void> {
    const { state, links, every = everyTimer } = this.#deps
    const rows = await readCurrent(state)
    const parts = await readParts(
      state,
      rows.map(({ id }) => id),
    )
    for (const row of rows) {
      const own = parts.filter(({ rule }) => rule === row.id)
      this.#rules.set(row.id, new LiveRule(row, own))
    }
    await this.#queue(() => this.#withdrawOverdue('its time was over while the server was stopped'))
    links.listenFirewall({
      connected: (agent) => this.#connected(agent),
      disconnected: (agent) => this.#disconnected(agent),
      state: (agent, told) => this.#told(agent, told),
    })
    this.#endTimer = every(tickMs, () => this.#tick())
  }

  /** After the hub. Rules go on at the agents until their deadlines. */
  async stop(): Promise<void> {
    this.#endTimer()
    await this.#queue(() => this.#save())
    this.#log.close()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#queue(async () => undefined)
  }

  /** What is counted. */
  readings(): FirewallReadings {
    const states = [...this.#rules.values()].map(({ row }) => stateOf(row))
    const enforcing = states.filter((state) => state === 'enforcing').length
    return { counts: { ...this.#counts }, counting: states.length - enforcing, enforcing, sent: this.#orders.sent }
  }

  async preview(account: number, request: Pick<FirewallRequest, 'filter' | 'coloName' | 'interface'>) {
    const agents = agentsAt(this.#deps.links.agents(account), request.coloName)
    const isStopped = (await readStop(this.#deps.state, account)) !== undefined
    return previewOf(request, { agents, isStopped, protection: this.#protection })
  }

  async add(request: FirewallRequest): Promise<FirewallRule> {
    const { links, newId } = this.#deps
    const agents = chooseAgents(links, request.account, request.coloName)
    const row = await this.#change(async (change) => {
      const row = await addRule(change, newId(), request)
      return { rows: [row], result: row }
    })
    this.#counts.added++
    this.#deps.log.info({ rule: row.id, filter: row.filter_text, who: row.who, agents: agents.length }, 'a firewall rule begins to count')
    return await this.#view(row)
  }

  async act(
    account: number,
    id: string,
    action: FirewallAction,
    actor: FirewallActor & { readonly force: boolean },
  ): Promise<FirewallRule> {
    return await this.#one((change) => actBy(change, { account, id }, { action, ...actor }))
  }

  async undo(account: number, id: string, actor: FirewallActor): Promise<FirewallRule> {
    return await this.#one((change) => undoBy(change, { account, id }, actor))
  }

  async extend(account: number, id: string, lifetimeMs: number, actor: FirewallActor): Promise<FirewallRule> {
    return await this.#one((change) => extendBy(change, { account, id }, { lifetimeMs, ...actor }))
  }

  async withdraw(account: number, id: string, actor: FirewallActor): Promise<FirewallRule> {
    const rule = await this.#one((change) => withdrawBy(change, { account, id }, actor))
    this.#counts.withdrawn_by_hand++
    return rule
  }

  async stopAll(account: number, actor: FirewallActor): Promise<void> {
    const rows = await this.#change(async (change) => {
      const rows = await stopBy(change, account, actor)
      return { rows, result: rows }
    })
    this.#counts.withdrawn_by_hand += rows.length
    this.#deps.log.warn({ account, who: actor.who, why: actor.why, rules: rows.length }, 'the firewall is stopped')
  }

  async resume(account: number, actor: FirewallActor): Promise<void> {
    await this.#change(async (change) => ({ rows: [], result: await resumeIn(change, account) }))
    this.#deps.log.info({ account, who: actor.who, why: actor.why }, 'the firewall is no longer stopped')
  }

  async get(account: number, id: string): Promise<FirewallRule> {
    const row = await readRule(this.#deps.state, id)
    if (row?.account !== account) throw new ApiError('firewall_rule_not_found', { id })
    return await this.#view(row)
  }

  async list(account: number, filter: FirewallFilter) {
    const { state } = this.#deps
    const { total, rows } = await readFiltered(state, account, filter)
    const past = rows.filter(({ id }) => !this.#rules.has(id)).map(({ id }) => id)
    const parts = await readParts(state, past)
    const rules = rows.map((row) =>
      this.#viewWith(
        row,
        parts.filter(({ rule }) => rule === row.id),
        [],
      ),
    )
    return { total, rules }
  }

  async status(account: number) {
    const { max_rules, max_lifetime_hours, count_seconds } = this.#config
    const stop = await readStop(this.#deps.state, account)
    return {
      stopped: stop !== undefined,
      stop: stop === undefined ? null : { who: stop.who, why: stop.why, at: stop.at },
      rules: [...this.#rules.values()].filter(({ row }) => row.account === account).length,
      max_rules,
      max_lifetime_hours,
      count_seconds,
      protection: this.#protection,
    }
  }

  async #one(work: (change: Change) => Promise<RuleRow>): Promise<FirewallRule> {
    const row = await this.#change(async (change) => {
      const row = await work(change)
      return { rows: [row], result: row }
    })
    return await this.#view(row)
  }

  async #view(row: RuleRow): Promise<FirewallRule> {
    const { state } = this.#deps
    const parts = this.#rules.has(row.id) ? [] : await readParts(state, [row.id])
    return this.#viewWith(row, parts, await readChanges(state, row.id))
  }

  #viewWith(row: RuleRow, parts: Awaited<ReturnType<typeof readParts>>, changes: readonly FirewallChange[]): FirewallRule {
    const live = this.#rules.get(row.id)
    if (live === undefined) return pastView(row, parts, changes)
    return liveView(live, { agents: this.#deps.links.agents(row.account), now: this.#deps.clock.now(), changes })
  }

  /** Runs `work` after all that was asked for before. */
  async #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    // Who asked is told of a failure; the next one does not care.
    this.#last = done.catch(() => undefined)
    return await done
  }

  /** One transaction; once it is on disk, agents are told. @param work returns the rules that it has changed */
  async #change<T>(work: (change: Change) => Promise<{ readonly rows: readonly RuleRow[]; readonly result: T }>): Promise<T> {
    return await this.#queue(() => this.#commit(work))
  }

  async #commit<T>(work: (change: Change) => Promise<{ readonly rows: readonly RuleRow[]; readonly result: T }>): Promise<T> {
    const { state, clock } = this.#deps
    const { rows, result } = await state.transaction().execute(async (db) => {
      const done = await work({ db, now: clock.now(), config: this.#config })
      // What has been counted until then outlives the rule.
      for (const { id, state } of done.rows) if (state === 'withdrawn') await this.#savePartsOf(id, db)
      return done
    })
    for (const row of rows) this.#take(row)
    for (const account of new Set(rows.map((row) => row.account))) this.#tellAgents(account)
    return result
  }

  #take(row: RuleRow): void {
    const known = this.#rules.get(row.id)
    if (stateOf(row) === 'withdrawn') this.#rules.delete(row.id)
    else if (known === undefined) this.#rules.set(row.id, new LiveRule(row, []))
    else {
      if (known.row.action !== row.action) this.#noteAction(row)
      known.change(row)
    }
  }

  #noteAction(row: RuleRow): void {
    this.#counts[stateOf(row) === 'counting' ? 'eased' : 'enforced']++
    this.#deps.log.info({ rule: row.id, action: actionOf(row) }, 'a firewall rule acts otherwise')
  }

  #tellAgents(account: number): void {
    const { links, clock } = this.#deps
    for (const agent of links.agents(account)) if (agent.connected) this.#orders.send(agent, clock.now())
  }

  #connected(agent: LinkedAgent): void {
    this.#orders.forget(agent.id)
    this.#orders.send(agent, this.#deps.clock.now())
  }

  #disconnected(agent: LinkedAgent): void {
    this.#orders.forget(agent.id)
    for (const { parts } of this.#rules.values()) parts.get(agent.id)?.disconnect()
  }

  #told(agent: LinkedAgent, { sequence, rules, seen_packets: seenPackets }: AgentFirewallState): void {
    this.#counts.answers++
    const at = this.#deps.clock.now()
    for (const order of rules) {
      const rule = this.#rules.get(order.id)
      if (rule === undefined || !rule.parts.has(agent.id)) this.#counts.unknown_rules++
      else {
        const more = rule.take(agent, { order, seenPackets, sequence, at })
        for (const name of ['packets', 'bytes', 'dropped_packets', 'dropped_bytes'] as const) this.#counts[name] += more[name]
      }
    }
  }

  #tick(): void {
    if (this.#isTicking) return
    this.#isTicking = true
    const done = this.#queue(() => this.#watch())
    void done.catch((error: unknown) => this.#failed(error)).finally(() => (this.#isTicking = false))
  }

  #failed(error: unknown): void {
    this.#counts.save_errors++
    this.#log.error('watch', { err: error }, 'the state of the firewall could not be written; it is tried again in a second')
  }

  async #watch(): Promise<void> {
    // An agent may have been moved to another place, or a list may not have reached it.
    for (const account of new Set([...this.#rules.values()].map(({ row }) => row.account))) this.#tellAgents(account)
    await this.#withdrawOverdue('its time is over')
    await this.#withdrawCalm()
    if (Math.abs(this.#deps.clock.now() - this.#savedAt) >= saveMs) await this.#save()
  }

  async #withdrawOverdue(why: string): Promise<void> {
    const now = this.#deps.clock.now()
    for (const rule of this.#rules.values()) {
      if (rule.deadline <= now && (await this.#withdrawItself(rule, why))) this.#counts.withdrawn_by_time++
    }
  }

  async #withdrawCalm(): Promise<void> {
    const { links, clock } = this.#deps
    for (const rule of this.#rules.values()) {
      const calm = rule.noteCalm(links.agents(rule.row.account), clock.now())
      if (calm === undefined) continue
      const why = `it is calm: fewer than ${calm.packets_per_second} packets a second for ${calm.seconds} s`
      if (await this.#withdrawItself(rule, why)) this.#counts.withdrawn_by_calm++
    }
  }

  async #withdrawItself(rule: LiveRule, why: string): Promise<boolean> {
    const calmSince = rule.calmSince === undefined ? null : timeText(rule.calmSince)
    const row = await this.#commit(async (change) => {
      const row = await withdrawByItself(change, rule.id, { why, calmSince })
      return { rows: row === undefined ? [] : [row], result: row }
    })
    this.#rules.delete(rule.id)
    if (row !== undefined) this.#deps.log.info({ rule: rule.id, why }, 'a firewall rule is withdrawn by itself')
    return row !== undefined
  }

  /** Writes what agents have told since it was written last. */
  async #save(): Promise<void> {
    const { state, clock } = this.#deps
    const unsaved = [...this.#rules.values()].filter((rule) => rule.isUnsaved)
    this.#savedAt = clock.now()
    if (unsaved.length === 0) return
    for (const rule of unsaved) rule.isUnsaved = false
    try {
      await state.transaction().execute(async (db) => {
        for (const { id } of unsaved) await this.#savePartsOf(id, db)
      })
    } catch (error) {
      for (const rule of unsaved) rule.isUnsaved = true
      throw error
    }
  }

  async #savePartsOf(id: string, db: State): Promise<void> {
    for (const part of this.#rules.get(id)?.parts.values() ?? []) await putPart(db, part.row(id))
  }
}

function everyTimer(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
