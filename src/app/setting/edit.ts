// Changes settings while the server runs: retention times and own networks.
import { z } from 'zod'
import { optionProblems } from '../../base/config.ts'
import { formatIpPrefix, parsePrefixOrAddress } from '../../base/ip-prefix.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { retentionNames, type Settings } from '../../contract/settings.ts'
import { inFirstAccount } from '../account/first-account.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type SettingContext, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { getSettings } from './get.ts'
import { settingKeys, type SettingName, type SettingValue, type SettingValues } from './setting-names.ts'
import { readChosen, type ChosenSettings } from './settings-in-force.ts'

/** Null takes a choice back. */
type WantedSettings = ReadonlyMap<SettingName, SettingValue | null>

// Values are judged by the schema of the configuration, so that both take the same and say the same.
const anything = z.unknown().optional()
const input = z.strictObject(
  {
    retention: z.strictObject(Object.fromEntries(retentionNames.map((name) => [name, anything])), { error: objectFault }).optional(),
    own_networks: anything,
  },
  { error: objectFault },
)

/**
 * What is left out stays; null goes back to the default. It is in force when this resolves.
 * @param body SettingsChange
 * They are of the whole server, so it takes an administrator of its first account.
 * @throws ApiError settings_invalid, settings_locked, forbidden
 */
export async function editSettings(context: SettingContext, principal: Principal, body: unknown): Promise<Settings> {
  requireScope(principal, 'admin')
  const { settings, state } = context
  await inFirstAccount(state, [principal])
  const wanted = parseWanted(body)
  for (const name of wanted.keys()) {
    if (settings.isLocked(name)) throw new ApiError('settings_locked', { key: settingKeys[name] }, pointerOf(name))
  }
  if (differing((await readChosen(state)).chosen, wanted).size > 0) await write(context, principal, wanted)
  return getSettings(context, principal)
}

async function write(context: SettingContext, principal: Principal, wanted: WantedSettings): Promise<void> {
  const { settings, clock } = context
  await change(context, principal, async (state) => {
    const { chosen } = await readChosen(state)
    const changed = differing(chosen, wanted)
    const values = { before: settings.valuesWith(chosen), after: settings.valuesWith(chosenWith(chosen, changed)) }
    checkOrder(values.after, changed)
    await writeRows(state, changed, { changed_at: timeText(clock.now()), by: principal.user.id })
    const audit = { action: 'settings.edit', target: [...changed.keys()].join(' '), detail: detailOf(values, changed) }
    return { result: undefined, audit }
  })
  await settings.reload()
}

function parseWanted(body: unknown): WantedSettings {
  const { retention = {}, own_networks } = parseInput(input, body, 'settings_invalid')
  const wanted = new Map<SettingName, unknown>()
  for (const name of retentionNames) if (retention[name] !== undefined) wanted.set(name, retention[name])
  if (own_networks !== undefined) wanted.set('own_networks', own_networks)
  const given = [...wanted].filter(([, value]) => value !== null)
  const [problem] = optionProblems(Object.fromEntries(given.map(([name, value]) => [settingKeys[name], value])))
  if (problem !== undefined) {
    throw invalid(
      problem.message,
      given.map(([name]) => name).find((name) => settingKeys[name] === problem.path),
    )
  }
  // The options take the values, so each is of its option's kind.
  return canonical(wanted as WantedSettings)
}

/** Each network once, in one spelling. */
function canonical(wanted: WantedSettings): WantedSettings {
  const spelled = (value: SettingValue | null) =>
    value === null || typeof value === 'number' ? value : [...new Set(value.map((text) => formatted(text)))]
  return new Map([...wanted].map(([name, value]) => [name, spelled(value)]))
}

function formatted(text: string): string {
  const parsed = parsePrefixOrAddress(text)
  // The check of the option has read it the same way.
  return parsed === undefined ? text : formatIpPrefix(parsed.prefix)
}

/** What is wanted and not chosen already. */
function differing(chosen: ChosenSettings, wanted: WantedSettings): WantedSettings {
  return new Map([...wanted].filter(([name, value]) => JSON.stringify(chosen.get(name) ?? null) !== JSON.stringify(value)))
}

function chosenWith(chosen: ChosenSettings, changed: WantedSettings): ChosenSettings {
  const after = new Map(chosen)
  for (const [name, value] of changed) {
    if (value === null) after.delete(name)
    else after.set(name, value)
  }
  return after
}

/** What is summed up is kept as long as what it was summed up from: a question about that time would have to read every flow. */
const order = [
  ['raw_days', 'minute_days'],
  ['minute_days', 'hour_days'],
  ['top_days', 'hour_days'],
] as const

function checkOrder(values: SettingValues, changed: WantedSettings): void {
  for (const [shorter, longer] of order) {
    // Shorter hours take the first addresses and ports with them.
    const asked = changed.has(shorter) || (changed.has(longer) && shorter !== 'top_days')
    const wanted = changed.get(shorter)
    // As it was asked for: in force it cannot be longer.
    const days = typeof wanted === 'number' ? wanted : values[shorter]
    if (!asked || days <= values[longer]) continue
    const [at, other] = changed.has(shorter) ? [shorter, longer] : [longer, shorter]
    const reason = `${shorter} would be ${days}, more than ${longer} with ${values[longer]}; change ${other} first, or both together`
    throw invalid(reason, at)
  }
}

async function writeRows(state: State, changed: WantedSettings, made: { readonly changed_at: string; readonly by: string }): Promise<void> {
  for (const [name, value] of changed) {
    const key = settingKeys[name]
    if (value === null) {
      await state.deleteFrom('setting').where('name', '=', key).execute()
      continue
    }
    const row = { ...made, value: JSON.stringify(value) }
    await state
      .insertInto('setting')
      .values({ name: key, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute()
  }
}

/** Networks that the audit log names of a change; there can be 10 000. */
const mostNamed = 50

function detailOf(
  { before, after }: { readonly before: SettingValues; readonly after: SettingValues },
  changed: WantedSettings,
): Readonly<Record<string, unknown>> {
  const details = [...changed].map(([name, value]) => {
    const what = name === 'own_networks' ? networksDetail(before[name], after[name]) : { from: before[name], to: after[name] }
    return [name, value === null ? { ...what, default: true } : what] as const
  })
  return Object.fromEntries(details)
}

function networksDetail(before: readonly string[], after: readonly string[]) {
  const [had, has] = [new Set(before), new Set(after)]
  const added = after.filter((prefix) => !had.has(prefix))
  const removed = before.filter((prefix) => !has.has(prefix))
  return { count: after.length, added: added.slice(0, mostNamed), removed: removed.slice(0, mostNamed) }
}

function invalid(reason: string, name: SettingName | undefined): ApiError {
  return new ApiError('settings_invalid', { reason }, name && pointerOf(name))
}

function pointerOf(name: SettingName): string {
  return name === 'own_networks' ? '/own_networks' : `/retention/${name}`
}
