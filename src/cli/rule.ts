// The command `rule`: shows the rules of a running server, replays them over its history, suggests thresholds.
import { Command, Option } from 'commander'
import { readFile } from 'node:fs/promises'
import type { BacktestResult, ThresholdSuggestion } from '../contract/backtest.ts'
import { ruleTypes, sensitivities, zscoreTargets, type RuleStatus } from '../contract/rule.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { backtestText, ruleListText, ruleText, suggestionText, type RuleAnswer } from './rule-text.ts'

interface CommonFlags extends ApiFlagValues {
  readonly json?: boolean
}

interface BacktestFlags extends CommonFlags {
  readonly file?: string
  readonly type?: string
  readonly prefix?: readonly string[]
  readonly bandwidth?: number
  readonly packets?: number
  readonly duration?: string
  readonly sensitivity?: string
  readonly target?: string
  readonly from?: string
  readonly to?: string
}

export function ruleCommand(): Command {
  const command = new Command('rule').description('Show rules, replay them over stored history, suggest thresholds')
  addApiAndJsonFlags(command.command('list')).description('List rules and how they stand').action(list)
  addApiAndJsonFlags(command.command('show')).description('Show a rule').argument('<rule>', 'name or id').action(show)
  backtestFlags(addApiAndJsonFlags(command.command('backtest')))
  addApiAndJsonFlags(command.command('suggest'))
    .description('Suggest thresholds for prefixes')
    .argument('<prefix...>', 'like 203.0.113.0/24')
    .action(suggest)
  return command.addHelpText(
    'after',
    `
The server must run; the commands ask it over HTTP with a token that may read mnm and analytics.

Examples:
  $ drawbridge rule list
  $ drawbridge rule backtest my_rule_1 --from 7d
  $ drawbridge rule backtest my_rule_1 --bandwidth 2G --duration 1m
  $ drawbridge rule backtest --prefix 203.0.113.0/24 --packets 100k --duration 30s
  $ drawbridge rule suggest 203.0.113.0/24 2001:db8::/32
`,
  )
}

function backtestFlags(command: Command): void {
  command
    .description('Say when a rule would have fired; a rule that is saved, or one made of the flags')
    .argument('[rule]', 'name or id; flags change it for the replay only')
    .option('--file <file>', 'a rule as JSON, as for POST mnm/rules')
    .addOption(new Option('--type <type>', 'kind of the rule').choices(ruleTypes))
    .option('--prefix <prefix...>', 'what it watches')
    .option('--bandwidth <rate>', 'bits a second: 800M, 2.5G', parseRate)
    .option('--packets <rate>', 'packets a second: 100k', parseRate)
    .option('--duration <time>', 'how long it must last: 30s, 5m')
    .addOption(new Option('--sensitivity <level>', 'of a zscore or advanced_ddos rule').choices(sensitivities))
    .addOption(new Option('--target <sum>', 'what a zscore rule looks at').choices(zscoreTargets))
    .option('--from <time>', 'begin: 7d, 12h or 30m ago, or a time like 2027-01-31T00:00:00Z (default: 24h)')
    .option('--to <time>', 'end, likewise (default: now)')
    .action(backtest)
}

async function list({ json, ...flags }: CommonFlags): Promise<void> {
  const client = new ApiClient(flags)
  const rules = await allRules(client)
  const statuses = await client.call<readonly RuleStatus[]>('GET', '/drawbridge/rules/status')
  print(json ? `${JSON.stringify(rules.map((rule) => ({ ...rule, status: statusOf(rule, statuses) })))}\n` : ruleListText(rules, statuses))
}

async function show(name: string, { json, ...flags }: CommonFlags): Promise<void> {
  const client = new ApiClient(flags)
  const rule = await findRule(client, name)
  const status = statusOf(rule, await client.call<readonly RuleStatus[]>('GET', '/drawbridge/rules/status'))
  print(json ? `${JSON.stringify({ ...rule, status })}\n` : ruleText(rule, status ?? undefined))
}

