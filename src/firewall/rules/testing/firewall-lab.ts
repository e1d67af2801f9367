// The edge firewall over real SQLite, with agents and a clock that the test moves. It can be killed and started again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { configSchema, type Config } from '../../../contract/config.ts'
import type { FirewallCounters, FirewallOrderState } from '../../../contract/firewall.ts'
import { FakeEdges } from '../../../capture/testing/fake-edges.ts'
import { parseFilter } from '../../../filter/parse-filter.ts'
import { openState, stateOver, type State } from '../../../store/state.ts'
import type { StateTables } from '../../../store/state-tables.ts'
import { MortalDatabase } from '../../../store/testing/mortal-database.ts'
import type { FirewallRequest } from '../../filtering.ts'
import { EdgeFirewall } from '../edge-firewall.ts'

export const labStart = Date.parse('2026-01-01T00:00:00.000Z')
export const eve = { who: 'eve@example.net', why: 'an attack' }

type FakeEdge = FakeEdges['edges'][number]

/** One life of the server. */
export interface Life {
  readonly firewall: EdgeFirewall
  /** Its timer, as Node would call it; resolves when that is done. */
  tick(): Promise<void>
  /** Nothing that it still does is written; its transaction is rolled back. */
  kill(): void
  /** Kills it right before a later statement of SQL. @param statements from now on, 1 for the next one */
  killAfter(statements: number): void
  stop(): Promise<void>
  readonly isDead: boolean
}

export class FirewallLab {
  readonly edges: FakeEdges
  readonly errors: unknown[] = []
  now = labStart
  /** When the list of each agent came, ms since 1970. */
  readonly receivedAt = new Map<string, number>()
  readonly #dir = mkdtempSync(path.join(tmpdir(), 'firewall-'))
  readonly #config: Config['firewall']
  readonly #lives: Life[] = []
  /** What the host of each agent has counted, by agent and rule, and the packets that came by there. */
  readonly #counters = new Map<string, FirewallCounters>()
  readonly #seen = new Map<string, number>()
  #observer: State | undefined
  #ids = 0

  /** @param config section `firewall` of the configuration, where it differs from the defaults */
  constructor(config: Partial<Config['firewall']> = {}, agents = 3) {
    this.#config = { ...configSchema.parse({}).firewall, ...config }
    this.edges = new FakeEdges(Array.from({ length: agents }, () => 0))
  }

  /** The state as somebody else sees it: no life ends with it. */
  get db(): Kysely<StateTables> {
    if (!this.#observer) throw new Error('the lab is not prepared')
    return this.#observer.db
  }

  async prepare(): Promise<this> {
    this.#observer = await openState(path.join(this.#dir, 'state.sqlite'))
    for (const id of ['a', 'b']) {
      await this.db
        .insertInto('account')
        .values({ id: id.repeat(32), name: id, created_at: '' })
        .execute()
    }
    return this
  }

  edge(index: number): FakeEdge {
    const edge = this.edges.edges[index]
    if (edge === undefined) throw new Error(`there is no edge ${index}`)
    return edge
  }

  /** Starts the server; no agent comes by itself. */
  async start(): Promise<Life> {
    const database = new MortalDatabase(path.join(this.#dir, 'state.sqlite'))
    let task: () => void = () => undefined
    const firewall = new EdgeFirewall(this.#config, {
      state: stateOver(database),
      clock: { now: () => this.now },
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (fields: unknown) => {
          if (!database.dead) this.errors.push((fields as { err?: unknown }).err ?? fields)
        },
      },
      links: this.#links(),
      newId: () => (++this.#ids).toString(16).padStart(32, '0'),
      every: (_milliseconds, given) => {
        task = given
        return () => (task = () => undefined)
      },
    })
    database.onKill = () => {
      database.kill()
      this.edges.loseServer()
    }
    const life: Life = {
      firewall,
      tick: async () => {
        task()
        await firewall.idle()
      },
      kill: () => database.onKill(),
      killAfter: (statements) => database.killAfter(statements),
      stop: async () => {
        this.edges.loseServer()
        await firewall.stop()
        database.kill()
      },
      get isDead() {
        return database.dead
      },
    }
    this.#lives.push(life)
    await firewall.start()
    return life
  }

  /** The server with all agents. */
  async startAll(): Promise<Life> {
    const life = await this.start()
    for (const edge of this.edges.edges) this.edges.connect(edge)
    return life
  }

  /** Lets time pass, a tick each second. */
  async pass(life: Life, seconds: number, eachSecond: () => void = () => undefined): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.now += 1000
      eachSecond()
      await life.tick()
    }
  }

