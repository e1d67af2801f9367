// The parts that a verb or the API needs, for tests: real SQLite, a clock that stands still, collectors that only listen.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { ledgerTerms, type CollectorTelemetry, type Ledger, type RegisteredRouter } from '../../contract/collector-status.ts'
import { configSchema } from '../../contract/config.ts'
import type { DoctorReport } from '../../contract/doctor.ts'
import type { DriverName } from '../../contract/owned-prefix.ts'
import { Advertiser } from '../../mitigate/advertiser.ts'
import { FakeDriver, FakePeer } from '../../mitigate/testing/fake-peer.ts'
import { Notifier } from '../../notify/notifier.ts'
import { openSecretBox } from '../../base/secret-box.ts'
import { RunningQuestions } from '../../query/running-questions.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import { openState } from '../../store/state.ts'
import { CounterReconciliation } from '../reconciliation/counter-reconciliation.ts'
import { localPrincipal } from '../account/first-run.ts'
import { ExporterWatch } from '../../collect/exporter-watch.ts'
import type { CounterRates, InterfaceFacts, InterfaceGrowth, InterfaceName, RouterHealth } from '../../contract/exporter-health.ts'
import type { Rule, RuleSeriesPoint, RuleStatus, RuleTelemetry, RuleWatcher } from '../../contract/rule.ts'
import { AgentHub } from '../../capture/hub/agent-hub.ts'
import type { Capturing } from '../../capture/capturing.ts'
import { CaptureJobs } from '../../capture/jobs/capture-jobs.ts'
import { SampleStore } from '../../capture/samples/sample-store.ts'
import { EdgeFirewall } from '../../firewall/rules/edge-firewall.ts'
import { RouterChecks, type StraySource } from '../../setup/check/router-checks.ts'
import type { ToldByExporter } from '../../setup/check/told-by-exporter.ts'
import type { RunTask } from '../../signature/jobs/task.ts'
import { SignatureJobs } from '../../signature/jobs/signature-jobs.ts'
import type { AppContext, Principal } from '../context.ts'
import { LiveValues } from '../flow/live-values.ts'
import { SettingsInForce } from '../setting/settings-in-force.ts'
import { incidentTraffic } from '../signature/incident-traffic.ts'
import { newId } from '../../base/secret.ts'
import { Passwords } from '../member/passwords.ts'
import { registeredRouters } from '../router/publish.ts'
import { QuietTap } from './quiet-tap.ts'
import { TestBuckets } from './test-buckets.ts'

/** Collectors that have heard nothing and remember what was registered with them. */
export class QuietTelemetry implements CollectorTelemetry {
  registered: readonly RegisteredRouter[] = []
  /** Counters and names of interfaces, for a test to fill. */
  readonly watch = new ExporterWatch()
  register(routers: readonly RegisteredRouter[]) {
    this.registered = routers
  }
  routers() {
    return []
  }
  unregistered() {
    return []
  }
  listeners() {
    return []
  }
  ledger() {
    // fromEntries forgets the keys; ledgerTerms are all of them.
    const terms = Object.fromEntries(ledgerTerms.map((term) => [term, 0])) as Record<keyof Ledger, number>
    return { ...terms, records_stored: 0, records_in_flight: 0, sets_waiting: 0 }
  }
  evictions() {
    return { templates: 0 }
  }
  async health(_address: string): Promise<RouterHealth | undefined> {
    return undefined
  }
  interfaces(address: string): InterfaceFacts[] {
    return this.watch.interfaces(address)
  }
  interfaceNames(address: string): ReadonlyMap<number, InterfaceName> {
    return this.watch.interfaceNames(address)
  }
  counterRates(address: string, from: number, to: number): ReadonlyMap<number, CounterRates> {
    return this.watch.counterRates(address, from, to)
  }
  takeInterfaceGrowth(): InterfaceGrowth[] {
    return this.watch.takeGrowth()
  }
  live(_account: number, seconds: number) {
    return Array.from({ length: seconds }, (_, index) => ({ time: index, bits: 0, packets: 0, flows: 0 }))
  }
}

