// Copies wanted datagrams in a collector thread: those of watched senders, and those of senders that nobody registered.
import { exportProtocol } from '../contract/flow-columns.ts'
import { recognise } from '../wire/flow-datagram.ts'
import { addressKey, type AddressWords } from './address-words.ts'
import type { ExporterTable } from './exporter-table.ts'
import { sflowAgent } from './sflow-agent.ts'
import { TapBudget, tapLimits, type TapLimits, type TapReason } from './tap-budget.ts'
import { TapRecords } from './tap-records.ts'

/** Whose datagrams are wanted, as a thread is told: keys as `addressKey` makes them. */
export interface WantedDatagrams {
  readonly keys: readonly (number | string)[]
  readonly unregistered: boolean
}

/** The datagram at hand; `bytes` is only valid until it has been handled. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array
  readonly length: number
  readonly source: AddressWords
  readonly listener: number
}

/** What was copied since the last time: see tap-records.ts. */
export interface TapHarvest {
  readonly records: Uint8Array<ArrayBuffer>
  /** Wanted datagrams that were not copied. */
  readonly refused: number
}

/** A message for each datagram would cost more than the datagram. */
const harvestEveryMs = 100

export interface DatagramWatchDependencies {
  readonly table: Pick<ExporterTable, 'owner'>
  /** Of the datagram at hand. */
  readonly sourcePort: () => number
}

export class DatagramWatch {
  readonly #deps: DatagramWatchDependencies
  #keys: ReadonlySet<number | string> = new Set()
  #unregistered = false
  readonly #budget: TapBudget
  readonly #records = new TapRecords()
  #refused = 0
  #harvestedAt = 0

  constructor(deps: DatagramWatchDependencies, limits: TapLimits = tapLimits) {
    this.#deps = deps
    this.#budget = new TapBudget(limits)
  }

  replace(wanted: WantedDatagrams): void {
    this.#keys = new Set(wanted.keys)
    this.#unregistered = wanted.unregistered
    this.#budget.keepOnly(this.#keys)
  }

  /** @param now milliseconds since 1970 */
  offer(datagram: ReceivedDatagram, now: number): void {
    const key = addressKey(datagram.source)
    const reason = this.#keys.has(key) ? 'source' : this.#reason(datagram)
    if (reason === null) return
    const missed = this.#budget.admit(key, datagram.length, reason, now)
    if (missed < 0) {
      this.#refused++
      return
    }
    const { bytes, length, source, listener } = datagram
    this.#records.add({ at: now, source, sourcePort: this.#deps.sourcePort(), listener, missed }, bytes.subarray(0, length))
  }

  /** Why a datagram is wanted whose source nobody asked for. What is no flow datagram is not. */
  #reason({ bytes, length, source }: ReceivedDatagram): TapReason | null {
    const protocol = recognise(bytes, length)
    if (protocol === exportProtocol.unknown) return null
    const agent = protocol === exportProtocol.sflow5 ? sflowAgent(bytes, length) : null
    if (agent !== null && this.#keys.has(addressKey(agent))) return 'agent'
    return this.#unregistered && this.#deps.table.owner(source, agent) === undefined ? 'unregistered' : null
  }

  /** To be called often; undefined when there is nothing, or it is too early. */
  take(now: number): TapHarvest | undefined {
    if (now - this.#harvestedAt < harvestEveryMs && now >= this.#harvestedAt) return undefined
    const records = this.#records.take() ?? new Uint8Array(0)
    if (records.length === 0 && this.#refused === 0) return undefined
    const harvest = { records, refused: this.#refused }
    this.#harvestedAt = now
    this.#refused = 0
    return harvest
  }
}
