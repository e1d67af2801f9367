// The server, all in one process: wires its parts, starts them in order and stops them in reverse.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ApiServer } from '../api/server.ts'
import { firstRun } from '../app/account/first-run.ts'
import { Passwords } from '../app/member/passwords.ts'
import type { AppContext, StateContext } from '../app/context.ts'
import { ExporterMemoryStore } from '../app/exporter-memory/exporter-memory.ts'
import { CounterReconciliation } from '../app/reconciliation/counter-reconciliation.ts'
import { registeredRouters } from '../app/router/publish.ts'
import { beginRun, type BegunRun } from '../app/run/begin.ts'
import { endRun } from '../app/run/end.ts'
import type { SettingsInForce } from '../app/setting/settings-in-force.ts'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { CollectorPool } from '../collect/collector-pool.ts'
import { formatListenAddress } from '../collect/listen-address.ts'
import { putChallenge } from '../capture/buckets/bucket-files.ts'
import { agentSocketPath } from '../contract/agent-protocol.ts'
import type { Config } from '../contract/config.ts'
import { EdgeFirewall } from '../firewall/rules/edge-firewall.ts'
import { newId } from '../base/secret.ts'
import { EnrichSource } from '../enrich/enrich-source.ts'
import { openSecretBox, type SecretBox } from '../base/secret-box.ts'
import { LiveValues } from '../app/flow/live-values.ts'
import { RunningQuestions } from '../query/running-questions.ts'
import { openState, type State } from '../store/state.ts'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { LiveSettings } from './live-settings.ts'
import { LocalAccessFile } from './local-access.ts'
import { startDemo } from './demo.ts'
import { FlowStorage } from './flow-storage.ts'
import { Doctor } from '../setup/doctor/doctor.ts'
import { OnDemandAdvertising } from './on-demand-advertising.ts'
import { OwnAgents } from './own-agents.ts'
import { PacketCaptures } from './packet-captures.ts'
import { registerSampledHeaderMetrics } from './capture-metrics.ts'
import { registerFirewallMetrics } from './firewall-metrics.ts'
import { RouterSetup, type RouterSetupDependencies } from './router-setup.ts'
import { RuleDetection, type RuleDetectionDependencies } from './rule-detection.ts'
import { registerRatioMetrics, registerRouterMetrics } from './router-metrics.ts'
import { registerTrafficMetrics } from './traffic-metrics.ts'
import { registerCollectorMetrics, registerStorageMetrics } from './server-metrics.ts'
import { Signatures } from './signatures.ts'

export interface ServerDependencies {
  readonly log: Log
  /** Paths of the options that somebody has given: they cannot be changed while the server runs. */
  readonly given?: ReadonlySet<string>
  /** Called when a part cannot go on: the process is to end. */
  readonly fail: (name: string, error: unknown) => void
}

export interface ServerReady {
  /** Address of the page and the API. */
  readonly url: string
  /** Link of the first sign-in; undefined once somebody has signed in. */
  readonly signIn: string | undefined
  /** UDP addresses that take flows. */
  readonly listeners: readonly string[]
}

type Stop = () => Promise<void>

export class Server {
  readonly #config: Config
  readonly #deps: ServerDependencies
  /** What is to be undone at stop, the latest first. */
  readonly #stops: { readonly name: string; readonly stop: Stop }[] = []
  readonly #metrics = new Metrics()
  /** Address of the page. Before the API listens, where it is told to. */
  #url: string

  constructor(config: Config, deps: ServerDependencies) {
    this.#config = config
    this.#deps = deps
    this.#url = config.http.public_url ?? `http://${config.http.host}:${config.http.port}`
  }

