// What can be changed while the server runs, and the option of the configuration that each stands for.
import type { Config } from '../../contract/config.ts'
import { retentionNames, type RetentionName } from '../../contract/settings.ts'

export type SettingName = RetentionName | 'own_networks'
export const settingNames: readonly SettingName[] = [...retentionNames, 'own_networks']

export type SettingValue<Name extends SettingName = SettingName> = Name extends RetentionName ? number : readonly string[]
export type SettingValues = { readonly [Name in SettingName]: SettingValue<Name> }

/** Paths in the configuration, which are the names in the table too. */
export const settingKeys: Readonly<Record<SettingName, string>> = {
  raw_days: 'store.retention.raw_days',
  minute_days: 'store.retention.minute_days',
  hour_days: 'store.retention.hour_days',
  top_days: 'store.retention.top_days',
  incident_days: 'incidents.retention_days',
  alert_days: 'alerts.history_days',
  audit_days: 'audit.retention_days',
  own_networks: 'enrich.own_networks',
}

export function settingsOf({ store, incidents, alerts, audit, enrich }: Config): SettingValues {
  return {
    ...store.retention,
    incident_days: incidents.retention_days,
    alert_days: alerts.history_days,
    audit_days: audit.retention_days,
    own_networks: enrich.own_networks,
  }
}

/** The configuration with these values. */
export function withSettings(config: Config, values: SettingValues): Config {
  const { raw_days, minute_days, hour_days, top_days, incident_days, alert_days, audit_days, own_networks } = values
  return {
    ...config,
    store: { ...config.store, retention: { raw_days, minute_days, hour_days, top_days } },
    incidents: { ...config.incidents, retention_days: incident_days },
    alerts: { ...config.alerts, history_days: alert_days },
    audit: { ...config.audit, retention_days: audit_days },
    enrich: { ...config.enrich, own_networks: [...own_networks] },
  }
}
