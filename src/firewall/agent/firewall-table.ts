// The nftables table of firewall rules, owned by a child of this process: it goes when we go. What changes, changes at once.
import { NftSession, type NftObject } from '../../capture/engine/nft-session.ts'
import { runProgram } from '../../capture/engine/programs.ts'
import { changeComment, ownTableName } from './own-table.ts'
import { incomingChain, type FirewallContent, type NftLimit } from './rule-chains.ts'

/** Packets and bytes. */
export interface NftCount {
  readonly packets: number
  readonly bytes: number
}

/** Behind captures (-450), which so see what is dropped, and before connection tracking puts fragments together (-400). */
const priority = -449
/** Never passed through: its comment tells which change was the last, and whose the table is. */
const markChain = 'mark'

/** Two hundred rules of eight alternatives take nft 0.7 s; the most that there can be, on a host that is flooded, a minute. */
const answerMs = 60_000

const emptyContent: FirewallContent = { chains: new Map(), counters: new Set(), limits: new Map() }

export class FirewallTable {
  readonly #session: NftSession
  readonly #table: { readonly family: 'inet'; readonly table: string }
  #content = emptyContent
  /** What changes have left behind. */
  #counters = new Set<string>()
  #limits = new Set<string>()
  #changes = 0
  /** There is a table that nobody owns: Linux before 5.12. */
  #isPlain = false

  /** @param failed told when nft ends by itself: the table is gone then */
  constructor(failed: (error: Error) => void) {
    this.#session = new NftSession(failed, answerMs)
    this.#table = { family: 'inet', table: ownTableName() }
  }

  /** Whether the kernel removes the table when we are gone. */
  get isOwned(): boolean {
    return !this.#isPlain
  }

  /** Makes the table, without rules. @throws Error with the reason and the next command */
  async open(): Promise<void> {
    await this.#session.start()
    const { family, table } = this.#table
    // JSON knows no owner of tables up to nftables 1.0.6: this one line is nft's own syntax, of nothing but our own words.
    if ((await this.#make(`add table ${family} ${table} { flags owner; }`)) === undefined) return
    this.#isPlain = true
    const complaint = await this.#make(json({ add: { table: { family, name: table } } }))
    if (complaint === undefined) return
    this.#isPlain = false
    throw new Error(refusal('the table of firewall rules', complaint))
  }

  /**
   * Brings the table to this content in one step: at no time packets meet a part of it. Counters that are in both go on,
   * those that are not needed any more stay until `prune`.
   * @returns nft's reason when it refuses, and nothing has changed; undefined when all is in force
   */
  async replace(content: FirewallContent): Promise<string | undefined> {
    const commands = this.#difference(content)
    if (commands.length === 0) return undefined
    const comment = changeComment(++this.#changes)
    const { objects, complaint } = await this.#session.ask(json(...commands, ...this.#marking(comment)), this.#listChain(markChain))
    if (!objects.some((entry) => commentOf(entry) === comment)) return complaint || 'it gave no reason'
    this.#content = content
    for (const name of content.counters) this.#counters.add(name)
    for (const name of content.limits.keys()) this.#limits.add(name)
    return undefined
  }

  /** By the names of the counters. @throws Error when the table is gone */
  async counters(): Promise<ReadonlyMap<string, NftCount>> {
    const { objects, complaint } = await this.#session.list({ counters: this.#table })
    const found = new Map(objects.flatMap(counterOf))
    const missing = [...this.#content.counters].some((name) => !found.has(name))
    if (missing) throw new Error(`the counters of the firewall rules are gone: somebody removed them${said(complaint)}`)
    return found
  }

  /** Removes counters and limits that no rule uses any more. */
  async prune(): Promise<void> {
    const counters = [...this.#counters].filter((name) => !this.#content.counters.has(name))
    const limits = [...this.#limits].filter((name) => !this.#content.limits.has(name))
    if (counters.length + limits.length === 0) return
    const commands = [
      ...counters.map((name) => ({ delete: { counter: { ...this.#table, name } } })),
      ...limits.map((name) => ({ delete: { limit: { ...this.#table, name } } })),
    ]
    const { complaint } = await this.#session.ask(json(...commands))
    if (complaint !== '') throw new Error(`nftables does not remove old counters (${complaint})`)
    for (const name of counters) this.#counters.delete(name)
    for (const name of limits) this.#limits.delete(name)
  }

  /** Removes the table and ends nft. @throws Error when the table is still there */
  async close(): Promise<void> {
    await this.#session.stop()
    if (!this.#isPlain) return
    const { family, table } = this.#table
    await runProgram('nft', ['delete', 'table', family, table])
    this.#isPlain = false
  }

  /** @returns nft's reason when there is no table */
  async #make(command: string): Promise<string | undefined> {
    const chain = { ...this.#table, name: incomingChain, type: 'filter', hook: 'prerouting', prio: priority, policy: 'accept' }
    const commands = json({ add: { chain: { ...this.#table, name: markChain } } }, { add: { chain } })
    const { objects, complaint } = await this.#session.ask(command, commands, this.#listChain(incomingChain))
    return objects.some((entry) => 'chain' in entry) ? undefined : complaint
  }

  #difference(content: FirewallContent): readonly object[] {
    const before = this.#content
    const changed = [...content.chains].filter(([name, rules]) => !areEqual(before.chains.get(name), rules))
    const gone = [...before.chains.keys()].filter((name) => !content.chains.has(name))
    const chain = (name: string) => ({ chain: { ...this.#table, name } })
    return [
      ...[...content.counters].filter((name) => !this.#counters.has(name)).map((name) => ({ add: { counter: { ...this.#table, name } } })),
      ...[...content.limits.values()].filter(({ name }) => !this.#limits.has(name)).map((limit) => this.#addLimit(limit)),
      ...changed.filter(([name]) => name !== incomingChain && !before.chains.has(name)).map(([name]) => ({ add: chain(name) })),
      // Nothing refers to what is gone once all rules that change are out.
      ...[...changed.map(([name]) => name), ...gone].map((name) => ({ flush: chain(name) })),
      ...gone.map((name) => ({ delete: chain(name) })),
      ...changed.flatMap(([name, rules]) => rules.map((expr) => ({ add: { rule: { ...this.#table, chain: name, expr } } }))),
    ]
  }

  #addLimit({ name, rate, burst }: NftLimit) {
    return { add: { limit: { ...this.#table, name, rate, per: 'second', burst } } }
  }

  #marking(comment: string): readonly object[] {
    return [
      { flush: { chain: { ...this.#table, name: markChain } } },
      { add: { rule: { ...this.#table, chain: markChain, expr: [{ return: null }], comment } } },
    ]
  }

  #listChain(name: string): string {
    return json({ list: { chain: { ...this.#table, name } } })
  }
}

export function refusal(what: string, complaint: string): string {
  return `nftables refuses ${what}${said(complaint)}; see: drawbridge agent doctor`
}

/** The rules of two chains. Those of a rule that stays are the same object. */
function areEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

function said(complaint: string): string {
  return complaint === '' ? '' : ` (${complaint})`
}

function json(...commands: readonly object[]): string {
  return JSON.stringify({ nftables: commands })
}

function commentOf(entry: NftObject): string | undefined {
  return (entry['rule'] as { readonly comment?: string } | undefined)?.comment
}

function counterOf(entry: NftObject): [string, NftCount][] {
  const counter = entry['counter'] as (NftCount & { readonly name: string }) | undefined
  return counter === undefined ? [] : [[counter.name, { packets: counter.packets, bytes: counter.bytes }]]
}
