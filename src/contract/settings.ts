// Settings that can be changed while the server runs, and the audit log, as the wire has them.

export const retentionNames = ['raw_days', 'minute_days', 'hour_days', 'top_days', 'incident_days', 'alert_days', 'audit_days'] as const
export type RetentionName = (typeof retentionNames)[number]

/**
 * Where a value comes from. What the configuration file, the environment or `--set` says cannot be changed here: whoever
 * runs the server has the last word.
 */
export type SettingSource = 'configuration' | 'settings' | 'default'

export interface Setting<Value> {
  readonly value: Value
  readonly source: SettingSource
  /** What holds without a choice. */
  readonly default: Value
  /** Its name in the configuration: `store.retention.raw_days`. */
  readonly key: string
}

/** What a tier of the flow store holds now. */
export interface StoredTier {
  readonly name: 'raw' | 'minute' | 'hour' | 'top'
  readonly rows: number
  /** On disk, compressed. */
  readonly bytes: number
  /** RFC 3339; null while it is empty. */
  readonly oldest: string | null
}

/** `GET settings`. */
export interface Settings {
  /** Whether who asks may change them: they are of the whole server, so it takes an administrator of its first account. */
  readonly changeable: boolean
  readonly retention: Readonly<Record<RetentionName, Setting<number>>>
  /** Prefixes that are ours: they decide the direction of a flow. */
  readonly own_networks: Setting<readonly string[]>
  /** Null while the store does not answer. */
  readonly stored: readonly StoredTier[] | null
  /** Bytes that are free on the disk of the data folder; null where the system does not tell. */
  readonly free_bytes: number | null
}

/** `PATCH settings`. What is left out stays; null goes back to the default. */
export interface SettingsChange {
  readonly retention?: Readonly<Partial<Record<RetentionName, number | null>>>
  readonly own_networks?: readonly string[] | null
}

/** One line of the audit log. */
export interface AuditLine {
  readonly id: number
  /** RFC 3339. */
  readonly at: string
  /** Null for somebody who is no member any more and whose user is gone. */
  readonly user: { readonly id: string; readonly email: string; readonly name: string } | null
  /** `local` is a command on the server's own files, `enrolment` an agent that came with a code which this user had made. */
  readonly via: 'token' | 'key' | 'session' | 'local' | 'enrolment'
  /** `<noun>.<verb>`. */
  readonly action: string
  /** What was changed: an address, an id. */
  readonly target: string
  /** Facts of the change; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** `GET audit`: the newest first, pages by `before`, which never shift while lines are added. */
export interface AuditPage {
  readonly lines: readonly AuditLine[]
  /** `before` of the next page; null at the end. */
  readonly next: number | null
  /** Actions that there are in this account, for a filter. */
  readonly actions: readonly string[]
}
