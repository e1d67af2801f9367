// The command `firewall`: filters that agents count, and drop or slow down, for a time.
import { Command } from 'commander'
import type { FirewallAction, FirewallPreview, FirewallRule, FirewallStatus } from '../contract/firewall.ts'
import type { Signature } from '../contract/signature.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { wholeNumber } from './capture-flags.ts'
import { CommandError } from './command-error.ts'
import { confirm } from './confirm.ts'
import { minutesOf } from './duration-flag.ts'
import { chooseRule, currentRules, firewallPath } from './firewall-rules.ts'
import { firewallPreviewText, firewallRulesText, firewallRuleText, firewallStatusText, shortId } from './firewall-text.ts'
import { watchFirewall } from './firewall-watch.ts'
import { untilSignal } from './stop-signals.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface WhyFlags extends CommonFlags {
  readonly why: string
  readonly yes?: boolean
}

interface PlaceFlags extends CommonFlags {
  readonly colo?: string
  readonly interface?: string
}

interface AddFlags extends PlaceFlags {
  readonly why: string
  readonly name?: string
  readonly for: number
  readonly calm?: number
  readonly calmSeconds: number
  readonly signature?: string
  readonly incident?: string
}

interface EnforceFlags extends WhyFlags {
  readonly drop?: boolean
  readonly limit?: number
  readonly force?: boolean
}

const scopes = ['firewall:write']
/** Rules of the history that are shown. */
const historyLength = 100
const ruleHelp = 'its id, the beginning of its id, or its name'

export function firewallCommand(): Command {
  const command = new Command('firewall').description('Count, slow down and drop packets on the edges, for a time')
  addReading(command)
  addMaking(command)
  addDeciding(command)
  addStopping(command)
  return command.addHelpText(
    'after',
    `
The server must run; the token needs the scope firewall:write, or firewall:read to look; and signatures:read for --signature.
A rule begins by counting. It is gone when its time is over, when it is calm if that was asked for, and with the agent.
SSH to the agents' hosts, BGP, the agents' own connections and the networks of firewall.protected_prefixes are never touched.

Examples:
  $ drawbridge firewall preview 'udp and src port 53 and len > 1000 and dst 203.0.113.0/24'
  $ drawbridge firewall add 'udp and src port 53 and len > 1000 and dst 203.0.113.0/24' --why "ticket 4711" --for 2h
  $ drawbridge firewall add --signature ID --why "ticket 4711" --calm 1000
  $ drawbridge firewall watch
  $ drawbridge firewall enforce ID --drop --why "nothing else matches"
  $ drawbridge firewall withdraw ID --why "it is over"
`,
  )
}

function addReading(command: Command): void {
  addApiAndJsonFlags(command.command('list', { isDefault: true }))
    .description('Show the rules that are there, the newest first')
    .option('--history', `the newest ${historyLength}, withdrawn ones too`)
    .action(list)
  addApiAndJsonFlags(command.command('show'))
    .description('Show one, agent by agent, with its history')
    .argument('<rule>', ruleHelp)
    .action(show)
  addApiAndJsonFlags(command.command('watch'))
    .description('Show the counters each second, until Ctrl-C')
    .argument('[rule]', `${ruleHelp} (default: all)`)
    .action(watch)
}

function addPlaceFlags(command: Command): Command {
  return addApiAndJsonFlags(command)
    .argument('[filter...]', "which packets, like 'udp and src port 53'")
    .option('--colo <colo>', 'where: ord02, a group like ORD, several with commas, or * (default: everywhere)')
    .option('--interface <name>', 'only packets that come in by this interface of the edge host')
}

function addMaking(command: Command): void {
  addPlaceFlags(command.command('preview'))
    .description('Say what a rule would match and what it would spare; nothing is changed')
    .action(preview)
  addPlaceFlags(command.command('add'))
    .description('Make a rule, which counts and drops nothing yet')
    .requiredOption('--why <reason>', 'kept in the history')
    .option('--name <name>', 'what it is called (default: its filter)')
    .option('--for <time>', 'how long it stays: 30m, 12h, 2d', minutesOf, 60)
    .option('--calm <packets>', 'withdraw it when all agents together see fewer packets a second', wholeNumber)
    .option('--calm-seconds <seconds>', 'for so long', wholeNumber, 300)
    .option('--signature <id>', 'the filter of a signature')
    .option('--incident <id>', 'the incident that it is against')
    .action(add)
}

