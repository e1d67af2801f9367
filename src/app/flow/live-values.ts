// Values that a dimension had in the newest flows, the largest first: for whoever types a filter.
import type { Clock } from '../../base/clock.ts'
import type { Config } from '../../contract/config.ts'
import { flowColumn } from '../../contract/flow-columns.ts'
import { flowDimension, type ColumnDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { queryFlowGroups, type FlowGroup } from '../../query/flow-groups.ts'
import type { FlowQueries } from '../../query/flow-queries.ts'
import { storeFailure } from '../../query/store-failure.ts'
import type { State } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'

export interface LiveValue {
  /** As a filter names it. */
  readonly value: string
  /** Router that it is a value of, for interfaces. */
  readonly router: string | undefined
  /** Mean of the time that was looked at, sampling applied. */
  readonly bitsPerSecond: number
}

export interface LiveValuesDependencies {
  readonly flows: FlowQueries
  readonly state: State
  readonly clock: Clock
  readonly config: () => Pick<Config, 'store'>
}

/** Values that are kept of a field: what somebody types is looked for among these. */
const mostValues = 1000
/** Where the sums by minute have it an hour costs little; elsewhere every single flow is read. */
const sumsSeconds = 3600
const flowsSeconds = 900
/** Nobody who types waits for longer. */
const timeoutSeconds = 2
/** A sixteenth of the engine's memory: several people may type at the same time. */
const memoryShare = 16
const keptMs = 30_000
/** Fields times accounts; 1000 small objects each. */
const mostFields = 200

interface Kept {
  readonly until: number
  readonly values: Promise<readonly LiveValue[]>
}

export class LiveValues {
  readonly #dependencies: LiveValuesDependencies
  /** By account and field, the oldest first. */
  readonly #kept = new Map<string, Kept>()

  constructor(dependencies: LiveValuesDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * Those with the most bits, at most 1000, as they were within the last half minute. None when the store is slow or away,
   * and none for times and names.
   * @param account its number
   */
  top(account: number, dimension: FlowDimension): Promise<readonly LiveValue[]> {
    if (dimension.type !== 'column') return Promise.resolve([])
    const key = `${account} ${dimension.name}`
    const now = this.#dependencies.clock.now()
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > now) return kept.values
    // A failure is kept too: a store that is slow must not be asked again with every letter.
    const values = this.#ask(account, dimension).catch(noneFromStore)
    this.#kept.delete(key)
    this.#kept.set(key, { until: now + keptMs, values })
    for (const oldest of this.#kept.keys()) if (this.#kept.size > mostFields) this.#kept.delete(oldest)
    return values
  }

  async #ask(account: number, dimension: ColumnDimension): Promise<readonly LiveValue[]> {
    const { flows, state, clock, config } = this.#dependencies
    const { retention, memory_mib } = config().store
    const now = clock.now() / 1000
    const seconds = flowColumn[dimension.column].rollup ? sumsSeconds : flowsSeconds
    const from = Math.floor((now - seconds) / 60) * 60
    const question = { ...questionOf(dimension, from), account, overrides: await samplingOverrides(state, account) }
    const maxMemoryBytes = Math.floor((memory_mib * 1024 * 1024) / memoryShare)
    const options = { timeoutSeconds, maxMemoryBytes, signal: AbortSignal.timeout(timeoutSeconds * 1000) }
    const { groups } = await queryFlowGroups(flows, question, { retention, now, options })
    return valuesOf(groups, dimension, now - from)
  }
}

/** What a router's number stands for is known only together with the router. */
const isOfRouter = ({ column }: ColumnDimension) => column === 'in_if' || column === 'out_if'
const router = flowDimension('routerAddress')
const time = flowDimension('datetime')

function questionOf(dimension: ColumnDimension, from: number) {
  if (router === undefined || time?.type !== 'time') throw new Error('the dimensions routerAddress and datetime are gone')
  return {
    node: 'live values',
    dimensions: isOfRouter(dimension) ? [router, dimension] : [dimension],
    sums: new Set(['bits'] as const),
    sampleInterval: false,
    confidence: false,
    filter: { time, operator: 'geq', values: [from] } as const,
    orderBy: [{ measure: 'bits', descending: true }] as const,
    limit: mostValues,
  }
}

/** Flows with the same ids are a group; each id has the sum of its groups. */
function valuesOf(groups: readonly FlowGroup[], dimension: ColumnDimension, seconds: number): LiveValue[] {
  const found = new Map<string, LiveValue>()
  for (const { dimensions, sums } of groups) {
    const printed = dimensions[dimension.name] ?? ''
    const at = isOfRouter(dimension) ? String(dimensions['routerAddress']) : undefined
    for (const each of typeof printed === 'string' || typeof printed === 'number' ? [printed] : printed) {
      const value = String(each)
      const key = `${at ?? ''} ${value}`
      const bitsPerSecond = Number(sums.bits ?? 0n) / seconds + (found.get(key)?.bitsPerSecond ?? 0)
      found.set(key, { value, router: at, bitsPerSecond })
    }
  }
  return [...found.values()].filter(({ value }) => value !== '').toSorted((a, b) => b.bitsPerSecond - a.bitsPerSecond)
}

/** Completion goes on without values. @throws what is no limit or absence of the store: a fault of ours */
function noneFromStore(error: unknown): readonly LiveValue[] {
  const failure = storeFailure(error)
  if (failure === undefined || failure === 'refused') throw error
  return []
}
