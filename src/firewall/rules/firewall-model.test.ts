// Random lives of firewall rules against a model that is simple enough to be read: people, agents, time and kills of the server
// at any statement of SQL. After each step the API, the disk and every connected agent have what the model has.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../contract/api-errors.ts'
import type { FirewallAction, FirewallRule } from '../../contract/firewall.ts'
import { eve, FirewallLab, labStart, ruleRequest, type Life } from './testing/firewall-lab.ts'

/** Random sequences; more of them by hand. */
const runs = Number(process.env['FIREWALL_MODEL_RUNS'] ?? 20)
const countSeconds = 10
const maxRules = 4
const agents = 3
/** Counters are written each three seconds. */
const savedMs = 3000

interface ModelRule {
  readonly name: string
  readonly made: number
  readonly isWide: boolean
  /** Index of the agent that alone has it; undefined for all. */
  readonly place: number | undefined
  /** Each action after a change, the newest last. */
  readonly actions: readonly FirewallAction[]
  readonly until: number
  readonly isWithdrawn: boolean
  /** Packets that agents have told of. */
  readonly packets: number
}

interface Model {
  readonly now: number
  readonly stopped: boolean
  readonly rules: readonly ModelRule[]
  readonly connected: readonly boolean[]
}

type Step =
  | { readonly kind: 'add'; readonly place: number | undefined; readonly isWide: boolean; readonly seconds: number }
  | { readonly kind: 'act'; readonly rule: number; readonly action: FirewallAction; readonly force: boolean }
  | { readonly kind: 'undo'; readonly rule: number }
  | { readonly kind: 'withdraw'; readonly rule: number }
  | { readonly kind: 'extend'; readonly rule: number; readonly seconds: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'cut'; readonly agent: number }
  | { readonly kind: 'connect'; readonly agent: number }
  | { readonly kind: 'restart'; readonly agent: number }
  | { readonly kind: 'traffic'; readonly agent: number; readonly rule: number; readonly packets: number }
  | { readonly kind: 'again'; readonly orderly: boolean }

/** The model after a step, or the name of the error that whoever asked is told. */
type Outcome = Model | string

function outcomeOf(model: Model, step: Step): Outcome {
  if (step.kind === 'add') return added(model, step)
  if (step.kind === 'stop') return { ...model, stopped: true, rules: model.rules.map((rule) => ({ ...rule, isWithdrawn: true })) }
  if (step.kind === 'resume') return { ...model, stopped: false }
  if (step.kind === 'pass') return expired({ ...model, now: model.now + step.seconds * 1000 })
  if (step.kind === 'cut' || step.kind === 'connect') return linked(model, step.agent, step.kind === 'connect')
  if (step.kind === 'restart') return expired({ ...linked(model, step.agent, true), now: model.now + savedMs })
  if (step.kind === 'again') return expired({ ...model, connected: model.connected.map(() => true) })
  if (step.kind === 'traffic') return counted(model, step)
  return decided(model, step)
}

function added(model: Model, { place, isWide, seconds }: Extract<Step, { kind: 'add' }>): Outcome {
  if (!model.connected.some((is, index) => is && (place === undefined || place === index))) return 'capture_no_agent'
  if (model.stopped || model.rules.filter(({ isWithdrawn }) => !isWithdrawn).length >= maxRules) return 'firewall_refused'
  const fresh = {
    made: model.now,
    until: model.now + seconds * 1000,
    actions: [{ kind: 'count' as const }],
    isWithdrawn: false,
    packets: 0,
  }
  return { ...model, rules: [...model.rules, { name: `rule ${model.rules.length}`, place, isWide, ...fresh }] }
}

function decided(model: Model, step: Extract<Step, { kind: 'act' | 'undo' | 'withdraw' | 'extend' }>): Outcome {
  const index = indexOf(model, step.rule)
  const rule = model.rules[index]
  if (rule === undefined) return 'firewall_rule_not_found'
  if (rule.isWithdrawn) return 'firewall_state'
  const changed = step.kind === 'act' ? acted(model, rule, step) : changedBy(model, rule, step)
  return typeof changed === 'string' ? changed : { ...model, rules: model.rules.map((each) => (each === rule ? changed : each)) }
}

function acted({ now }: Model, rule: ModelRule, { action, force }: Extract<Step, { kind: 'act' }>): ModelRule | string {
  if (same(rule.actions.at(-1), action)) return rule
  const mayDrop = force || (now >= rule.made + countSeconds * 1000 && !rule.isWide)
  return action.kind === 'count' || mayDrop ? { ...rule, actions: [...rule.actions, action] } : 'firewall_refused'
}

function changedBy({ now }: Model, rule: ModelRule, step: Extract<Step, { kind: 'undo' | 'withdraw' | 'extend' }>): ModelRule | string {
  if (step.kind === 'withdraw') return { ...rule, isWithdrawn: true }
  if (step.kind === 'extend') return { ...rule, until: now + step.seconds * 1000 }
  const before = rule.actions.at(-2)
  return before === undefined ? 'firewall_state' : { ...rule, actions: [...rule.actions, before] }
}

