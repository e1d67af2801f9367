// The command `advertisements`: shows what is announced, and stops or resumes advertising as a whole.
import { Command } from 'commander'
import type { Advertisement, AdvertisingStatus } from '../contract/advertisement.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { advertisementsText, statusText } from './advertisement-text.ts'
import { confirm } from './confirm.ts'
import { currentAdvertisements } from './current-advertisements.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface ListFlags extends CommonFlags {
  readonly history?: boolean
  readonly prefix?: string
}

interface StopFlags extends CommonFlags {
  readonly why: string
  readonly withdraw?: boolean
  readonly yes?: boolean
}

const path = '/drawbridge/advertisements'
const scopes = ['advertisements:write']
/** Entries of the history that are shown. */
const historyLength = 100

export function advertisementsCommand(): Command {
  const command = new Command('advertisements').description('Show what is announced; stop all advertising, and resume')
  addApiAndJsonFlags(command.command('list', { isDefault: true }))
    .description('Show what is announced now')
    .option('--history', `the newest ${historyLength}, withdrawn ones too`)
    .option('--prefix <prefix>', 'of one prefix only')
    .action(list)
  addApiAndJsonFlags(command.command('stop'))
    .description('Announce nothing more, whoever asks')
    .requiredOption('--why <reason>', 'shown to whoever is refused')
    .option('--withdraw', 'withdraw everything that is announced too')
    .option('--yes', 'do not ask')
    .action(stop)
  addApiAndJsonFlags(command.command('resume'))
    .description('Allow announcements again')
    .requiredOption('--why <reason>', 'kept in the audit')
    .action(resume)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope advertisements:write, or advertisements:read to look.

Examples:
  $ drawbridge advertisements
  $ drawbridge advertisements --history --prefix 203.0.113.0/24
  $ drawbridge advertisements stop --why "peer asked us to" --withdraw
  $ drawbridge advertisements resume --why "settled"
`,
  )
}

async function list({ json, history, prefix, ...flags }: ListFlags): Promise<void> {
  const client = new ApiClient(flags)
  const found = history ? await pastAdvertisements(client, prefix) : await ofPrefix(client, prefix)
  if (json) return print(`${JSON.stringify(found)}\n`)
  const status = await client.call<AdvertisingStatus>('GET', `${path}/status`)
  print(`${advertisementsText(found, Date.now())}\n${statusText(status)}`)
}

async function ofPrefix(client: ApiClient, prefix: string | undefined): Promise<readonly Advertisement[]> {
  const current = await currentAdvertisements(client)
  return prefix === undefined ? current : current.filter(({ route }) => route.prefix === prefix)
}

function pastAdvertisements(client: ApiClient, prefix: string | undefined): Promise<readonly Advertisement[]> {
  const query = new URLSearchParams({ per_page: String(historyLength), ...(prefix !== undefined && { prefix }) })
  return client.call<readonly Advertisement[]>('GET', `${path}?${query.toString()}`)
}

async function stop({ json, why, withdraw = false, yes = false, ...flags }: StopFlags): Promise<void> {
  const client = new ApiClient(flags, scopes)
  await confirm(withdraw ? 'Stop advertising, and withdraw everything?' : 'Stop advertising? What is announced stays.', yes)
  show(await client.call<AdvertisingStatus>('POST', `${path}/stop`, { why, withdraw }), json)
}

async function resume({ json, why, ...flags }: CommonFlags & { readonly why: string }): Promise<void> {
  show(await new ApiClient(flags, scopes).call<AdvertisingStatus>('POST', `${path}/resume`, { why }), json)
}

function show(status: AdvertisingStatus, json = false): void {
  print(json ? `${JSON.stringify(status)}\n` : statusText(status))
}

function print(text: string): void {
  process.stdout.write(text)
}
