// A detector in virtual time: seconds of traffic go in, incidents come out.
import type { DetectedIncident, IncidentEventKind } from '../../contract/incident.ts'
import type { Rule } from '../../contract/rule.ts'
import type { RuleHistory, RuleMinute } from '../../contract/rule-minutes.ts'
import { Detector } from '../detector.ts'
import type { DetectorJournal, RuleMemory } from '../journal.ts'

/** 2026-01-01T00:00:00Z, a Thursday, in seconds. */
export const labStart = Date.UTC(2026, 0, 1) / 1000

export interface ToldEvent {
  /** ms since 1970. */
  readonly at: number
  readonly event: IncidentEventKind
  readonly incident: DetectedIncident
}

/** Keeps what it is told as a file would: as text. */
export class MemoryJournal implements DetectorJournal {
  readonly breaches = new Map<string, string>()
  readonly incidents = new Map<string, string>()

  async load(): ReturnType<DetectorJournal['load']> {
    return {
      incidents: [...this.incidents.values()].map((text): DetectedIncident => JSON.parse(text)).filter(({ state }) => state === 'open'),
      breaches: [...this.breaches].map(([rule, breach]) => ({ rule, breach })),
    }
  }

  saveBreaches(memories: readonly RuleMemory[]): void {
    for (const { rule, breach } of memories) {
      if (breach === null) this.breaches.delete(rule)
      else this.breaches.set(rule, breach)
    }
  }
}

/** Traffic of a second: bits, or bits and packets. A packet has 8000 bits when only bits are said. */
export type Traffic = number | readonly [bits: number, packets: number]

export class DetectorLab {
  readonly clock = { time: labStart * 1000, now: (): number => this.clock.time }
  readonly journal = new MemoryJournal()
  readonly events: ToldEvent[] = []
  readonly minutes: RuleMinute[] = []
  readonly warnings: string[] = []
  history: RuleHistory = {
    minutes: async (rule, from, to) => this.minutes.filter((m) => m.rule === rule && m.minute >= from && m.minute < to),
  }
  #threads: number
  #ids = 0
  #rules: readonly Rule[] = []
  detector: Detector

  constructor(threads = 1) {
    this.#threads = threads
    this.detector = this.#create()
  }

  #create(): Detector {
    const note = (_: unknown, text: string) => this.warnings.push(text)
    return new Detector(
      { threads: this.#threads },
      {
        clock: this.clock,
        log: { error: note, warn: note } as never,
        history: { minutes: (...asked) => this.history.minutes(...asked) },
        journal: this.journal,
        onIncident: (event, incident) => {
          this.events.push({ at: this.clock.time, event, incident })
          this.journal.incidents.set(incident.id, JSON.stringify(incident))
        },
        onMinutes: (minutes) => this.minutes.push(...minutes),
        newId: () => String(++this.#ids).padStart(32, '0'),
        every: () => () => undefined,
      },
    )
  }

  /** Starts with rules; the threads have said their first word, and counting begins with the next second. */
  async start(rules: readonly Rule[]): Promise<void> {
    this.#rules = rules
    this.detector.watch(rules)
    await this.detector.start()
    for (let count = 0; count < 2; count++) {
      this.clock.time += 1000
      this.close()
    }
    await this.settle()
  }

  /** Lets promises that wait for nothing but each other come true. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Stops without a word (killed), is down for some seconds, and starts again. */
  async restart(downSeconds: number, options: { readonly killed?: boolean } = {}): Promise<void> {
    if (options.killed !== true) await this.detector.stop()
    this.clock.time += downSeconds * 1000
    this.detector = this.#create()
    this.clock.time -= 2000
    await this.start(this.#rules)
  }

  /** First second that is not over. */
  get second(): number {
    return Math.floor(this.clock.time / 1000)
  }

  /** Tells traffic of a second by one thread; it may be long gone. */
  tell(rule: string, second: number, traffic: Traffic, thread = 0): void {
    const [bits, packets] = typeof traffic === 'number' ? [traffic, traffic / 8000] : traffic
    this.detector.add({
      thread,
      closed: this.second - 1,
      rules: [rule],
      from: second,
      seconds: 1,
      bytes: Float64Array.of(bits / 8),
      packets: Float64Array.of(packets),
    })
  }

  /** All threads say that the seconds before now are over. */
  close(): void {
    for (let thread = 0; thread < this.#threads; thread++)
      this.detector.add({
        thread,
        closed: this.second - 1,
        rules: [],
        from: this.second,
        seconds: 0,
        bytes: new Float64Array(0),
        packets: new Float64Array(0),
      })
  }

  /** Lets seconds go by with traffic to one rule; each is told 50 ms after its end. */
  run(seconds: number, traffic: (second: number) => Traffic, rule = 'a'.repeat(32)): void {
    for (let count = 0; count < seconds; count++) {
      const second = this.second
      this.clock.time = (second + 1) * 1000 + 50
      this.tell(rule, second, traffic(second))
      this.close()
    }
  }

  of(event: IncidentEventKind): ToldEvent[] {
    return this.events.filter((told) => told.event === event)
  }
}
