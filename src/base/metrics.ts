// Metrics in the Prometheus text format. Every name is checked and every metric explains itself.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

type Labels = Readonly<Record<string, string | number>>

export interface CounterMetric {
  /** @param amount not negative; 1 when left out */
  add(amount?: number, labels?: Labels): void
}

export interface GaugeMetric {
  set(value: number, labels?: Labels): void
}

export interface HistogramMetric {
  observe(value: number, labels?: Labels): void
}

/** One value of a metric that is read when somebody asks for it. */
export interface Reading {
  readonly value: number
  readonly labels?: Labels
}

const namePattern = /^drawbridge_[a-z][a-z0-9_]*[a-z0-9]$/

function checkName(name: string, help: string, counter: boolean): void {
  if (!namePattern.test(name)) throw new Error(`metric ${name} needs a name like drawbridge_spool_bytes`)
  if (counter !== name.endsWith('_total')) throw new Error(`metric ${name}: counters, and only they, end in _total`)
  if (help.trim().length < 10) throw new Error(`metric ${name} needs a help text that says what it counts`)
}

/** The metrics of one process. */
export class Metrics {
  private readonly registry = new Registry()

  /** A number that only grows. Throws for a bad name, a missing help text or a name that is taken. */
  counter(name: string, help: string, labels: readonly string[] = []): CounterMetric {
    checkName(name, help, true)
    const metric = new Counter({ name, help, labelNames: [...labels], registers: [this.registry] })
    return { add: (amount = 1, labels = {}) => metric.inc({ ...labels }, amount) }
  }

  /** A number that goes up and down. */
  gauge(name: string, help: string, labels: readonly string[] = []): GaugeMetric {
    checkName(name, help, false)
    const metric = new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] })
    return { set: (value, labels = {}) => metric.set({ ...labels }, value) }
  }

  /** How often a value fell into each bucket. `buckets` are upper bounds in ascending order. */
  histogram(name: string, help: string, buckets: readonly number[], labels: readonly string[] = []): HistogramMetric {
    checkName(name, help, false)
    const metric = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] })
    return { observe: (value, labels = {}) => metric.observe({ ...labels }, value) }
  }

  /** A counter whose values a component keeps itself; `read` is called for each scrape. */
  counterFrom(name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>): void {
    checkName(name, help, true)
    const collect = () => {
      metric.reset()
      for (const { value, labels = {} } of read()) metric.inc({ ...labels }, value)
    }
    const metric = new Counter({ name, help, labelNames: [...labels], registers: [this.registry], collect })
  }

  /** A gauge whose values a component keeps itself; `read` is called for each scrape. */
  gaugeFrom(name: string, help: string, labels: readonly string[], read: () => Iterable<Reading> | Promise<Iterable<Reading>>): void {
    checkName(name, help, false)
    const collect = async () => {
      const readings = await read()
      metric.reset()
      for (const { value, labels = {} } of readings) metric.set({ ...labels }, value)
    }
    const metric = new Gauge({ name, help, labelNames: [...labels], registers: [this.registry], collect })
  }

  /** Adds the memory, CPU time and event loop delay of this process, under prom-client's usual names. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry })
  }

  /** All metrics in the Prometheus text format. */
  async text(): Promise<string> {
    return this.registry.metrics()
  }

  /** Content type of `text()`. */
  get contentType(): string {
    return this.registry.contentType
  }
}