function addDeciding(command: Command): void {
  addWhy(command.command('enforce'))
    .description('Drop what matches, or let so many packets a second pass')
    .argument('<rule>', ruleHelp)
    .option('--drop', 'drop all')
    .option('--limit <packets>', 'packets a second that pass on each agent', wholeNumber)
    .option('--force', 'although it has counted for a moment only, or holds nearly everything')
    .option('--yes', 'do not ask')
    .action(enforce)
  const simple = {
    count: 'Count only, from now on',
    undo: 'Do what it did before the last change of that',
    withdraw: 'Remove it from all agents',
  } as const
  for (const [verb, description] of Object.entries(simple)) {
    addWhy(command.command(verb))
      .description(description)
      .argument('<rule>', ruleHelp)
      .action((rule: string, flags: WhyFlags) => decide(rule, verb, flags))
  }
  addWhy(command.command('extend'))
    .description('Let it stay for longer')
    .argument('<rule>', ruleHelp)
    .requiredOption('--for <time>', 'how long from now on: 30m, 12h, 2d', minutesOf)
    .action((rule: string, flags: WhyFlags & { readonly for: number }) => decide(rule, 'extend', flags, { lifetime_minutes: flags.for }))
}

function addStopping(command: Command): void {
  addWhy(command.command('stop'))
    .description('Withdraw all rules; none can be made until somebody resumes')
    .option('--yes', 'do not ask')
    .action(stop)
  addWhy(command.command('resume')).description('Allow rules again').action(resume)
}

function addWhy(command: Command): Command {
  return addApiAndJsonFlags(command).requiredOption('--why <reason>', 'kept in the history')
}

async function list({ json, history, ...flags }: CommonFlags & { readonly history?: boolean }): Promise<void> {
  const client = new ApiClient(flags, ['firewall:read'])
  const rules = history
    ? await client.call<readonly FirewallRule[]>('GET', `${firewallPath}/rules?per_page=${historyLength}`)
    : await currentRules(client)
  if (json) return print(`${JSON.stringify(rules)}\n`)
  const status = await client.call<FirewallStatus>('GET', `${firewallPath}/status`)
  print(`${firewallRulesText(rules, Date.now())}\n${firewallStatusText(status)}`)
}

async function show(name: string, { json, ...flags }: CommonFlags): Promise<void> {
  const client = new ApiClient(flags, ['firewall:read'])
  // One that is withdrawn is found by its whole id.
  const id = /^[0-9a-f]{32}$/.test(name) ? name : (await chooseRule(client, name)).id
  answer(await client.call<FirewallRule>('GET', `${firewallPath}/rules/${id}`), json)
}

async function watch(name: string | undefined, { json = false, ...flags }: CommonFlags): Promise<void> {
  const client = new ApiClient(flags, ['firewall:read'])
  const id = name === undefined ? undefined : (await chooseRule(client, name)).id
  await untilSignal((signal) => watchFirewall(client, { id, json, signal }))
}

async function preview(words: readonly string[], { json, ...flags }: PlaceFlags): Promise<void> {
  const body = { filter: filterOf(words), ...placeOf(flags) }
  const found = await new ApiClient(flags, ['firewall:read']).call<FirewallPreview>('POST', `${firewallPath}/preview`, body)
  print(json ? `${JSON.stringify(found)}\n` : `${firewallPreviewText(found)}\nNext: drawbridge firewall add FILTER --why REASON\n`)
}

async function add(words: readonly string[], { json, ...flags }: AddFlags): Promise<void> {
  const { why, name, for: minutes, calm, calmSeconds, signature, incident } = flags
  const client = new ApiClient(flags, scopes)
  const source = signature === undefined ? { filter: filterOf(words) } : await ofSignature(client, signature, words)
  const rule = await client.call<FirewallRule>('POST', `${firewallPath}/rules`, {
    ...source,
    ...placeOf(flags),
    name: name ?? source.filter.slice(0, mostName),
    why,
    lifetime_minutes: minutes,
    ...(calm !== undefined && { calm: { packets_per_second: calm, seconds: calmSeconds } }),
    ...(incident !== undefined && { incident_id: incident }),
  })
  answer(rule, json)
}

