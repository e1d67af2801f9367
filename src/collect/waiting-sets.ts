// Data sets that wait for their template: kept, set free when it comes, and booked with their router in one place.
import type { ExportHeader } from '../wire/export-header.ts'
import { PendingSets, type PendingEnd, type PendingLimits, type PendingSet } from '../wire/pending-sets.ts'
import type { FlowTemplate } from '../wire/template.ts'
import type { Exporter, LedgerCounts } from './exporter.ts'
import type { ExporterTable } from './exporter-table.ts'

/** A set that waited, with the template that set it free: later in the same datagram that may be withdrawn or redefined. */
export interface FreedSet {
  readonly exporter: Exporter
  readonly template: FlowTemplate
  readonly set: PendingSet
}

export interface WaitingSetsDependencies {
  readonly table: ExporterTable
  /** The ledger over all routers. */
  readonly ledger: LedgerCounts
  /** Called before sets are set free: what was saved of them must go first, or they would count twice after a crash. */
  readonly beforeFreed?: (() => void) | undefined
}

/** What a template belongs to beside its router. */
type Origin = Pick<ExportHeader, 'protocol' | 'domain'>

export class WaitingSets {
  readonly #deps: WaitingSetsDependencies
  readonly #pending: PendingSets
  /** Set free and not taken yet, from `#taken` on. */
  #freed: FreedSet[] = []
  #taken = 0

  constructor(limits: PendingLimits, deps: WaitingSetsDependencies) {
    this.#deps = deps
    this.#pending = new PendingSets(limits, (set, end) => this.#ended(set, end))
  }

  get count(): number {
    return this.#pending.waiting
  }

  /** A number that differs whenever the waiting sets do. */
  get changes(): number {
    const { pended, decoded, expired, evicted } = this.#pending.counters
    return pended + decoded + expired + evicted
  }

  /** Oldest first. */
  sets(): Iterable<PendingSet> {
    return this.#pending.sets()
  }

  add(exporter: Exporter, header: ExportHeader, id: number, bytes: Uint8Array, now: number): void {
    this.#begun(exporter)
    this.#pending.add(keyOf(exporter, header, id), header, bytes, now)
  }

  /** Takes back sets that waited when an earlier run ended; those of routers that are registered no more are left out. */
  restore(sets: Iterable<PendingSet>): void {
    for (const { key, header, bytes, since } of sets) {
      const exporter = this.#exporterOf(key)
      if (exporter === undefined) continue
      this.#begun(exporter)
      this.#pending.add(key, header, bytes, since)
    }
  }

  /** Sets free what waits for a template that has come; `takeFreed` gives it. */
  free(exporter: Exporter, origin: Origin, id: number, template: FlowTemplate): void {
    const sets = this.#pending.take(keyOf(exporter, origin, id))
    if (sets.length > 0) this.#deps.beforeFreed?.()
    for (const set of sets) this.#freed.push({ exporter, template, set })
  }

  get hasFreed(): boolean {
    return this.#taken < this.#freed.length
  }

  /** The set that was set free first and not taken yet, to be decoded now. */
  takeFreed(): FreedSet | undefined {
    const freed = this.#freed[this.#taken]
    if (++this.#taken >= this.#freed.length) {
      this.#freed = []
      this.#taken = 0
    }
    return freed
  }

  /** Drops, counted, what waits of routers that are not among these. To be called while the table still knows them. */
  keepOnly(addresses: ReadonlySet<string>): void {
    this.#pending.evict((key) => !addresses.has(addressIn(key)))
  }

  expire(now: number): void {
    this.#pending.expire(now)
  }

  #begun(exporter: Exporter): void {
    this.#deps.ledger.sets_pended++
    exporter.ledger.sets_pended++
    exporter.setsWaiting++
  }

  #ended(set: PendingSet, end: PendingEnd): void {
    const term = `sets_pending_${end}` as const
    this.#deps.ledger[term]++
    const exporter = this.#exporterOf(set.key)
    if (exporter === undefined) return
    exporter.ledger[term]++
    exporter.setsWaiting--
  }

  #exporterOf(key: string): Exporter | undefined {
    return this.#deps.table.findByText(addressIn(key))
  }
}

function keyOf(exporter: Exporter, { protocol, domain }: Origin, id: number): string {
  return `${exporter.address}/${protocol}/${domain}/${id}`
}

/** The router in a key that `keyOf` made. */
function addressIn(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