async function backtest(name: string | undefined, { json, from, to, ...flags }: BacktestFlags): Promise<void> {
  const now = Date.now()
  const times = { ...(from === undefined ? {} : { from: timeOf(from, now) }), ...(to === undefined ? {} : { to: timeOf(to, now) }) }
  const client = new ApiClient(flags)
  const question = { ...(await backtestRule(client, name, flags)), ...times }
  const result = await client.call<BacktestResult>('POST', '/drawbridge/rules/backtest', question)
  const byPackets = flags.target === 'packets' || (result.bandwidth_threshold === null && result.packet_threshold !== null)
  const size = { columns: Math.min(process.stdout.columns ?? 100, 160), rows: 12 }
  print(json ? `${JSON.stringify(result)}\n` : backtestText(result, byPackets ? 'packets' : 'bits', size))
}

/** A saved rule by its id, so that its own history counts; any other as a whole. */
async function backtestRule(
  client: ApiClient,
  name: string | undefined,
  flags: BacktestFlags,
): Promise<{ rule_id: string } | { rule: object }> {
  const changes = changesOf(flags)
  if (name !== undefined) {
    const { id, ...rule } = await findRule(client, name)
    return Object.keys(changes).length === 0 && flags.file === undefined ? { rule_id: id } : { rule: merged(rule, changes) }
  }
  if (flags.file !== undefined) return { rule: merged(await ruleOfFile(flags.file), changes) }
  if (flags.prefix === undefined) {
    throw new CommandError('which rule? There is neither a name, nor --file, nor --prefix', { next: 'drawbridge rule list', exitCode: 2 })
  }
  return { rule: changes }
}

interface RuleChanges {
  readonly drawbridge?: object
}

function merged(rule: object & RuleChanges, changes: object & RuleChanges): object {
  const drawbridge = { ...rule.drawbridge, ...changes.drawbridge }
  return { ...rule, ...changes, ...(Object.keys(drawbridge).length === 0 ? {} : { drawbridge }) }
}

/** Both kinds of rules that have a sensitivity get it: each reads its own field. */
function changesOf({ type, prefix, bandwidth, packets, duration, sensitivity, target }: BacktestFlags): object & RuleChanges {
  return {
    ...(type !== undefined && { type }),
    ...(prefix !== undefined && { prefixes: prefix }),
    ...(bandwidth !== undefined && { bandwidth_threshold: bandwidth }),
    ...(packets !== undefined && { packet_threshold: packets }),
    ...(duration !== undefined && { duration }),
    ...(sensitivity !== undefined && { zscore_sensitivity: sensitivity, drawbridge: { ddos_sensitivity: sensitivity } }),
    ...(target !== undefined && { zscore_target: target }),
  }
}

async function ruleOfFile(file: string): Promise<object & RuleChanges> {
  try {
    const rule: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof rule === 'object' && rule !== null) return rule
  } catch (error) {
    throw new CommandError(`${file} cannot be read as a rule: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 })
  }
  throw new CommandError(`${file} holds no JSON object`, { exitCode: 2 })
}

async function suggest(prefixes: readonly string[], { json, ...flags }: CommonFlags): Promise<void> {
  const suggestion = await new ApiClient(flags).call<ThresholdSuggestion>('POST', '/drawbridge/rules/suggest', { prefixes })
  print(json ? `${JSON.stringify(suggestion)}\n` : suggestionText(suggestion))
}

/** The API says null where there are none. */
async function allRules(client: ApiClient): Promise<readonly RuleAnswer[]> {
  return (await client.call<readonly RuleAnswer[] | null>('GET', '/mnm/rules')) ?? []
}

async function findRule(client: ApiClient, name: string): Promise<RuleAnswer> {
  const rules = await allRules(client)
  const rule = rules.find(({ id }) => id === name) ?? rules.find((one) => one.name === name)
  if (rule === undefined) throw new CommandError(`there is no rule ${name}`, { next: 'drawbridge rule list' })
  return rule
}

const statusOf = ({ id }: RuleAnswer, statuses: readonly RuleStatus[]) => statuses.find((status) => status.id === id) ?? null

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** `2.5G`. */
function parseRate(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kMGT]?)$/.exec(text) ?? []
  if (digits === undefined) throw new CommandError(`${JSON.stringify(text)} is not a rate like 800M or 2.5G`, { exitCode: 2 })
  return Number(digits) * (units[unit] ?? 1)
}

const spans: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `7d` ago, or the time itself, whose form the server checks. */
function timeOf(text: string, now: number): string {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  return count === undefined ? text : new Date(now - Number(count) * (spans[unit] ?? 0)).toISOString()
}

function print(text: string): void {
  process.stdout.write(text)
}
