// The command `settings`: shows and changes what a running server keeps for how long, and which networks are own.
import { Command } from 'commander'
import { retentionNames, type RetentionName, type Settings, type SettingsChange } from '../contract/settings.ts'
import { nearestName } from '../base/nearest-name.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { confirm } from './confirm.ts'
import { settingsText } from './settings-text.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface ChangeFlags extends CommonFlags {
  readonly yes?: boolean
}

type SettingName = RetentionName | 'own_networks'

const path = '/drawbridge/settings'
const names: readonly SettingName[] = [...retentionNames, 'own_networks']
/** Instead of own networks: none is named, and private addresses count as own. */
const privateWord = 'private'

export function settingsCommand(): Command {
  const command = new Command('settings').description('Show and change what is kept for how long, and the own networks')
  addApiAndJsonFlags(command.command('show', { isDefault: true }))
    .description('Show what is in force, where it comes from, and what is stored')
    .action(show)
  withName(command.command('set'))
    .description('Change a setting; it is in force at once, without a restart')
    .argument('<value...>', `days, or the own prefixes; ${privateWord} for private addresses only`)
    .action(set)
  withName(command.command('reset')).description('Go back to the default').action(reset)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope admin, or mnm:read to show. What the configuration of the server gives
is changed there. Settings are those of the server, for all its accounts.

Examples:
  $ drawbridge settings
  $ drawbridge settings set raw_days 14
  $ drawbridge settings set own_networks 203.0.113.0/24 2001:db8::/32
  $ drawbridge settings reset raw_days
`,
  )
}

function withName(command: Command): Command {
  return addApiAndJsonFlags(command)
    .argument('<name>', `${names.join(', ')}; or as the configuration calls it`)
    .option('--yes', 'do not ask before something that is stored is deleted')
}

async function show({ json, ...flags }: CommonFlags): Promise<void> {
  print(await new ApiClient(flags, ['mnm:read']).call<Settings>('GET', path), json)
}

async function set(text: string, values: readonly string[], flags: ChangeFlags): Promise<void> {
  const settings = await readSettings(flags)
  const name = nameIn(settings, text)
  if (name === 'own_networks') return send({ own_networks: networksIn(values) }, flags)
  const days = daysIn(values)
  if (typeof days === 'number') await confirmShorter(settings, { name, days }, flags)
  // A text is for the server to refuse.
  return send({ retention: { [name]: days } }, flags)
}

async function reset(text: string, flags: ChangeFlags): Promise<void> {
  const settings = await readSettings(flags)
  const name = nameIn(settings, text)
  if (name === 'own_networks') return send({ own_networks: null }, flags)
  await confirmShorter(settings, { name, days: settings.retention[name].default }, flags)
  return send({ retention: { [name]: null } }, flags)
}

function readSettings(flags: ChangeFlags): Promise<Settings> {
  return new ApiClient(flags, ['admin']).call<Settings>('GET', path)
}

async function send(change: SettingsChange, { json, ...flags }: ChangeFlags): Promise<void> {
  print(await new ApiClient(flags, ['admin']).call<Settings>('PATCH', path, change), json)
}

function print(settings: Settings, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(settings)}\n` : settingsText(settings))
}

function nameIn({ retention, own_networks }: Settings, text: string): SettingName {
  const keys = new Map<string, SettingName>(retentionNames.map((name) => [retention[name].key, name]))
  keys.set(own_networks.key, 'own_networks')
  const found = names.find((name) => name === text) ?? keys.get(text)
  if (found !== undefined) return found
  const near = nearestName(text, names)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new CommandError(`there is no setting ${JSON.stringify(text)}${hint}`, { next: 'drawbridge settings', exitCode: 2 })
}

/** What is no number goes to the server as it is, which says what it has to be. */
function daysIn(values: readonly string[]): number | string {
  const text = values.join(' ')
  return /^\d{1,9}$/.test(text) ? Number(text) : text
}

function networksIn(values: readonly string[]): readonly string[] {
  const networks = values.flatMap((value) => value.split(',')).map((text) => text.trim())
  return networks.join() === privateWord ? [] : networks.filter((text) => text !== '')
}

/** What is older goes for good: somebody has to want that. */
async function confirmShorter(
  { retention }: Settings,
  { name, days }: { readonly name: RetentionName; readonly days: number },
  { yes = false }: ChangeFlags,
): Promise<void> {
  const now = retention[name].value
  if (retention[name].source === 'configuration' || days >= now) return
  await confirm(`${name}: ${now} days become ${days}. What is older is deleted within the hour and cannot be brought back. Go on?`, yes)
}