  async start(): Promise<ServerReady> {
    const startedAt = systemClock.now()
    const folder = openDataFolder(this.#config.data)
    const state = await this.#openState(folder)
    const context: StateContext = { state: state.db, clock: systemClock }
    const settings = await this.#startSettings(context)
    const advertising = await this.#startAdvertising(context, settings)
    const enrich = await this.#startEnrich(settings)
    const begun = await beginRun(context, folder.ledger)
    this.#tellKilled(begun)
    const storage = await this.#startStorage({ folder, state, settings, run: begun.run })
    const secrets = openSecretBox(folder.alertKey)
    const captures = this.#makeCaptures(folder, context, secrets)
    const filtering = await this.#startFirewall(context, captures)
    await this.#startCaptures(captures)
    const signatures = await this.#startSignatures(folder, context, captures)
    const memory = await this.#startMemory(context)
    const pool = await this.#startCollectors({ folder, context, enrich, storage, captures, memory, run: begun.run })
    const { checks } = await this.#startRouterSetup({ ...context, pool, memory })
    const reconciliation = await this.#startReconciliation(context, storage, pool)
    const asName = (asn: number) => enrich.asName(asn)
    const { advertiser } = advertising
    const detection = await this.#startDetection({
      ...context,
      flows: storage.flows,
      pool,
      settings,
      secrets,
      asName,
      advertising: advertiser,
      capturing: captures.capturing,
    })
    advertising.watch((rule) => detection.detector.isBreaching(rule))
    const app: AppContext = {
      ...context,
      counting: pool,
      detector: detection.detector,
      notifier: detection.notifier,
      secrets,
      flows: storage.flows,
      questions: new RunningQuestions({ store: storage.flows, clock: systemClock }),
      liveValues: new LiveValues({ flows: storage.flows, state: state.db, clock: systemClock, config: () => settings.config }),
      telemetry: pool,
      reconciliation,
      settings,
      get config() {
        return settings.config
      },
      advertising: advertiser,
      capturing: captures.capturing,
      deriving: signatures.deriving,
      filtering,
      checks,
      agents: captures.hub,
      buckets: { putChallenge },
      doctor: this.#makeDoctor(settings, pool, storage),
      passwords: new Passwords({ clock: systemClock }),
      asName,
      version: packageVersion(),
      startedAt,
    }
    const { url, signIn, host, port } = await this.#startApi(app, captures, folder)
    await this.#startOwnAgents(context, captures, { folder: folder.root, host, port })
    if (this.#config.demo) await this.#startDemo(app, pool)
    return { url, signIn, listeners: pool.boundAddresses().map((address) => formatListenAddress(address)) }
  }

