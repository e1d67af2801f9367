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

/** Counters that have the same labels: one look gives the values of all of them. */
interface CounterTable {
  readonly counters: readonly { readonly name: string; readonly help: string }[]
  /** Called for each scrape. Labels as `labelText` writes them, and a value for each counter. */
  readonly read: () => Promise<Iterable<CounterTableRow>>
}

export interface CounterTableRow {
  readonly labels: string
  readonly values: ArrayLike<number>
}

/** Labels as they stand between the braces behind the name of a metric. */
export function labelText(labels: Labels): string {
  let text = ''
  for (const name in labels) text += `${text === '' ? '' : ','}${name}="${escaped(String(labels[name]))}"`
  return text
}

/** The text format knows three escapes. */
function escaped(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value
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
  private readonly tables: CounterTable[] = []

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

  /** Counters with thousands of series: they are written as they are read, at a fifth of what the others cost. */
  counterTable(table: CounterTable): void {
    for (const { name, help } of table.counters) {
      checkName(name, help, true)
      if (this.names().has(name)) throw new Error(`metric ${name} is there already`)
    }
    this.tables.push(table)
  }

  private names(): ReadonlySet<string> {
    const ofTables = this.tables.flatMap(({ counters }) => counters.map(({ name }) => name))
    return new Set([...ofTables, ...this.registry.getMetricsAsArray().map(({ name }) => name)])
  }

  /** Adds the memory, CPU time and event loop delay of this process, under prom-client's usual names. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry })
  }

  /** All metrics in the Prometheus text format. */
  async text(): Promise<string> {
    const texts = await Promise.all(this.tables.map((table) => tableText(table)))
    return [await this.registry.metrics(), ...texts].join('')
  }

  /** Content type of `text()`. */
  get contentType(): string {
    return this.registry.contentType
  }
}

async function tableText({ counters, read }: CounterTable): Promise<string> {
  const rows = [...(await read())]
  let text = ''
  for (const [column, { name, help }] of counters.entries()) {
    text += `\n# HELP ${name} ${help}\n# TYPE ${name} counter\n`
    for (const { labels, values } of rows) text += `${name}{${labels}} ${values[column]}\n`
  }
  return text
}