/** A detector, or collectors, that see no traffic and remember which rules they were told. */
export class QuietRules implements RuleWatcher, RuleTelemetry {
  watched: readonly Rule[] = []
  watch(rules: readonly Rule[]) {
    this.watched = rules
  }
  statuses(account: number): RuleStatus[] {
    return this.watched.filter((rule) => rule.account === account).map(quietStatus)
  }
  series(rule: string, seconds: number): RuleSeriesPoint[] {
    if (!this.watched.some(({ id }) => id === rule)) return []
    return Array.from({ length: seconds }, (_, index) => ({ time: index, bits: 0, packets: 0 }))
  }
}

const quietStatus = ({ id, name, type, extension }: Rule): RuleStatus => ({
  id,
  name,
  type,
  state: extension.enabled ? 'quiet' : 'off',
  bits_per_second: 0,
  packets_per_second: 0,
  since: null,
  incident: null,
  learned: null,
  zscore: null,
  expected: null,
})

export interface TestContext extends AppContext {
  readonly telemetry: QuietTelemetry
  /** What live checks hear: a test speaks. */
  readonly tap: QuietTap
  /** What collectors were taught of routers. */
  readonly taught: readonly ToldByExporter[]
  readonly counting: QuietRules
  readonly detector: QuietRules
  /** Not started: a test that wants deliveries sent starts and stops it. */
  readonly notifier: Notifier
  /** Started; its timer stands still. */
  readonly advertising: Advertiser
  /** Where its routes go to, whatever the driver. */
  readonly peer: FakePeer
  readonly drivers: readonly FakeDriver[]
  /** Started, and nobody is connected: an API server gives it connections. */
  readonly agents: AgentHub
  /** Started. */
  readonly capturing: Capturing
  /** Started and empty: the samples of the past. */
  readonly samples: SampleStore
  /** Started; its timer stands still. */
  readonly filtering: EdgeFirewall
  /** Started; it derives in this thread, as a test has the source and not what a thread would be started from. */
  readonly signatures: SignatureJobs
  /** What it has logged: faults of ours. */
  readonly signatureFaults: readonly unknown[]
  readonly buckets: TestBuckets
  readonly clock: { time: number; now(): number }
  /** Everything is allowed to it. */
  readonly local: Principal
  /** Path of the SQLite file. */
  readonly file: string
  close(): Promise<void>
}

/** 2026-01-01T12:00:00Z in ms. */
export const testTime = Date.UTC(2026, 0, 1, 12)

const dayMs = 86_400_000

/** Most tests derive nothing, and the learner is large. */
const runTask: RunTask = async (task, watch) => {
  const { runTask } = await import('../../signature/jobs/run-task.ts')
  return await runTask(task, watch)
}

interface TestContextOptions {
  /** Values of the configuration that differ from the defaults. */
  readonly config?: Record<string, unknown>
  /** Paths of options that a source of the configuration is to have given. */
  readonly given?: readonly string[]
  /** Of advertisements, each a fake one; bgp only unless told. */
  readonly drivers?: readonly DriverName[]
}

/** Nothing misses the collectors. */
const noStrays: StraySource = { start: async () => undefined, stop: async () => undefined, strays: () => [], method: 'none' }

/** What a doctor says who has looked at nothing. */
const healthy: DoctorReport = { state: 'ok', server: true, findings: [], self_test: [] }

/** A store of flows; those that only answer questions do. */
export type TestFlows = AppContext['flows'] & Partial<Pick<FlowStore, 'progress' | 'download'>>

/** What a store that only answers questions says to all else. */
const questionsOnly: Pick<FlowStore, 'progress' | 'download'> = {
  progress: async () => undefined,
  download: () => {
    throw new Error('the store of this test only answers questions')
  },
}