  #onStop(name: string, stop: Stop): void {
    this.#stops.push({ name, stop })
  }

  async #openState(folder: DataFolder): Promise<State> {
    const state = await openState(folder.state)
    this.#onStop('state', () => state.close())
    return state
  }

  async #startSettings(context: StateContext): Promise<SettingsInForce> {
    const { given = new Set(), log } = this.#deps
    const live = new LiveSettings({ config: this.#config, given }, { ...context, log })
    this.#onStop('settings', () => live.stop())
    await live.start()
    return live.settings
  }

  /** Before what takes longer: neighbours keep routes only for so long after the last run has ended. */
  async #startAdvertising(context: StateContext, settings: SettingsInForce): Promise<OnDemandAdvertising> {
    const { advertise } = this.#config
    const retentionDays = () => settings.config.incidents.retention_days
    const advertising = new OnDemandAdvertising({ advertise, retentionDays }, { ...context, log: this.#deps.log, metrics: this.#metrics })
    this.#onStop('advertising', () => advertising.stop())
    await advertising.start()
    return advertising
  }

  async #startEnrich(settings: SettingsInForce): Promise<EnrichSource> {
    const enrich = new EnrichSource(settings.config.enrich, { log: this.#deps.log, clock: systemClock })
    await enrich.start()
    settings.onChange(({ enrich: { own_networks } }) => enrich.setOwnNetworks(own_networks))
    this.#onStop('enrich', () => enrich.stop())
    return enrich
  }

  #tellKilled({ killed }: BegunRun): void {
    for (const { run, recordsDecoded, recordsSealed, recordsLost } of killed) {
      this.#deps.log.warn(
        { run, recordsDecoded, recordsSealed, recordsLost },
        `the last run did not end in order: ${recordsLost} of ${recordsDecoded} records were in flight and are lost; what was sealed is kept`,
      )
    }
  }

  async #startStorage(parts: { folder: DataFolder; state: State; settings: SettingsInForce; run: string }): Promise<FlowStorage> {
    const { folder, state, settings, run } = parts
    const storage = new FlowStorage({ store: settings.config.store, folder, run }, { state, log: this.#deps.log, clock: systemClock })
    this.#onStop('storage', () => storage.stop())
    await storage.start()
    settings.onChange(({ store: { retention } }) => storage.keep(retention))
    registerStorageMetrics(this.#metrics, storage)
    return storage
  }

  #makeCaptures(folder: DataFolder, context: StateContext, secrets: SecretBox): PacketCaptures {
    const parts = { ...context, secrets, log: this.#deps.log, metrics: this.#metrics }
    return new PacketCaptures({ captures: this.#config.captures, folder }, parts)
  }

  /** Before the hub: agents that come are told their rules at once. */
  async #startFirewall(context: StateContext, { hub: { links } }: PacketCaptures): Promise<EdgeFirewall> {
    const firewall = new EdgeFirewall(this.#config.firewall, { ...context, log: this.#deps.log, links, newId })
    this.#onStop('firewall', () => firewall.stop())
    await firewall.start()
    registerFirewallMetrics(this.#metrics, () => firewall.readings())
    return firewall
  }

  /** Before the collectors, which hand over samples; agents come once the API listens. */
  async #startCaptures(captures: PacketCaptures): Promise<void> {
    this.#onStop('captures', () => captures.stop())
    await captures.start()
  }

  async #startSignatures(folder: DataFolder, context: StateContext, { capturing, samples }: PacketCaptures): Promise<Signatures> {
    const parts = { ...context, capturing, samples, log: this.#deps.log, metrics: this.#metrics }
    const signatures = new Signatures({ signatures: this.#config.signatures, folder }, parts)
    this.#onStop('signatures', () => signatures.stop())
    await signatures.start()
    return signatures
  }

  async #startMemory(context: StateContext): Promise<ExporterMemoryStore> {
    const memory = new ExporterMemoryStore(context, this.#deps.log)
    await memory.start()
    this.#onStop('exporter memory', () => memory.stop())
    return memory
  }

  async #startCollectors(parts: {
    folder: DataFolder
    context: StateContext
    enrich: EnrichSource
    storage: FlowStorage
    captures: PacketCaptures
    memory: ExporterMemoryStore
    run: string
  }): Promise<CollectorPool> {
    const { folder, context, enrich, storage, captures, memory, run } = parts
    const pool = new CollectorPool(
      { collect: this.#config.collect, run, ledgerDir: folder.ledger, samplesPerSecond: this.#samplesPerSecond() },
      {
        log: this.#deps.log,
        now: () => systemClock.now(),
        enrich: enrich.tables(),
        seal: (request) => storage.seal(request),
        recall: () => memory.recall(this.#templateLifetimeMs),
        remember: (said) => memory.remember(said),
        forget: (exporter, protocol, domain, id) => memory.forget(exporter, protocol, domain, id),
        // From the start: what is remembered of a router is of no use to a collector that does not know the router.
        routers: await registeredRouters(context.state),
        keepSamples: (blocks) => captures.samples.add(blocks),
      },
    )
    storage.onStored((stored) => pool.noteStored(stored))
    enrich.onTables((tables) => pool.replaceEnrich(tables))
    this.#onStop('collectors', async () => {
      await pool.stop()
      await storage.drain()
      await endRun(context, folder.ledger, run, pool.ledger())
    })
    await pool.start()
    registerCollectorMetrics(this.#metrics, pool)
    registerRouterMetrics(this.#metrics, () => pool.allRouters(), systemClock)
    registerTrafficMetrics(this.#metrics, pool, context.state)
    registerSampledHeaderMetrics(this.#metrics, pool)
    return pool
  }

  get #templateLifetimeMs(): number {
    return this.#config.collect.template_lifetime_minutes * 60_000
  }

  async #startRouterSetup(parts: Omit<RouterSetupDependencies, 'log'>): Promise<RouterSetup> {
    const setup = new RouterSetup({ templateLifetimeMs: this.#templateLifetimeMs }, { ...parts, log: this.#deps.log })
    this.#onStop('router set-up', () => setup.stop())
    await setup.start()
    return setup
  }

  #samplesPerSecond(): number {
    const { samples_mib: mib, samples_per_second: perSecond } = this.#config.captures
    return mib === 0 ? 0 : perSecond
  }

  #makeDoctor(settings: SettingsInForce, collectors: CollectorPool, { flows }: FlowStorage): Doctor {
    const doctor = new Doctor(() => settings.config, { collectors, flows, clock: systemClock })
    this.#onStop('doctor', () => doctor.stop())
    return doctor
  }

  async #startReconciliation(context: StateContext, storage: FlowStorage, pool: CollectorPool): Promise<CounterReconciliation> {
    const { state, clock } = context
    const reconciliation = new CounterReconciliation({ state, clock, flows: storage.flows, telemetry: pool, log: this.#deps.log })
    await reconciliation.start()
    this.#onStop('reconciliation', () => reconciliation.stop())
    registerRatioMetrics(this.#metrics, reconciliation)
    return reconciliation
  }

  async #startDetection({
    settings,
    ...parts
  }: Omit<RuleDetectionDependencies, 'log' | 'metrics'> & { settings: SettingsInForce }): Promise<RuleDetection> {
    const { alerts, advertise } = this.#config
    const incidentDays = () => settings.config.incidents.retention_days
    const alertDays = () => settings.config.alerts.history_days
    const config = { alerts, incidentDays, alertDays, advertise, baseUrl: () => this.#url }
    const detection = new RuleDetection(config, { ...parts, log: this.#deps.log, metrics: this.#metrics })
    this.#onStop('detection', () => detection.stop())
    await detection.start()
    return detection
  }

  async #startApi(
    app: AppContext,
    { hub }: PacketCaptures,
    folder: DataFolder,
  ): Promise<{ url: string; host: string; port: number; signIn: string | undefined }> {
    const { host, port, public_url: publicUrl } = this.#config.http
    this.#metrics.watchProcess()
    const access = new LocalAccessFile(folder.root)
    const api = new ApiServer(
      { host, port, publicUrl, localSecret: access.secret, webRoot: path.join(packageRoot, 'dist/web') },
      {
        app,
        metrics: () => this.#metrics.text(),
        // Agents are told of the end before the sockets go.
        upgrades: [
          { path: agentSocketPath, handle: ({ request, socket, head }) => hub.upgrade(request, socket, head), stop: () => hub.stop() },
        ],
        log: this.#deps.log,
      },
    )
    this.#onStop('api', () => api.stop())
    const bound = await api.start()
    access.write(bound)
    this.#onStop('local access', () => Promise.resolve(access.remove()))
    const { url } = bound
    this.#url = url
    const { link } = await firstRun(app)
    return { ...bound, signIn: link === undefined ? undefined : `${url}/sign-in#${link}` }
  }

  async #startOwnAgents(
    context: StateContext,
    { hub: agents }: PacketCaptures,
    at: { readonly folder: string; readonly host: string; readonly port: number },
  ): Promise<void> {
    const { captures, demo } = this.#config
    const own = new OwnAgents({ localAgent: captures.local_agent, demo, ...at }, { ...context, agents, log: this.#deps.log })
    this.#onStop('own agents', () => own.stop())
    await own.start()
  }

  async #startDemo(app: AppContext, pool: CollectorPool): Promise<void> {
    const [address] = pool.boundAddresses()
    const simulator = await startDemo({ context: app, clock: systemClock, log: this.#deps.log, port: address?.port ?? 2055 })
    this.#onStop('demo', () => simulator.stop())
  }

  /** Stops what was started, also after a failed start. The first error is thrown when all have stopped. */
  async stop(): Promise<void> {
    const errors: unknown[] = []
    for (const { name, stop } of this.#stops.splice(0).reverse()) {
      try {
        await stop()
      } catch (error) {
        this.#deps.log.error({ err: error }, `${name} did not stop cleanly`)
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

/** The package, two folders up both from src/process and from dist/process. */
const packageRoot = path.resolve(import.meta.dirname, '../..')

function packageVersion(): string {
  // Our own package.json always has a version.
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  return version
}
