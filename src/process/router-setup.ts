// Live checks of routers that are being set up: what of them comes to the collectors, and what misses those.
import type { ExporterMemoryStore } from '../app/exporter-memory/exporter-memory.ts'
import type { StateContext } from '../app/context.ts'
import { registeredRouters } from '../app/router/publish.ts'
import type { Log } from '../base/log.ts'
import type { CollectorPool } from '../collect/collector-pool.ts'
import { formatListenAddress } from '../collect/listen-address.ts'
import type { ExporterMemory } from '../collect/messages.ts'
import { StrayWatch } from '../collect/stray/stray-watch.ts'
import { RouterChecks } from '../setup/check/router-checks.ts'

export interface RouterSetupConfig {
  /** Templates that are older are forgotten by the collectors too. */
  readonly templateLifetimeMs: number
}

export interface RouterSetupDependencies extends StateContext {
  readonly pool: CollectorPool
  readonly memory: Pick<ExporterMemoryStore, 'recall'>
  readonly log: Log
}

type TemplateMemory = Extract<ExporterMemory, { kind: 'template' }>

/** To be started when the collectors listen, and stopped before them. */
export class RouterSetup {
  readonly checks: RouterChecks

  constructor({ templateLifetimeMs }: RouterSetupConfig, { pool, memory, state, clock, log }: RouterSetupDependencies) {
    const strays = new StrayWatch({}, { log, now: () => clock.now(), lastHeard: (address) => pool.lastHeard(address) })
    this.checks = new RouterChecks(
      {},
      {
        tap: pool,
        telemetry: pool,
        strays,
        clock,
        log,
        registered: () => registeredRouters(state),
        recall: async (exporter) => (await memory.recall(templateLifetimeMs, exporter)).filter(isTemplate),
        teach: (told) => pool.learn(told),
        listeners: () => pool.boundAddresses().map(formatListenAddress),
      },
    )
  }

  async start(): Promise<void> {
    await this.checks.start()
  }

  async stop(): Promise<void> {
    await this.checks.stop()
  }
}

function isTemplate(memory: ExporterMemory): memory is TemplateMemory {
  return memory.kind === 'template'
}