function expired(model: Model): Model {
  return { ...model, rules: model.rules.map((rule) => (rule.until <= model.now ? { ...rule, isWithdrawn: true } : rule)) }
}

function linked(model: Model, agent: number, isConnected: boolean): Model {
  return { ...model, connected: model.connected.map((is, index) => (index === agent ? isConnected : is)) }
}

function counted(model: Model, { agent, rule, packets }: Extract<Step, { kind: 'traffic' }>): Model {
  const index = indexOf(model, rule)
  const isThere = model.connected[agent] ?? false
  const matches = (each: ModelRule) => isThere && !each.isWithdrawn && (each.place ?? agent) === agent
  return {
    ...model,
    rules: model.rules.map((each, at) => (at === index && matches(each) ? { ...each, packets: each.packets + packets } : each)),
  }
}

const same = (one: FirewallAction | undefined, other: FirewallAction) => JSON.stringify(one) === JSON.stringify(other)
const indexOf = ({ rules }: Model, rule: number) => (rules.length === 0 ? -1 : rule % rules.length)

/** What can be seen of the model from outside, and of the server. */
interface Sight {
  readonly stopped: boolean
  readonly rules: readonly string[]
  /** Null for an agent that is not connected. */
  readonly told: readonly (readonly string[] | null)[]
}

const ruleText = (name: string, ...rest: readonly unknown[]) => [name, ...rest.map((part) => JSON.stringify(part))].join(' ')

function sightOf({ stopped, rules, connected }: Model): Sight {
  const state = ({ isWithdrawn, actions }: ModelRule) =>
    isWithdrawn ? 'withdrawn' : actions.at(-1)?.kind === 'count' ? 'counting' : 'enforcing'
  return {
    stopped,
    rules: rules.map((rule) => ruleText(rule.name, state(rule), rule.actions.at(-1), rule.until, rule.packets)),
    told: connected.map((is, index) => {
      const own = rules.filter(({ isWithdrawn, place }) => !isWithdrawn && (place ?? index) === index)
      return is ? own.map(({ name, actions, until }) => ruleText(name, actions.at(-1), until)) : null
    }),
  }
}

interface Comparison {
  readonly found: object
  readonly expected: object
}

class Run {
  readonly lab = new FirewallLab({ count_seconds: countSeconds, max_rules: maxRules }, agents)
  #model: Model = { now: labStart, stopped: false, rules: [], connected: Array.from({ length: agents }, () => true) }
  #life: Life | undefined