  /** Packets that match a rule come by a host, and others. Those of a rule that drops are dropped. */
  traffic(edge: FakeEdge, rule: string, { matching, others = 0 }: { readonly matching: number; readonly others?: number }): void {
    const order = edge.orders?.rules.find(({ id }) => id === rule)
    this.#seen.set(edge.id, (this.#seen.get(edge.id) ?? 0) + matching + others)
    if (order === undefined) return
    const key = `${edge.id} ${rule}`
    const known = this.#counters.get(key) ?? nothing
    const dropped = order.action.kind === 'drop' ? matching : 0
    this.#counters.set(key, {
      packets: known.packets + matching,
      bytes: known.bytes + matching * 100,
      dropped_packets: known.dropped_packets + dropped,
      dropped_bytes: known.dropped_bytes + dropped * 100,
    })
  }

  /** An agent tells of its rules. @param change of what it says of each */
  tell(edge: FakeEdge, change: Partial<FirewallOrderState> = {}): void {
    const { orders } = edge
    if (orders === null) return
    const rules = orders.rules.map(({ id, action }): FirewallOrderState => {
      const counters = this.#counters.get(`${edge.id} ${id}`) ?? nothing
      return { id, state: 'active', action, error: null, ...counters, ...change }
    })
    this.edges.tellFirewall(edge, { sequence: orders.sequence, rules, seen_packets: this.#seen.get(edge.id) ?? 0, spared_packets: 0 })
  }

  /** The agent starts anew, and its counters with it; it answers to the list that it is sent at once. */
  restart(edge: FakeEdge): void {
    this.restartSilently(edge)
    this.tell(edge)
  }

  restartSilently(edge: FakeEdge): void {
    for (const key of this.#counters.keys()) if (key.startsWith(edge.id)) this.#counters.delete(key)
    this.#seen.delete(edge.id)
    this.edges.restart(edge)
  }

  /** Ends all lives. @throws when one of them has written an error into its log that the test did not take out of `errors` */
  async remove(): Promise<void> {
    for (const life of this.#lives) if (!life.isDead) await life.stop()
    await this.#observer?.close()
    rmSync(this.#dir, { recursive: true })
    if (this.errors.length > 0) throw new AggregateError(this.errors, 'errors were logged')
  }

  #links(): ConstructorParameters<typeof EdgeFirewall>[1]['links'] {
    const { edges } = this
    return {
      agents: (account) => edges.agents(account),
      assign: (agent, job) => edges.assign(agent, job),
      stop: (agent, job) => edges.stop(agent, job),
      forget: (agent, job) => edges.forget(agent, job),
      listen: (listener) => edges.listen(listener),
      listenFirewall: (listener) => edges.listenFirewall(listener),
      filter: (agent, orders) => {
        this.receivedAt.set(agent, this.now)
        return edges.filter(agent, orders)
      },
    }
  }
}

const nothing: FirewallCounters = { packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0 }

/** Answers of name servers to anybody, for an hour. @param filter in the filter language */
export function ruleRequest({
  filter: filterText = 'udp and src port 53',
  ...changes
}: Omit<Partial<FirewallRequest>, 'filter'> & { filter?: string } = {}): FirewallRequest {
  return {
    account: 1,
    name: 'answers',
    filterText,
    filter: parseFilter(filterText),
    coloName: '',
    interface: null,
    lifetimeMs: 3_600_000,
    calm: null,
    signatureId: null,
    incidentId: null,
    ...eve,
    ...changes,
  }
}
