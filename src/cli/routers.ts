// The command `routers`: lists registered routers and who sends without being one, registers, changes and removes them.
import { Command, InvalidArgumentError } from 'commander'
import type { RouterStatus, UnregisteredSender } from '../contract/collector-status.ts'
import { addApiAndJsonFlags, addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { routersText } from './routers-text.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface RouterFlags extends CommonFlags {
  readonly name?: string
  readonly sampling?: number | 'default'
}

const path = '/drawbridge/routers'
const scopes = ['mnm:write']

export function routersCommand(): Command {
  const command = new Command('routers').description('List routers, register, change and remove them')
  addApiAndJsonFlags(command.command('list', { isDefault: true }))
    .description('List routers, and who sends without being registered')
    .action(list)
  withRouterFlags(command.command('add')).description('Register a router: its flows are stored from now on').action(add)
  withRouterFlags(command.command('edit')).description('Change its name, or the sampling rate where it tells none itself').action(edit)
  addApiFlags(command.command('remove'))
    .description('Remove a router: what it sends then is counted and not stored; what is stored stays')
    .argument('<address>', 'that it sends from, or its sFlow agent address')
    .action(remove)
  return command.addHelpText(
    'after',
    `
The server must run; from another machine the token needs the scope mnm:write, or mnm:read to list.

Examples:
  $ drawbridge routers
  $ drawbridge routers add 192.0.2.1 --name edge-1
  $ drawbridge routers edit 192.0.2.1 --sampling 1000
  $ drawbridge routers edit 192.0.2.1 --sampling default
`,
  )
}

function withRouterFlags(command: Command): Command {
  return addApiAndJsonFlags(command)
    .argument('<address>', 'that it sends from, or its sFlow agent address')
    .option('--name <name>', 'what it is called')
    .option('--sampling <rate>', 'one packet in so many, 1 for every packet; default for that of the account', samplingRate)
}

function samplingRate(text: string): number | 'default' {
  if (text === 'default') return text
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 on, or default')
  return Number(text)
}

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  const client = new ApiClient(flags, ['mnm:read'])
  const routers = await client.call<readonly RouterStatus[]>('GET', path)
  const senders = await client.call<readonly UnregisteredSender[]>('GET', '/drawbridge/unregistered')
  process.stdout.write(json ? `${JSON.stringify({ routers, unregistered: senders })}\n` : routersText(routers, senders, Date.now()))
}

async function add(address: string, flags: RouterFlags): Promise<void> {
  const client = new ApiClient(flags, scopes)
  const added = await client.call<RouterStatus>('POST', path, { address })
  show(isChange(flags) ? await change(client, added.address, flags) : added, flags.json)
}

async function edit(address: string, flags: RouterFlags): Promise<void> {
  if (!isChange(flags)) {
    throw new CommandError('nothing is to be changed', { next: `drawbridge routers edit ${address} --sampling 1000`, exitCode: 2 })
  }
  show(await change(new ApiClient(flags, scopes), address, flags), flags.json)
}

function isChange({ name, sampling }: RouterFlags): boolean {
  return name !== undefined || sampling !== undefined
}

function change(client: ApiClient, address: string, { name, sampling }: RouterFlags): Promise<RouterStatus> {
  const body = { name, sampling_override: sampling === 'default' ? null : sampling }
  return client.call<RouterStatus>('PATCH', `${path}/${encodeURIComponent(address)}`, body)
}

async function remove(address: string, flags: ApiFlagValues): Promise<void> {
  await new ApiClient(flags, scopes).call('DELETE', `${path}/${encodeURIComponent(address)}`)
  process.stdout.write(`Router ${address} is removed. To take it back: drawbridge routers add ${address}\n`)
}

function show(router: RouterStatus, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(router)}\n` : routersText([router], [], Date.now()))
}
