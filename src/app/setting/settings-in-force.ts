// The settings in force: what the configuration says, then what was chosen while the server ran, then defaults.
import { optionProblems } from '../../base/config.ts'
import type { Log } from '../../base/log.ts'
import { configSchema, type Config } from '../../contract/config.ts'
import { retentionNames, type RetentionName, type Setting, type Settings, type SettingSource } from '../../contract/settings.ts'
import type { State } from '../context.ts'
import {
  settingKeys,
  settingNames,
  settingsOf,
  withSettings,
  type SettingName,
  type SettingValue,
  type SettingValues,
} from './setting-names.ts'

export interface SettingsInForceConfig {
  /** As it was loaded. What it has for an option that no source gives is the default here: the demo has its own networks. */
  readonly config: Config
  /** Paths of options that a source of the configuration gives. They cannot be changed while the server runs. */
  readonly given: ReadonlySet<string>
}

export interface SettingsInForceDependencies {
  readonly state: State
  readonly log: Pick<Log, 'warn'>
}

/** What was chosen, by name. */
export type ChosenSettings = ReadonlyMap<SettingName, SettingValue>

type Listener = (config: Config) => void

/** Component. Verbs and components read `config` anew each time they need it, or listen. */
export class SettingsInForce {
  readonly #given: ReadonlySet<string>
  readonly #loaded: Config
  readonly #defaults: SettingValues
  readonly #deps: SettingsInForceDependencies
  readonly #listeners = new Set<Listener>()
  #chosen: ChosenSettings = new Map()
  #config: Config
  #loading: Promise<void> = Promise.resolve()

  constructor({ config, given }: SettingsInForceConfig, deps: SettingsInForceDependencies) {
    this.#given = given
    this.#loaded = config
    this.#config = config
    const schema = settingsOf(configSchema.parse({}))
    const loaded = settingsOf(config)
    this.#defaults = mapSettings((name) => (this.isLocked(name) ? schema[name] : loaded[name]))
    this.#deps = deps
  }

  start(): Promise<void> {
    return this.reload()
  }

  /** The whole configuration with the values in force. A change makes a new object. */
  get config(): Config {
    return this.#config
  }

  /** Whether the configuration gives it. */
  isLocked(name: SettingName): boolean {
    return this.#given.has(settingKeys[name])
  }

  /** The values that would be in force with other choices. */
  valuesWith(chosen: ChosenSettings): SettingValues {
    const loaded = settingsOf(this.#loaded)
    const values = mapSettings((name) => (this.isLocked(name) ? undefined : chosen.get(name)) ?? loaded[name])
    // The first addresses and ports of an hour go with it.
    return { ...values, top_days: Math.min(values.top_days, values.hour_days) }
  }

  describe(): Pick<Settings, 'retention' | 'own_networks'> {
    const values = settingsOf(this.#config)
    const retention = retentionNames.map((name) => [name, this.#setting(name, values[name])])
    return {
      // All names are there.
      retention: Object.fromEntries(retention) as Readonly<Record<RetentionName, Setting<number>>>,
      own_networks: this.#setting('own_networks', values.own_networks),
    }
  }

  /**
   * Calls back after each change.
   * @returns a function that ends it
   */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes up what the table has. */
  reload(): Promise<void> {
    // One after the other: the table as it was must not come after the table as it is.
    const loading = this.#loading.then(() => this.#load())
    this.#loading = loading.catch(() => undefined)
    return loading
  }

  async #load(): Promise<void> {
    const { chosen, unusable } = await readChosen(this.#deps.state)
    for (const { key, reason } of unusable) this.#deps.log.warn({ setting: key }, `a setting is left out: ${reason}`)
    this.#chosen = chosen
    this.#config = withSettings(this.#loaded, this.valuesWith(this.#chosen))
    for (const listener of this.#listeners) listener(this.#config)
  }

  #setting<Name extends SettingName>(name: Name, value: SettingValues[Name]): Setting<SettingValues[Name]> {
    return { value, source: this.#sourceOf(name), default: this.#defaults[name], key: settingKeys[name] }
  }

  #sourceOf(name: SettingName): SettingSource {
    if (this.isLocked(name)) return 'configuration'
    return this.#chosen.has(name) ? 'settings' : 'default'
  }
}

interface ReadSettings {
  readonly chosen: ChosenSettings
  /** What another version wrote and this one does not take. */
  readonly unusable: readonly { readonly key: string; readonly reason: string }[]
}

/** What the table has. */
export async function readChosen(state: State): Promise<ReadSettings> {
  const rows = await state.selectFrom('setting').select(['name', 'value']).execute()
  // Written by editSettings, as JSON.
  const values = new Map(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]))
  const problems = new Map(optionProblems(Object.fromEntries(values)).map(({ path, message }) => [path, message]))
  const chosen = new Map<SettingName, SettingValue>()
  const unusable: { key: string; reason: string }[] = []
  for (const [key, value] of values) {
    const name = settingNames.find((name) => settingKeys[name] === key)
    // Its option takes the value, so it is of the option's kind.
    if (name !== undefined && !problems.has(key)) chosen.set(name, value as SettingValue)
    else unusable.push({ key, reason: problems.get(key) ?? 'this version does not know it' })
  }
  return { chosen, unusable }
}

function mapSettings(value: (name: SettingName) => SettingValue): SettingValues {
  // Each value is of its name's own kind: it comes from an object of this shape, or was checked against the schema.
  return Object.fromEntries(settingNames.map((name) => [name, value(name)])) as SettingValues
}
