// Wires what notices and tells: counts of the collectors, detector, incidents with their facts, history by the minute,
// alerts and their delivery.
import { AutomaticAdvertisement } from '../app/advertisement/automatic.ts'
import { AutomaticCaptures } from '../app/capture/automatic.ts'
import { IncidentBook } from '../app/incident/incident-book.ts'
import { IncidentFactsCollector } from '../app/incident/facts.ts'
import { RouterSilenceWatch } from '../app/alerting/router-silence-watch.ts'
import { StoredRuleHistory } from '../app/rule-history/rule-history.ts'
import { publishRules } from '../app/rule/publish.ts'
import { newId } from '../base/secret.ts'
import type { AppContext, StateContext } from '../app/context.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Capturing } from '../capture/capturing.ts'
import type { CollectorPool } from '../collect/collector-pool.ts'
import type { Config } from '../contract/config.ts'
import { Detector } from '../detect/detector.ts'
import type { Advertising } from '../mitigate/advertising.ts'
import { enqueueAlert } from '../notify/enqueue-alert.ts'
import { buildIncidentAlert } from '../notify/incident-alert.ts'
import { registerNotifierMetrics } from '../notify/notifier-metrics.ts'
import { Notifier } from '../notify/notifier.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { FlowStore } from '../store/flow-store.ts'
import { registerRuleMetrics } from './rule-metrics.ts'

export interface RuleDetectionConfig {
  readonly alerts: Config['alerts']
  /** Days that incidents which are over are kept; asked each time, as are those of the history of notifications. */
  readonly incidentDays: () => number
  readonly alertDays: () => number
  readonly advertise: Config['advertise']
  /** Address of the dashboard, for links in alerts; asked at each alert, since port 0 is known late. */
  readonly baseUrl: () => string
}

export interface RuleDetectionDependencies extends StateContext {
  readonly log: Log
  readonly flows: FlowStore
  readonly pool: CollectorPool
  readonly secrets: SecretBox
  readonly advertising: Advertising
  readonly capturing: Capturing
  readonly asName: AppContext['asName']
  readonly metrics: Metrics
}

export class RuleDetection {
  readonly notifier: Notifier
  readonly detector: Detector
  readonly #deps: RuleDetectionDependencies
  readonly #history: StoredRuleHistory
  readonly #book: IncidentBook
  readonly #silence: RouterSilenceWatch
  readonly #automatic: AutomaticAdvertisement
  readonly #captures: AutomaticCaptures

  constructor(config: RuleDetectionConfig, deps: RuleDetectionDependencies) {
    this.#deps = deps
    const { state, clock, log, flows, pool, secrets, asName, advertising, capturing } = deps
    const links = () => ({ base: config.baseUrl() })
    const facts = new IncidentFactsCollector({ flows, state, clock, asName, log })
    this.notifier = new Notifier({ alerts: config.alerts, historyDays: config.alertDays }, { state, secrets, clock, log })
    this.#history = new StoredRuleHistory({ flows, state, log })
    this.#book = new IncidentBook(
      { retentionDays: config.incidentDays },
      {
        state,
        clock,
        log,
        collectFacts: facts.collect,
        buildAlert: (kind, report) => buildIncidentAlert(kind, report, links()),
        enqueueAlert,
      },
    )
    this.#automatic = new AutomaticAdvertisement(
      { maxLifetimeHours: config.advertise.max_lifetime_hours, probeSeconds: config.advertise.probe_seconds },
      { state, clock, log, advertising, enqueueAlert, links },
    )
    this.#captures = new AutomaticCaptures({}, { state, clock, log, capturing })
    this.detector = new Detector(
      { threads: pool.threads },
      {
        clock,
        log,
        history: this.#history,
        journal: this.#book,
        onIncident: (event, incident) => {
          // First: the prefix does not wait for the book.
          this.#automatic.onIncident(event, incident)
          this.#book.onIncident(event, incident)
          this.#captures.onIncident(event, incident)
        },
        onMinutes: (minutes) => this.#history.add(minutes),
        newId,
        every: repeat,
      },
    )
    this.#silence = new RouterSilenceWatch({ state, telemetry: pool, clock, log, links })
    registerNotifierMetrics(deps.metrics, this.notifier)
    registerRuleMetrics(deps.metrics, {
      pool,
      detector: this.detector,
      book: this.#book,
      history: this.#history,
      facts,
      captures: this.#captures,
    })
  }

  /** To be called when the collectors run. */
  async start(): Promise<void> {
    const { state, pool } = this.#deps
    await this.notifier.start()
    await this.#history.start()
    await this.#book.start()
    await this.#automatic.start()
    await this.#captures.start()
    await this.detector.start()
    pool.onRuleCounts((counts) => this.detector.add(counts))
    pool.onAttackReport((report) => this.detector.addAttacks(report))
    await publishRules({ state, counting: pool, detector: this.detector })
    await this.#silence.start()
  }

  /** In the order in which each has something left for the next. */
  async stop(): Promise<void> {
    await this.#silence.stop()
    await this.detector.stop()
    await this.#automatic.stop()
    await this.#captures.stop()
    await this.#history.stop()
    await this.#book.stop()
    await this.notifier.stop()
  }
}

/** After a pause of this thread the counts that wait go first: a second without them would be judged as a silent one. */
function repeat(milliseconds: number, work: () => void): () => void {
  const timer = setInterval(() => setImmediate(work), milliseconds)
  return () => clearInterval(timer)
}
