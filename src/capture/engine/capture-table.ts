// The nftables table of one capture. Packets of the base chain that fulfil one of the filter's alternatives go on to the
// chain `capture`, which samples, counts and logs. Nothing is dropped, changed or tracked, and other tables are not touched.
//
//   chain packets  { type filter hook prerouting priority -450; policy accept; <alternative> goto capture; … }
//   chain capture  { iifname != "eth0" return
//                    numgen random mod 100 != 0 return
//                    counter
//                    limit rate 2000/second burst 100 packets log group 20177 snaplen 160 queue-threshold 1 return
//                    log group 20177 snaplen 160 queue-threshold 64 }
import type { CaptureHook } from '../../contract/capture.ts'
import { markComment, type CaptureMark } from './capture-owner.ts'
import { NftSession, type NftAnswer, type NftObject } from './nft-session.ts'
import { runProgram } from './programs.ts'

export interface CaptureTablePlan {
  readonly mark: CaptureMark
  readonly hook: CaptureHook
  readonly interface: string | null
  /** 1 in N packets. */
  readonly sampling: number
  /** Bytes of each packet, from the IP header on. */
  readonly snapLength: number
  readonly group: number
  /** Statements that all have to hold, for each alternative; one empty list matches everything, no list nothing. */
  readonly alternatives: readonly (readonly unknown[])[]
}

interface HookRow {
  readonly priority: number
  /** What the packet's interface is called there. */
  readonly interface: 'iifname' | 'oifname'
}

/**
 * Before anybody drops, and behind address translation on the way out. -450 (NF_IP_PRI_RAW_BEFORE_DEFRAG) is before
 * connection tracking puts fragments together, which happens at -400 once any rule of the host needs connections: a flood
 * of fragments is seen as it came. At forward and input packets are whole in that case.
 */
const hooks: Readonly<Record<CaptureHook, HookRow>> = {
  prerouting: { priority: -450, interface: 'iifname' },
  input: { priority: -300, interface: 'iifname' },
  forward: { priority: -300, interface: 'iifname' },
  output: { priority: -450, interface: 'oifname' },
  postrouting: { priority: 300, interface: 'oifname' },
  ingress: { priority: -500, interface: 'iifname' },
}

/**
 * Packets that are handed over one by one, a second, and in a burst: so few cost nothing, and their time is right also where
 * the kernel does not tell it. Others wait for the next of these, or for `batch` of them, or for a second.
 */
const promptRate = { rate: 2000, burst: 100 } as const
/** A batch is also handed over when it has filled 4 KiB, which is the rule for more than 60 bytes. */
const batch = 64

const baseChain = 'packets'
const captureChain = 'capture'

export class CaptureTable {
  readonly #plan: CaptureTablePlan
  readonly #session: NftSession
  readonly #table: { readonly family: 'inet' | 'netdev'; readonly table: string }
  #owned = false
  /** There is a table that nobody owns. */
  #isPlain = false

  /** @param failed told when nft ends by itself: the table is gone then */
  constructor(plan: CaptureTablePlan, failed: (error: Error) => void) {
    this.#plan = plan
    this.#session = new NftSession(failed)
    this.#table = { family: plan.hook === 'ingress' ? 'netdev' : 'inet', table: `drawbridge_${plan.mark.id}` }
  }

  /** Whether the kernel removes the table when we are gone; known once it is installed. Linux before 5.12 does not. */
  get owned(): boolean {
    return this.#owned
  }

