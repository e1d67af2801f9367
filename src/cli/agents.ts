// The command `agents`: lists edge agents, makes the codes that new ones enrol with, changes and removes them.
import { Command, InvalidArgumentError } from 'commander'
import type { AgentEnrolment, AgentSummary } from '../contract/agent.ts'
import { agentsText } from './agent-text.ts'
import { addApiAndJsonFlags, addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { wholeNumber } from './capture-flags.ts'
import { CommandError } from './command-error.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

const path = '/drawbridge/agents'
const scopes = ['agents:write']

export function agentsCommand(): Command {
  const command = new Command('agents').description('List edge agents, enrol, change and remove them')
  addApiAndJsonFlags(command.command('list', { isDefault: true }))
    .description('List agents and what they find wrong')
    .action(list)
  addApiAndJsonFlags(command.command('enrol').alias('enroll'))
    .description('Make a code that enrols one agent')
    .requiredOption('--colo <colo>', 'where the edge host is: letters, then digits, like ord02')
    .option('--minutes <number>', 'how long the code is valid', wholeNumber)
    .action(enrol)
  addApiAndJsonFlags(command.command('edit'))
    .description('Change its name, or whether it samples at all times')
    .argument('<agent>', 'its name or id')
    .option('--name <name>', 'what it is called from now on')
    .option('--sampling <number>', '1 in so many packets is sampled at all times, 0 for none', sampling)
    .action(edit)
  addApiFlags(command.command('remove'))
    .description('Remove an agent: it can connect no more')
    .argument('<agent>', 'its name or id')
    .action(remove)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope agents:write, or captures:read to list.

Examples:
  $ drawbridge agents
  $ drawbridge agents enrol --colo ord02
  $ drawbridge agents edit edge-1 --sampling 1000
`,
  )
}

function sampling(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 0 on')
  return Number(text)
}

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  const agents = await new ApiClient(flags, ['captures:read']).call<readonly AgentSummary[]>('GET', path)
  process.stdout.write(json ? `${JSON.stringify(agents)}\n` : agentsText(agents, Date.now()))
}

async function enrol({ json, colo, minutes, ...flags }: CommonFlags & { colo: string; minutes?: number }): Promise<void> {
  const made = await new ApiClient(flags, scopes).call<AgentEnrolment>('POST', `${path}/enrolments`, { colo, minutes })
  const text = `Run this on the edge host, once, until ${made.expires_at}:\n\n  ${made.command}\n`
  process.stdout.write(json ? `${JSON.stringify(made)}\n` : text)
}

interface EditFlags extends CommonFlags {
  readonly name?: string
  readonly sampling?: number
}

async function edit(agent: string, { json, name, sampling: always_on_sampling, ...flags }: EditFlags): Promise<void> {
  if (name === undefined && always_on_sampling === undefined)
    throw new CommandError('nothing is to be changed', { next: `drawbridge agents edit ${agent} --sampling 1000`, exitCode: 2 })
  const client = new ApiClient(flags, scopes)
  const edited = await client.call<AgentSummary>('PATCH', `${path}/${await idOf(client, agent)}`, { name, always_on_sampling })
  process.stdout.write(json ? `${JSON.stringify(edited)}\n` : agentsText([edited], Date.now()))
}

async function remove(agent: string, flags: ApiFlagValues): Promise<void> {
  const client = new ApiClient(flags, scopes)
  await client.call('DELETE', `${path}/${await idOf(client, agent)}`)
  process.stdout.write(`Agent ${agent} is removed.\n`)
}

/** Names are unique in an account, and none of them looks like an id to anybody who made it up. */
async function idOf(client: ApiClient, agent: string): Promise<string> {
  const agents = await client.call<readonly AgentSummary[]>('GET', path)
  const found = agents.find(({ id }) => id === agent) ?? agents.find(({ name }) => name === agent)
  if (!found) throw new CommandError(`there is no agent ${JSON.stringify(agent)}`, { next: 'drawbridge agents' })
  return found.id
}