/** @param flows the store that questions go to; one that is never asked when left out */
export async function openTestContext(flows?: TestFlows, options: TestContextOptions = {}): Promise<TestContext> {
  const dir = await mkdtemp(path.join(tmpdir(), 'drawbridge-app-'))
  const file = path.join(dir, 'state.sqlite')
  const state = await openState(file)
  const clock = {
    time: testTime,
    now() {
      return this.time
    },
  }
  const local = await localPrincipal({ state: state.db, clock })
  const store: TestFlows = flows ?? { ready: true, query: () => Promise.reject(new Error('no store in this test')) }
  const telemetry = new QuietTelemetry()
  const config = configSchema.parse(options.config ?? {})
  const secrets = openSecretBox(path.join(dir, 'alerts.key'))
  const quietLog = pino({ level: 'silent' })
  const settings = new SettingsInForce({ config, given: new Set(options.given) }, { state: state.db, log: quietLog })
  await settings.start()
  const peer = new FakePeer()
  const drivers = (options.drivers ?? ['bgp']).map(
    (name) => new FakeDriver(name, peer, (id, direction, outcome) => advertising.settled(id, direction, outcome)),
  )
  const advertising = new Advertiser(
    { advertise: config.advertise, retentionDays: () => settings.config.incidents.retention_days },
    { state: state.db, clock, log: quietLog, drivers, isBreaching: () => false, newId, every: () => () => undefined },
  )
  await advertising.start()
  const samples = new SampleStore({ folder: path.join(dir, 'samples'), maxBytes: 16_777_216, maxAgeMs: dayMs }, { clock, log: quietLog })
  await samples.start()
  const agents = new AgentHub({}, { state: state.db, clock, log: quietLog })
  const captures = new CaptureJobs(
    { captures: config.captures, data: dir },
    {
      state: state.db,
      clock,
      log: quietLog,
      links: agents.links,
      samples,
      keepSamples: () => undefined,
      secrets,
      newId,
    },
  )
  await captures.start()
  const signatureFaults: unknown[] = []
  const signatures = new SignatureJobs(
    { signatures: config.signatures, data: dir },
    {
      state: state.db,
      clock,
      log: { error: (fault: unknown) => void signatureFaults.push(fault) },
      sources: {
        captures: captures.capturing,
        samples,
        incident: (account, id) => incidentTraffic({ state: state.db, clock }, account, id),
      },
      newId,
      runTask,
    },
  )
  await signatures.start()
  const filtering = new EdgeFirewall(config.firewall, {
    state: state.db,
    clock,
    log: quietLog,
    links: agents.links,
    newId,
    every: () => () => undefined,
  })
  await filtering.start()
  const tap = new QuietTap()
  const taught: ToldByExporter[] = []
  const checks = new RouterChecks(
    {},
    {
      tap,
      strays: noStrays,
      telemetry,
      registered: () => registeredRouters(state.db),
      recall: async () => [],
      teach: (told) => void taught.push(...told),
      listeners: () => ['[::]:2055'],
      clock,
      log: quietLog,
    },
  )
  await checks.start()
  await agents.start()
  const insertRows = () => Promise.reject(new Error('nothing is inserted in this test'))
  return {
    state: state.db,
    flows: store,
    liveValues: new LiveValues({ flows: store, state: state.db, clock, config: () => settings.config }),
    questions: new RunningQuestions({
      store: {
        query: (sql, options) => store.query(sql, options),
        progress: (id) => (store.progress ? store.progress(id) : questionsOnly.progress(id)),
        download: (sql, options) => (store.download ? store.download(sql, options) : questionsOnly.download(sql, options)),
      },
      clock,
    }),
    telemetry,
    reconciliation: new CounterReconciliation({
      state: state.db,
      flows: { query: (sql, options) => store.query(sql, options), insertRows },
      telemetry,
      clock,
      log: { warn: () => undefined },
    }),
    counting: new QuietRules(),
    detector: new QuietRules(),
    advertising,
    agents,
    capturing: captures.capturing,
    samples,
    signatures,
    signatureFaults,
    deriving: signatures.deriving,
    filtering,
    checks,
    tap,
    taught,
    buckets: new TestBuckets(),
    doctor: { look: async () => healthy, test: async () => healthy },
    peer,
    drivers,
    clock,
    settings,
    get config() {
      return settings.config
    },
    secrets,
    notifier: new Notifier({ alerts: config.alerts, pollMs: 10 }, { state: state.db, secrets, clock, log: quietLog }),
    passwords: new Passwords({ clock }),
    asName: (asn) => (asn === 13335 ? 'CLOUDFLARENET' : undefined),
    version: '0.0.0-test',
    startedAt: testTime,
    local,
    file,
    async close() {
      await signatures.stop()
      await agents.stop()
      await checks.stop()
      await filtering.stop()
      await captures.stop()
      await samples.stop()
      await advertising.stop()
      await state.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