  /** Resolves when packets that come from now on are logged. @throws Error with the reason and the next command */
  async install(): Promise<void> {
    await this.#session.start()
    await this.#addTable()
    const commands = [this.#baseChain(), ...this.#rules()]
    const lists = [this.#list(captureChain), this.#list(baseChain)]
    const { objects, complaint } = await this.#session.ask(json(...commands), ...lists)
    const rules = objects.filter((entry) => 'rule' in entry).length
    // All but the first are rules.
    if (rules !== commands.length - 1) throw refusal(complaint)
  }

  /**
   * Packets that have been logged so far.
   * @throws Error when the rules are not there any more
   */
  async logged(): Promise<number> {
    return countOf(await this.#session.ask(this.#list(captureChain)))
  }

  /** No packet is logged afterwards. @returns how many there were */
  async close(): Promise<number> {
    const flush = json({ flush: { chain: { ...this.#table, name: baseChain } } })
    return countOf(await this.#session.ask(flush, this.#list(captureChain)))
  }

  /** Removes the table, also one that was installed in part. @throws Error when it is still there */
  async remove(): Promise<void> {
    const { family, table } = this.#table
    try {
      await this.#session.ask(json({ delete: { table: { family, name: table } } }))
    } catch {
      // nft has ended, and what it owned with it.
      if (this.#isPlain) await runProgram('nft', ['delete', 'table', family, table])
    } finally {
      await this.#session.stop()
    }
    this.#isPlain = false
  }

  /** JSON knows no owner of tables up to nftables 1.0.6, so this one line is nft's own syntax, of nothing but our own words. */
  async #addTable(): Promise<void> {
    const { family, table } = this.#table
    const owned = `add table ${family} ${table} { flags owner; comment "${markComment(this.#plan.mark)}"; }`
    // The chain tells whether there is a table: tables cannot be asked for.
    const chain = [json({ add: { chain: { ...this.#table, name: captureChain } } }), this.#list(captureChain)]
    this.#owned = isListed(await this.#session.ask(owned, ...chain))
    if (this.#owned) return
    const plain = await this.#session.ask(json({ add: { table: { family, name: table } } }), ...chain)
    this.#isPlain = isListed(plain)
    if (!this.#isPlain) throw refusal(plain.complaint)
  }

  #baseChain() {
    const { hook, interface: device } = this.#plan
    const chain = { ...this.#table, name: baseChain, type: 'filter', hook, prio: hooks[hook].priority, policy: 'accept' }
    return { add: { chain: hook === 'ingress' ? { ...chain, dev: device } : chain } }
  }

  /** The counter carries the mark too: nft lists comments of tables neither as JSON nor on kernels before 5.10. */
  #rules() {
    const { hook, interface: device, sampling, snapLength, group, alternatives, mark } = this.#plan
    const log = (threshold: number) => ({ log: { group, snaplen: snapLength, 'queue-threshold': threshold } })
    const unless = (left: object, right: string | number) => [{ match: { op: '!=', left, right } }, { return: null }]
    const numgen = { numgen: { mode: 'random', mod: sampling, offset: 0 } }
    const steps = [
      ...(device === null || hook === 'ingress' ? [] : [{ expr: unless({ meta: { key: hooks[hook].interface } }, device) }]),
      ...(sampling === 1 ? [] : [{ expr: unless(numgen, 0) }]),
      { expr: [{ counter: { packets: 0, bytes: 0 } }], comment: markComment(mark) },
      { expr: [{ limit: { ...promptRate, per: 'second' } }, log(1), { return: null }] },
      { expr: [log(batch)] },
    ]
    const entries = alternatives.map((statements) => ({ expr: [...statements, { goto: { target: captureChain } }] }))
    // Entries last: no packet comes before what it comes to.
    return [
      ...steps.map((rule) => ({ add: { rule: { ...this.#table, chain: captureChain, ...rule } } })),
      ...entries.map((rule) => ({ add: { rule: { ...this.#table, chain: baseChain, ...rule } } })),
    ]
  }

  #list(name: string): string {
    return json({ list: { chain: { ...this.#table, name } } })
  }
}

function isListed({ objects }: NftAnswer): boolean {
  return objects.some((entry) => 'chain' in entry)
}

function json(...commands: readonly object[]): string {
  return JSON.stringify({ nftables: commands })
}

function countOf({ objects, complaint }: NftAnswer): number {
  const count = objects.map(counterOf).find((packets) => packets !== undefined)
  if (count === undefined) throw new Error(`the nftables rules of the capture are gone: somebody removed them${said(complaint)}`)
  return count
}

/** Of a listed rule with nothing but a counter and our comment. */
function counterOf(entry: NftObject): number | undefined {
  const rule = entry['rule'] as { expr?: readonly { counter?: { packets?: number } }[] } | undefined
  return rule?.expr?.find((statement) => statement.counter?.packets !== undefined)?.counter?.packets
}

function refusal(complaint: string): Error {
  return new Error(`nftables refuses the rules of the capture${said(complaint)}; see: drawbridge agent doctor`)
}

function said(complaint: string): string {
  return complaint === '' ? '' : ` (${complaint})`
}
