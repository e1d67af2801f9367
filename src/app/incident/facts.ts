// Who and what took part in an incident, from stored flows. It stands beside the path of the incident and never in it.
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import {
  incidentLists,
  noFacts,
  type DetectedIncident,
  type IncidentFacts,
  type IncidentList,
  type IncidentTalker,
} from '../../contract/incident.ts'
import { queryTalkers, type Talker, type Talkers, type TalkersQuestion } from '../../query/incident-talkers.ts'
import { protocolName } from '../../query/protocol-names.ts'
import { storeFailure, type StoreFailure } from '../../query/store-failure.ts'
import type { AppContext, State } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'

export interface FactsDependencies {
  readonly flows: AppContext['flows']
  readonly state: State
  readonly clock: Clock
  readonly asName: AppContext['asName']
  readonly log: Pick<Log, 'warn'>
}

/** Of a long incident, the last ten minutes are asked for; of one with more flows than that can be read in time, the last. */
const windows = [
  { seconds: 600, timeoutSeconds: 2 },
  { seconds: 60, timeoutSeconds: 1 },
] as const
/** The store ends a query by itself; should it be too busy even for that, we do. */
const graceMs = 250
const limitsOf = ({ timeoutSeconds }: { timeoutSeconds: number }) => {
  return { timeoutSeconds, signal: AbortSignal.timeout(timeoutSeconds * 1000 + graceMs) }
}
const tooMuch: ReadonlySet<StoreFailure | undefined> = new Set(['time', 'memory', 'cancelled'])
/** Records of the last seconds of an incident come later, by the active timeout of the routers. */
const lateSeconds = 60

export class IncidentFactsCollector {
  readonly #deps: FactsDependencies
  readonly #counts = { collected: 0, shortened: 0, failed: 0 }

  constructor(deps: FactsDependencies) {
    this.#deps = deps
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  /** Within some three seconds; empty when the store does not answer. Never rejects. */
  readonly collect = async (incident: DetectedIncident): Promise<IncidentFacts> => {
    try {
      const facts = await this.#ask(incident)
      this.#counts.collected++
      return facts
    } catch (error) {
      this.#counts.failed++
      this.#deps.log.warn(
        { err: error, incident: incident.id },
        'the flows of an incident could not be read; they are asked for again later',
      )
      return noFacts
    }
  }

  async #ask(incident: DetectedIncident): Promise<IncidentFacts> {
    const { flows, state } = this.#deps
    const overrides = await samplingOverrides(state, incident.account)
    const [long, short] = windows
    const question = (seconds: number): TalkersQuestion => ({
      account: incident.account,
      prefixes: attacked(incident),
      ...this.#window(incident, seconds),
      overrides,
      metric: incident.metric,
    })
    try {
      return this.#facts(incident, await queryTalkers(flows, question(long.seconds), limitsOf(long)))
    } catch (error) {
      if (!tooMuch.has(storeFailure(error))) throw error
      this.#counts.shortened++
      return this.#facts(incident, await queryTalkers(flows, question(short.seconds), limitsOf(short)))
    }
  }

  /** The end of the incident, the last `seconds` of it. */
  #window({ started_at: start, ended_at: end }: DetectedIncident, seconds: number): { from: number; to: number } {
    const now = Math.ceil(this.#deps.clock.now() / 1000)
    const to = end === null ? now : Math.min(now, Math.ceil(Date.parse(end) / 1000) + lateSeconds)
    return { from: Math.max(Math.floor(Date.parse(start) / 1000), to - seconds), to }
  }

  #facts({ metric }: DetectedIncident, talkers: Talkers): IncidentFacts {
    const { earliest, latest } = talkers
    if (earliest === null || latest === null) return noFacts
    const whole = { total: talkers[metric], seconds: latest - earliest + 1, metric }
    const entries = incidentLists.map((list) => [list, talkers.lists[list].map((talker) => this.#row(list, talker, whole))] as const)
    // fromEntries forgets the keys; incidentLists are all of them.
    const lists = Object.fromEntries(entries) as Record<IncidentList, IncidentTalker[]>
    return { ...lists, as_of: new Date(latest * 1000).toISOString() }
  }

  #row(
    list: IncidentList,
    { value, bits, packets }: Talker,
    { total, seconds, metric }: { total: number; seconds: number; metric: 'bits' | 'packets' },
  ): IncidentTalker {
    const share = total === 0 ? 0 : { bits, packets }[metric] / total
    return { value, name: this.#name(list, value), bits_per_second: bits / seconds, packets_per_second: packets / seconds, share }
  }

  #name(list: IncidentList, value: string): string {
    if (list === 'source_asns') return this.#deps.asName(Number(value)) ?? ''
    return list === 'protocols' ? protocolName(Number(value)) : ''
  }
}

/** An advanced_ddos rule tells who is attacked; for the others it is the sum of all prefixes, of which `targets` may be a part. */
function attacked({ rule, targets }: DetectedIncident): readonly string[] {
  return rule.type === 'advanced_ddos' && targets.length > 0 ? targets : rule.prefixes
}
