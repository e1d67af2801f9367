// What a collector thread reports of itself each second: its own counts, and of the exporters those that have changed.
import type { BoundListener } from './datagram-receiver.ts'
import type { Collector } from './collector.ts'
import type { Exporter } from './exporter.ts'
import { packReports } from './exporter-reports.ts'
import type { StatusMessage } from './messages.ts'

/** A report of all exporters once in so many, so that nothing stands wrong for longer than a minute. */
const wholeEvery = 60

/** What cannot stay the same when anything about an exporter changes: everything comes in datagrams, or times out. */
interface Mark {
  datagrams: number
  setsWaiting: number
  templates: number
}

export class StatusReporter {
  readonly #worker: number
  readonly #collector: Collector
  readonly #marks = new WeakMap<Exporter, Mark>()
  #count = 0

  constructor(worker: number, collector: Collector) {
    this.#worker = worker
    this.#collector = collector
  }

  next(listeners: readonly BoundListener[]): StatusMessage {
    const { table, ledger, waiting, faults, notes } = this.#collector
    const whole = this.#count++ % wholeEvery === 0
    return {
      kind: 'status',
      worker: this.#worker,
      ledger: { ...ledger },
      setsWaiting: waiting.count,
      whole,
      exporters: packReports(this.#reported(whole)),
      senders: [...table.senders()],
      sendersForgotten: table.sendersForgotten,
      listeners,
      faults,
      evicted: { ...table.budgets.evicted, notes: notes.refused },
    }
  }

  /** The exporters that have sent; without `all` those of whom something has changed since the last report. */
  #reported(all: boolean): Exporter[] {
    const reported: Exporter[] = []
    for (const exporter of this.#collector.table.exporters())
      if (exporter.lastSeen > 0 && (this.#hasChanged(exporter) || all)) reported.push(exporter)
    return reported
  }

  #hasChanged(exporter: Exporter): boolean {
    const { datagrams_received: datagrams } = exporter.ledger
    const { setsWaiting } = exporter
    const templates = exporter.templateCount()
    const mark = this.#marks.get(exporter)
    if (mark === undefined) {
      this.#marks.set(exporter, { datagrams, setsWaiting, templates })
      return true
    }
    if (mark.datagrams === datagrams && mark.setsWaiting === setsWaiting && mark.templates === templates) return false
    mark.datagrams = datagrams
    mark.setsWaiting = setsWaiting
    mark.templates = templates
    return true
  }
}