/** Characters of the filter that name a rule when nothing else does. */
const mostName = 80

/** The filter of a signature as it stands. A filter beside it would be another one. */
async function ofSignature(
  client: ApiClient,
  id: string,
  words: readonly string[],
): Promise<{ readonly filter: string; readonly signature_id: string; readonly name?: string }> {
  if (words.length > 0) {
    throw new CommandError('--signature brings its own filter; leave out the other one', {
      next: 'drawbridge firewall add --help',
      exitCode: 2,
    })
  }
  const { filter, state } = await client.call<Signature>('GET', `/drawbridge/signatures/${encodeURIComponent(id)}`)
  if (filter === null)
    throw new CommandError(`signature ${id} is ${state} and has no filter`, { next: 'drawbridge firewall add FILTER --why REASON' })
  return { filter, signature_id: id }
}

function filterOf(words: readonly string[]): string {
  if (words.length > 0) return words.join(' ')
  throw new CommandError('a rule needs a filter that says which packets', { next: 'drawbridge capture fields', exitCode: 2 })
}

function placeOf({ colo, interface: device }: PlaceFlags): Record<string, string> {
  return { ...(colo !== undefined && { colo_name: colo }), ...(device !== undefined && { interface: device }) }
}

async function enforce(name: string, flags: EnforceFlags): Promise<void> {
  const { drop, limit, force = false, yes = false } = flags
  const client = new ApiClient(flags, scopes)
  const action = actionOf(drop, limit)
  const rule = await chooseRule(client, name)
  if (!yes) process.stderr.write(firewallRuleText(rule))
  await confirm(action.kind === 'drop' ? 'Drop these packets?' : `Let ${action.packets_per_second} of these packets a second pass?`, yes)
  await decide(rule.id, 'enforce', flags, { action, force })
}

function actionOf(drop: boolean | undefined, limit: number | undefined): Exclude<FirewallAction, { kind: 'count' }> {
  if ((drop === true) === (limit !== undefined)) {
    throw new CommandError('say either --drop or --limit PACKETS', { next: 'drawbridge firewall enforce --help', exitCode: 2 })
  }
  return limit === undefined ? { kind: 'drop' } : { kind: 'limit', packets_per_second: limit }
}

async function decide(name: string, verb: string, { json, why, ...flags }: WhyFlags, body: object = {}): Promise<void> {
  const client = new ApiClient(flags, scopes)
  const { id } = await chooseRule(client, name)
  answer(await client.call<FirewallRule>('POST', `${firewallPath}/rules/${id}/${verb}`, { ...body, why }), json)
}

async function stop({ json, why, yes = false, ...flags }: WhyFlags): Promise<void> {
  const client = new ApiClient(flags, scopes)
  await confirm('Withdraw all rules from all agents?', yes)
  showStatus(await client.call<FirewallStatus>('POST', `${firewallPath}/stop`, { why }), json)
}

async function resume({ json, why, ...flags }: WhyFlags): Promise<void> {
  showStatus(await new ApiClient(flags, scopes).call<FirewallStatus>('POST', `${firewallPath}/resume`, { why }), json)
}

function showStatus(status: FirewallStatus, json = false): void {
  print(json ? `${JSON.stringify(status)}\n` : firewallStatusText(status))
}

function answer(rule: FirewallRule, json = false): void {
  print(json ? `${JSON.stringify(rule)}\n` : `${firewallRuleText(rule)}${nextStep(rule)}`)
}

function nextStep(rule: FirewallRule): string {
  if (rule.state === 'withdrawn') return ''
  const id = shortId(rule)
  const then =
    rule.state === 'counting' ? `drawbridge firewall enforce ${id} --drop --why REASON` : `drawbridge firewall undo ${id} --why REASON`
  return `Next: drawbridge firewall watch ${id}, then ${then}\n`
}

function print(text: string): void {
  process.stdout.write(text)
}
