// Firewall rules, what one would do, and how the firewall stands, as text for a terminal.
import type { FirewallAction, FirewallAgent, FirewallPreview, FirewallRule, FirewallStatus } from '../contract/firewall.ts'
import { bytesText, printable } from './capture-text.ts'
import { rateText, tableText } from './rule-text.ts'

/** Digits that are enough to mean a rule among the few that there are. */
export function shortId({ id }: Pick<FirewallRule, 'id'>): string {
  return id.slice(0, 8)
}

export function firewallRulesText(rules: readonly FirewallRule[], now: number): string {
  if (rules.length === 0) return 'There is no firewall rule.\nNext: drawbridge firewall add FILTER --why REASON\n'
  const rows = rules.map((rule) => [
    shortId(rule),
    actionText(rule),
    rule.state === 'withdrawn' ? '' : leftText(Date.parse(rule.until) - now),
    paceText(rule.agents, 'packets_per_second'),
    String(rule.total.packets),
    String(rule.total.dropped_packets),
    agentsText(rule.agents),
    printable(rule.name),
    printable(rule.filter),
  ])
  return tableText([['ID', 'DOES', 'LEFT', 'NOW', 'PACKETS', 'DROPPED', 'AGENTS', 'NAME', 'FILTER'], ...rows])
}

/** What it does, or did. */
function actionText({ state, action }: Pick<FirewallRule, 'state' | 'action'>): string {
  return state === 'withdrawn' ? 'withdrawn' : actionName(action)
}

function actionName(action: FirewallAction): string {
  return action.kind === 'limit'
    ? `limits to ${rateText(action.packets_per_second, 'p/s')}`
    : { count: 'counts', drop: 'drops' }[action.kind]
}

/** `45s`, `12m`, `3h`, `2d`. */
function leftText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

/** Of all agents that tell; empty when none does. */
function paceText(agents: readonly FirewallAgent[], of: 'packets_per_second' | 'dropped_packets_per_second'): string {
  const paces = agents.flatMap((agent) => agent[of] ?? [])
  return paces.length === 0 ? '' : rateText(sum(paces), 'p/s')
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** `2 of 3 active`. */
function agentsText(agents: readonly FirewallAgent[]): string {
  const active = agents.filter(({ state, connected }) => state === 'active' && connected).length
  return `${active} of ${agents.length} active`
}

export function firewallRuleText(rule: FirewallRule): string {
  const { calm, total } = rule
  const facts = [
    ['Rule', `${printable(rule.name)} (${rule.id})`],
    ['Filter', printable(rule.filter)],
    ['Does', rule.withdrawn_why === null ? actionText(rule) : `withdrawn: ${printable(rule.withdrawn_why)}`],
    ['Where', `${rule.colo_name === '' ? '*' : rule.colo_name}${rule.interface === null ? '' : `, in by ${rule.interface}`}`],
    ['Until', rule.until],
    ...(calm === null ? [] : [['When calm', calmText(rule)]]),
    ['Made by', `${rule.who}: ${printable(rule.why)}`],
    ...(rule.signature_id === null ? [] : [['Signature', rule.signature_id]]),
    ...(rule.incident_id === null ? [] : [['Incident', rule.incident_id]]),
    ['Matched', `${total.packets} packets, ${bytesText(total.bytes)}`],
    ['Dropped', `${total.dropped_packets} packets, ${bytesText(total.dropped_bytes)}`],
  ]
  return `${tableText(facts)}\n${partsText(rule.agents)}${changesText(rule)}`
}

function calmText({ calm, calm_since }: FirewallRule): string {
  if (calm === null) return ''
  const since = calm_since === null ? '' : `; it is, since ${calm_since}`
  return `withdrawn after ${calm.seconds} s below ${rateText(calm.packets_per_second, 'p/s')}${since}`
}

function partsText(agents: readonly FirewallAgent[]): string {
  if (agents.length === 0) return ''
  const rows = agents.map((agent) => [
    agent.colo,
    agent.name,
    agent.connected ? agent.state : `${agent.state}, away`,
    agent.action === null ? '' : actionName(agent.action),
    paceText([agent], 'packets_per_second'),
    paceText([agent], 'dropped_packets_per_second'),
    String(agent.packets),
    String(agent.dropped_packets),
    agent.share_of_traffic === null ? '' : `${Number((agent.share_of_traffic * 100).toPrecision(3))} %`,
  ])
  const table = tableText([['COLO', 'AGENT', 'STATE', 'DOES', 'NOW', 'DROPS', 'PACKETS', 'DROPPED', 'OF ALL'], ...rows])
  return table + agents.map(({ name, error }) => (error === null ? '' : `${name}: ${printable(error)}\n`)).join('')
}

function changesText({ changes }: FirewallRule): string {
  if (changes.length === 0) return ''
  const rows = changes.map(({ at, to, action, who, why }) => [at.slice(0, 19), actionText({ state: to, action }), who, printable(why)])
  return `\n${tableText([['AT', 'DOES', 'WHO', 'WHY'], ...rows])}`
}

export function firewallPreviewText(preview: FirewallPreview): string {
  const { packets_per_second: packets, bits_per_second: bits } = preview
  const facts = [
    ['Filter', printable(preview.filter)],
    [
      'Expected',
      packets === null || bits === null
        ? 'unknown: no flow of the last 5 minutes tells'
        : `${rateText(packets, 'p/s')}, ${rateText(bits, 'b/s')}`,
    ],
    ...preview.not_estimated.map((part) => ['Not estimated', printable(part)]),
    [
      'Agents',
      preview.agents.map(({ name, colo, connected }) => `${name} (${colo}${connected ? '' : ', not connected'})`).join(', ') || 'none',
    ],
  ]
  const lines = [...preview.nftables, '', ...preview.spares, ...preview.warnings.map((warning) => `Warning: ${warning}`)]
  return `${tableText(facts)}\n${lines.map((line) => `${printable(line)}\n`).join('')}`
}

export function firewallStatusText({ stopped, stop, rules, max_rules, protection }: FirewallStatus): string {
  const head =
    stopped && stop ? `STOPPED by ${stop.who} at ${stop.at}: ${printable(stop.why)}\nNext: drawbridge firewall resume --why REASON\n` : ''
  const spared = [...protection.local_ports.map((port) => `TCP port ${port} of the agents' hosts`), ...protection.prefixes]
  return `${head}${rules} of ${max_rules} rules; never touched: BGP, the agents' own connections${spared.map((text) => `, ${text}`).join('')}\n`
}
