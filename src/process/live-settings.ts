// Wires the settings that change while the server runs, and what deletes old lines of the audit log.
import { AuditJanitor } from '../app/audit/audit-janitor.ts'
import type { StateContext } from '../app/context.ts'
import { settingKeys } from '../app/setting/setting-names.ts'
import { SettingsInForce, type SettingsInForceConfig } from '../app/setting/settings-in-force.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../contract/config.ts'
import { demoNetworks } from '../sim/internet.ts'

export interface LiveSettingsDependencies extends StateContext {
  readonly log: Log
}

export class LiveSettings {
  readonly settings: SettingsInForce
  readonly #janitor: AuditJanitor

  constructor({ config, given }: SettingsInForceConfig, deps: LiveSettingsDependencies) {
    this.settings = new SettingsInForce({ config: withDemoNetworks(config, given), given }, deps)
    this.#janitor = new AuditJanitor({ retentionDays: () => this.settings.config.audit.retention_days }, deps)
  }

  async start(): Promise<void> {
    await this.settings.start()
    await this.#janitor.start()
  }

  async stop(): Promise<void> {
    await this.#janitor.stop()
  }
}

/** The demo's traffic has prefixes of its own, so that directions are told; what the user names goes before. */
function withDemoNetworks(config: Config, given: ReadonlySet<string>): Config {
  const named = config.enrich.own_networks.length > 0 || given.has(settingKeys.own_networks)
  return !config.demo || named ? config : { ...config, enrich: { ...config.enrich, own_networks: [...demoNetworks] } }
}
