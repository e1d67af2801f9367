// Triggered captures: an incident of a rule that asks for it starts one simple capture of packets to what is attacked.
import type { Log } from '../../base/log.ts'
import { readCapturePolicy, withinPolicy } from '../../capture/jobs/capture-policy.ts'
import type { Capturing } from '../../capture/capturing.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureRequest } from '../../contract/capture.ts'
import type { DetectedIncident, IncidentEventKind, IncidentSummary } from '../../contract/incident.ts'
import type { Rule } from '../../contract/rule.ts'
import { filterText } from '../../filter/filter-text.ts'
import { timeText, type StateContext } from '../context.ts'
import { openIncidents } from '../advertisement/left-incidents.ts'
import { addIncidentEntry } from '../incident/rows.ts'
import { attackedFilter } from './attacked-filter.ts'
import { defaultExtension } from './fields.ts'

export interface AutomaticCapturesDependencies extends StateContext {
  readonly capturing: Pick<Capturing, 'start'>
  readonly log: Pick<Log, 'error'>
}

export interface AutomaticCapturesConfig {
  /** What is waited for is looked at so often. */
  readonly pauseMs?: number
  /** After a restart agents take so long to connect again. */
  readonly reconnectMs?: number
}

/** An incident and the rule that fired it. */
export type CapturedIncident = IncidentSummary & { readonly account: number; readonly rule: Rule }

/** An incident is written a moment after it is opened; after that it is taken for one that never was written. */
const longestUnwrittenMs = 60_000
/** Incidents that are begun at a time: a flood of them must not take more than their share of the state. */
const maxBeginning = 1000

/** Component: start before the detector tells of incidents. */
export class AutomaticCaptures {
  readonly #deps: AutomaticCapturesDependencies
  readonly #config: Required<AutomaticCapturesConfig>
  /** Incidents that are being looked at. */
  readonly #beginning = new Map<string, Promise<void>>()
  readonly #timers = new Set<{ readonly timer: NodeJS.Timeout; readonly end: () => void }>()
  readonly #counts = { started: 0, failed: 0, refused: 0 }
  #stopped = false

  constructor(config: AutomaticCapturesConfig, deps: AutomaticCapturesDependencies) {
    this.#deps = deps
    this.#config = { pauseMs: 100, reconnectMs: 30_000, ...config }
  }

  /** Open incidents for which an earlier run could not begin one before it ended get theirs. */
  async start(): Promise<void> {
    for (const incident of await openIncidents(this.#deps.state)) this.#begin(incident, this.#config.reconnectMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const { timer, end } of this.#timers) {
      clearTimeout(timer)
      end()
    }
    await Promise.all(this.#beginning.values())
  }

  /** What the detector tells. Returns at once. */
  onIncident(kind: IncidentEventKind, incident: DetectedIncident): void {
    if (kind === 'opened') this.#begin(incident, 0)
  }

  /** Captures by what became of the wish, for metrics. */
  counters(): Readonly<Record<'started' | 'failed' | 'refused', number>> {
    return { ...this.#counts }
  }

  /** @param patienceMs how long agents may take to connect */
  #begin(incident: CapturedIncident, patienceMs: number): void {
    if (this.#stopped || !incident.rule.extension.capture || this.#beginning.has(incident.id)) return
    if (this.#beginning.size >= maxBeginning) return void this.#counts.refused++
    const work = this.#captureOnce(incident, patienceMs)
      .catch((err: unknown) => {
        this.#counts.failed++
        this.#deps.log.error({ err, incident: incident.id }, 'the capture of an incident could not be started, nor that be noted')
      })
      .finally(() => this.#beginning.delete(incident.id))
    this.#beginning.set(incident.id, work)
  }

  async #captureOnce(incident: CapturedIncident, patienceMs: number): Promise<void> {
    if (await this.#wasTried(incident.id)) return
    try {
      if (await this.#start(await this.#request(incident), patienceMs)) this.#counts.started++
    } catch (error) {
      this.#counts.failed++
      if (!(error instanceof ApiError)) this.#deps.log.error({ err: error, incident: incident.id }, 'the capture of an incident has failed')
      await this.#noteFailure(incident.id, error instanceof ApiError ? error.message : 'the server has a fault, which its log tells')
    }
  }

  /** @returns false when a stop came first: the next run tries again */
  async #start(request: CaptureRequest, patienceMs: number): Promise<boolean> {
    const since = performance.now()
    do {
      try {
        await this.#deps.capturing.start(request, false)
        return true
      } catch (error) {
        const waits = error instanceof ApiError && error.error === 'capture_no_agent' && performance.now() - since < patienceMs
        if (!waits) throw error
      }
      await this.#pause()
    } while (!this.#stopped)
    return false
  }

  /** One capture for an incident, also over restarts: the capture itself, or the line that says why there is none. */
  async #wasTried(incident: string): Promise<boolean> {
    const { state } = this.#deps
    const capture = await state.selectFrom('capture').select('id').where('incident_id', '=', incident).executeTakeFirst()
    if (capture) return true
    const noted = state.selectFrom('incident_entry').select('number').where('incident', '=', incident).where('kind', '=', 'capture')
    return (await noted.executeTakeFirst()) !== undefined
  }

  async #request({ id, rule, account, headline, targets }: CapturedIncident): Promise<CaptureRequest> {
    const { filter, note } = attackedFilter(rule, targets)
    // The headline begins with the rule's name, which the cause says.
    const why = headline.replace(`${rule.name}: `, '')
    const extension = {
      ...defaultExtension('simple'),
      note: [why, note]
        .filter((part) => part !== '')
        .join('; ')
        .slice(0, 500),
    }
    return {
      account,
      type: 'simple',
      filter_v1: {},
      filter_text: filterText(filter),
      filter,
      time_limit: rule.extension.capture_seconds,
      packet_limit: rule.extension.capture_packets,
      byte_limit: null,
      offset_time: null,
      colo_name: '*',
      destination_conf: null,
      bucket: null,
      extension: withinPolicy(extension, await readCapturePolicy(this.#deps.state, account)),
      cause: { kind: 'rule', who: rule.name, rule_id: rule.id, incident_id: id },
    }
  }

  async #noteFailure(incident: string, reason: string): Promise<void> {
    const { state, clock } = this.#deps
    const entry = { at: timeText(clock.now()), kind: 'capture' as const, text: `Packets could not be captured: ${reason}` }
    const since = performance.now()
    while (!this.#stopped && performance.now() - since < longestUnwrittenMs) {
      const written = await state.transaction().execute(async (transaction) => {
        const row = await transaction.selectFrom('incident').select('id').where('id', '=', incident).executeTakeFirst()
        if (row) await addIncidentEntry(transaction, incident, entry)
        return row !== undefined
      })
      if (written) return
      await this.#pause()
    }
  }

  #pause(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const pause = {
        timer: setTimeout(() => pause.end(), this.#config.pauseMs).unref(),
        end: () => {
          this.#timers.delete(pause)
          resolve()
        },
      }
      this.#timers.add(pause)
    })
  }
}
