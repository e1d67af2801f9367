// The command `prefix`: registers the prefixes that may be announced, locks and removes them.
import { Command, InvalidArgumentError, Option } from 'commander'
import { suggestion } from '../base/nearest-name.ts'
import { driverNames, type OwnedPrefix } from '../contract/owned-prefix.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { prefixListText } from './advertisement-text.ts'
import { CommandError } from './command-error.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface AddFlags extends CommonFlags {
  readonly as: number
  readonly description?: string
  readonly driver?: readonly string[]
  readonly divertMaxLength?: number
  readonly blackholeMinLength?: number | 'none'
  readonly flowspec?: boolean
  readonly automatic: boolean
  readonly approval?: boolean
}

const path = '/drawbridge/prefixes'
const scopes = ['prefixes:write', 'advertisements:write']

export function prefixCommand(): Command {
  const command = new Command('prefix').description('Register the prefixes that may be announced, lock and remove them')
  addApiAndJsonFlags(command.command('list')).description('List registered prefixes').action(list)
  addFlags(addApiAndJsonFlags(command.command('add')))
  addApiAndJsonFlags(command.command('lock'))
    .description('Forbid to announce anything inside a prefix; what is announced stays')
    .argument('<prefix>', 'registered prefix, or its id')
    .requiredOption('--why <reason>', 'shown to whoever is refused')
    .action(lock)
  addApiAndJsonFlags(command.command('unlock'))
    .description('Allow it again')
    .argument('<prefix>', 'registered prefix, or its id')
    .action(unlock)
  addApiAndJsonFlags(command.command('remove'))
    .description('Remove a prefix of which nothing is announced')
    .argument('<prefix>', 'registered prefix, or its id')
    .action(remove)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope prefixes:write, or advertisements:read to list.

Examples:
  $ drawbridge prefix add 203.0.113.0/24 --as 64500
  $ drawbridge prefix add 198.51.100.0/22 --as 64500 --divert-max-length 24 --flowspec
  $ drawbridge prefix lock 203.0.113.0/24 --why "moves to another site"
`,
  )
}

function addFlags(command: Command): void {
  command
    .description('Register a prefix: from then on it may be announced')
    .argument('<prefix>', 'like 203.0.113.0/24')
    .requiredOption('--as <number>', 'AS number that originates it', wholeNumber)
    .option('--description <text>', 'what it is')
    .addOption(new Option('--driver <name...>', 'who announces it (default: bgp)').choices(driverNames))
    .option('--divert-max-length <length>', 'longest prefix inside it that may be diverted (default: its own length)', wholeNumber)
    .option(
      '--blackhole-min-length <length>',
      'shortest prefix inside it that may be blackholed, or none (default: single hosts)',
      (text: string) => (text === 'none' ? 'none' : wholeNumber(text)),
    )
    .option('--flowspec', 'FlowSpec rules for it may be sent')
    .option('--no-automatic', 'only people may announce it, no rules')
    .option('--approval', 'a person approves what a rule asks for')
    .action(add)
}

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  const prefixes = await new ApiClient(flags).call<readonly OwnedPrefix[]>('GET', path)
  process.stdout.write(json ? `${JSON.stringify(prefixes)}\n` : prefixListText(prefixes))
}

async function add(cidr: string, flags: AddFlags): Promise<void> {
  const { as, description, driver, divertMaxLength: divert, blackholeMinLength: blackhole, flowspec, automatic, approval } = flags
  const body = {
    cidr,
    origin_as: as,
    automatic,
    ...(description !== undefined && { description }),
    ...(driver !== undefined && { drivers: driver }),
    ...(divert !== undefined && { divert_max_length: divert }),
    ...(blackhole !== undefined && { blackhole_min_length: blackhole === 'none' ? null : blackhole }),
    ...(flowspec !== undefined && { flowspec }),
    ...(approval !== undefined && { approval }),
  }
  print(await new ApiClient(flags, scopes).call<OwnedPrefix>('POST', path, body), 'Registered', flags)
}

async function lock(name: string, { why, ...flags }: CommonFlags & { readonly why: string }): Promise<void> {
  print(await edit(name, { locked: true, lock_reason: why }, flags), 'Locked', flags)
}

async function unlock(name: string, flags: CommonFlags): Promise<void> {
  print(await edit(name, { locked: false }, flags), 'Unlocked', flags)
}

async function remove(name: string, flags: CommonFlags): Promise<void> {
  const client = new ApiClient(flags, scopes)
  const { id } = await findPrefix(client, name)
  print(await client.call<OwnedPrefix>('DELETE', `${path}/${id}`), 'Removed', flags)
}

async function edit(name: string, body: object, flags: CommonFlags): Promise<OwnedPrefix> {
  const client = new ApiClient(flags, scopes)
  const { id } = await findPrefix(client, name)
  return client.call<OwnedPrefix>('PATCH', `${path}/${id}`, body)
}

async function findPrefix(client: ApiClient, name: string): Promise<OwnedPrefix> {
  const prefixes = await client.call<readonly OwnedPrefix[]>('GET', path)
  const found = prefixes.find(({ id, cidr }) => id === name || cidr === name)
  if (found !== undefined) return found
  const near = suggestion(
    name,
    prefixes.map(({ cidr }) => cidr),
  )
  throw new CommandError(`there is no registered prefix ${name}${near}`, { next: 'drawbridge prefix list' })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It is to be a whole number.')
  return Number(text)
}

function print(prefix: OwnedPrefix, what: string, { json }: CommonFlags): void {
  process.stdout.write(json ? `${JSON.stringify(prefix)}\n` : `${what} ${prefix.cidr} (${prefix.id})\n`)
}