  get life(): Life {
    if (this.#life === undefined) throw new Error('the server has not been started')
    return this.#life
  }

  async begin(): Promise<void> {
    await this.lab.prepare()
    this.#life = await this.lab.startAll()
  }

  /** @returns what is found afterwards, and what the model has */
  async do(step: Step): Promise<Comparison> {
    const expected = outcomeOf(this.#model, step)
    const outcome = await this.#perform(step)
    if (typeof expected !== 'string') this.#model = expected
    return {
      found: { outcome, ...(await this.#sight()) },
      expected: { outcome: typeof expected === 'string' ? expected : 'done', ...sightOf(this.#model) },
    }
  }

  /** The server dies in the middle: afterwards the step was done as a whole, or not at all. */
  async doOver(step: Step, statements: number): Promise<Comparison> {
    const whole = outcomeOf(this.#model, step)
    this.life.killAfter(statements)
    await this.#perform(step).catch((error: unknown) => {
      if (!this.life.isDead) throw error
    })
    this.life.kill()
    await this.#startAll()
    const connected = { now: this.lab.now, connected: this.#model.connected.map(() => true) }
    const [before, after] = [this.#model, typeof whole === 'string' ? this.#model : whole].map((model) =>
      expired({ ...model, ...connected }),
    )
    const found = await this.#sight()
    const isDone = after !== undefined && JSON.stringify(sightOf(after)) === JSON.stringify(found)
    this.#model = (isDone ? after : before) ?? this.#model
    return { found, expected: sightOf(this.#model) }
  }

  async #perform(step: Step): Promise<string> {
    try {
      await this.#carryOut(step)
      return 'done'
    } catch (error) {
      if (error instanceof ApiError) return error.error
      throw error
    }
  }

  async #carryOut(step: Step): Promise<unknown> {
    const { firewall } = this.life
    if (step.kind === 'add') return await firewall.add(this.#request(step))
    if (step.kind === 'stop') return await firewall.stopAll(1, eve)
    if (step.kind === 'resume') return await firewall.resume(1, eve)
    if (step.kind === 'pass') return await this.lab.pass(this.life, step.seconds)
    if (step.kind === 'again') return await this.#again(step.orderly)
    if (step.kind === 'cut') return this.lab.edges.cut(this.lab.edge(step.agent))
    if (step.kind === 'connect') return this.lab.edges.connect(this.lab.edge(step.agent))
    if (step.kind === 'restart') return await this.#restart(this.lab.edge(step.agent))
    const id = await this.#idOf(step.rule)
    if (step.kind === 'act') return await firewall.act(1, id, step.action, { ...eve, force: step.force })
    if (step.kind === 'undo') return await firewall.undo(1, id, eve)
    if (step.kind === 'withdraw') return await firewall.withdraw(1, id, eve)
    if (step.kind === 'extend') return await firewall.extend(1, id, step.seconds * 1000, eve)
    return this.#match(step, id)
  }

  #request({ place, isWide, seconds }: Extract<Step, { kind: 'add' }>): ReturnType<typeof ruleRequest> {
    return ruleRequest({
      name: `rule ${this.#model.rules.length}`,
      coloName: place === undefined ? '' : this.lab.edge(place).colo,
      filter: isWide ? 'udp' : 'udp and src port 53',
      lifetimeMs: seconds * 1000,
    })
  }

  /** Agents that are away count on, but nobody hears of it: the model lets them rest. Others come by too, so that restarts show. */
  #match({ agent, packets }: Extract<Step, { kind: 'traffic' }>, id: string): void {
    const edge = this.lab.edge(agent)
    if (!edge.isConnected) return
    this.lab.traffic(edge, id, { matching: packets, others: 1000 })
    this.lab.tell(edge)
  }

  /** What the agent has told is on disk after seconds: who starts anew later takes nothing along. */
  async #restart(edge: ReturnType<FirewallLab['edge']>): Promise<void> {
    await this.lab.pass(this.life, savedMs / 1000)
    this.lab.restart(edge)
  }

  async #again(orderly: boolean): Promise<void> {
    if (orderly) await this.life.stop()
    else this.life.kill()
    await this.#startAll()
  }

  /** Agents tell all that they have counted, also what the server may have forgotten in a kill. */
  async #startAll(): Promise<void> {
    this.#life = await this.lab.startAll()
    for (const edge of this.lab.edges.edges) this.lab.tell(edge)
  }

  async #rules(): Promise<readonly FirewallRule[]> {
    const { rules } = await this.life.firewall.list(1, { limit: 1000, offset: 0 })
    return rules.toReversed()
  }

  async #idOf(rule: number): Promise<string> {
    const rules = await this.#rules()
    return rules[indexOf(this.#model, rule)]?.id ?? 'f'.repeat(32)
  }

  async #sight(): Promise<Sight> {
    const rules = await this.#rules()
    const { stopped } = await this.life.firewall.status(1)
    const names = new Map(rules.map(({ id, name }) => [id, name]))
    return {
      stopped,
      rules: rules.map(({ name, state, action, until, total }) => ruleText(name, state, action, Date.parse(until), total.packets)),
      told: this.lab.edges.edges.map(({ id, isConnected, orders }) => {
        const at = this.lab.receivedAt.get(id) ?? 0
        const told = orders?.rules.map((order) => ruleText(names.get(order.id) ?? '?', order.action, at + order.remaining_ms))
        return isConnected ? (told ?? ['nothing was sent']) : null
      }),
    }
  }
}

const rule = fc.nat(5)
const agent = fc.nat(agents - 1)
const seconds = fc.constantFrom(1, 5, 30, 90)
const action = fc.constantFrom<FirewallAction>(
  { kind: 'count' },
  { kind: 'drop' },
  { kind: 'limit', packets_per_second: 10 },
  { kind: 'limit', packets_per_second: 20 },
)
const decision: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('add' as const), place: fc.option(agent, { nil: undefined }), isWide: fc.boolean(), seconds }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('act' as const), rule, action, force: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'withdraw' as const), rule }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('extend' as const), rule, seconds }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'resume' as const, 'resume' as const) }) },
)
const event: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'connect' as const, 'restart' as const), agent }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('traffic' as const), agent, rule, packets: fc.integer({ min: 1, max: 99 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), orderly: fc.boolean() }) },
)
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ step: decision, killAfter: fc.constant(0) }) },
    { weight: 5, arbitrary: fc.record({ step: event, killAfter: fc.constant(0) }) },
    { weight: 2, arbitrary: fc.record({ step: decision, killAfter: fc.integer({ min: 1, max: 20 }) }) },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
)

describe('the edge firewall', () => {
  it('does what the model does, in any order of events and over any kill', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const run = new Run()
        try {
          await run.begin()
          for (const { step, killAfter } of sequence) {
            const { found, expected } = await (killAfter === 0 ? run.do(step) : run.doOver(step, killAfter))
            expect(found).toEqual(expected)
          }
        } finally {
          await run.lab.remove()
        }
      }),
      { numRuns: runs },
    )
  })
})
