// A rule of the edge firewall as the pages show it: its tone, what it does, until when, how it goes. Pure.
import type { FirewallAction, FirewallAgent, FirewallRule } from '../../contract/firewall.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { serverText } from '../messages/server-text.ts'
import { ratesOf } from './firewall-rates.ts'
import { formatDuration, formatRate } from './units.ts'

const text = firewallMessages

export type Tone = 'neutral' | 'success' | 'warning' | 'error' | 'info'

const tones: Readonly<Record<FirewallRule['state'], Tone>> = { counting: 'info', enforcing: 'success', withdrawn: 'neutral' }

/** What drops packets somewhere only is told in the colour of a warning. */
export function ruleTone(rule: Pick<FirewallRule, 'state' | 'agents'>): Tone {
  return rule.state !== 'withdrawn' && rule.agents.some(({ state }) => state === 'failed') ? 'warning' : tones[rule.state]
}

export function actionText(action: FirewallAction): string {
  return action.kind === 'limit' ? text.actions.limit(formatRate(action.packets_per_second, 'packets')) : text.actions[action.kind]
}

/** Seconds until a time, at least 0. @param now milliseconds since 1970 */
export const secondsUntil = (time: string, now: number): number => Math.max(0, (Date.parse(time) - now) / 1000)

/** `withdrawn in 23 min`, and that it is calm. */
export function untilText({ until, calm_since }: Pick<FirewallRule, 'until' | 'calm_since'>, now: number): readonly string[] {
  const left = secondsUntil(until, now)
  const end = left > 0 ? text.withdrawnIn(formatDuration(left)) : text.withdrawnSoon
  return calm_since === null ? [end] : [end, text.calmFor(formatDuration((now - Date.parse(calm_since)) / 1000))]
}

export const sinceText = ({ state_since }: Pick<FirewallRule, 'state_since'>, now: number): string =>
  text.since(formatDuration((now - Date.parse(state_since)) / 1000))

export function placesText({ colo_name }: Pick<FirewallRule, 'colo_name'>): string {
  if (colo_name === '' || colo_name === '*') return text.everywhere
  return messages.list(colo_name.split(',').map((name) => name.trim()))
}

export function agentsText({ agents }: Pick<FirewallRule, 'agents'>): string {
  if (agents.length === 0) return text.noAgent
  return text.atAgents(agents.filter(({ state }) => state === 'active').length, agents.length)
}

export const agentTones: Readonly<Record<FirewallAgent['state'], Tone>> = {
  waiting: 'neutral',
  active: 'success',
  failed: 'error',
  expired: 'neutral',
}

export const rateText = (rate: number | null | undefined): string =>
  rate === null || rate === undefined ? messages.none : formatRate(rate, 'packets')

/** Packets a second that a rule would drop of what it matches now, by its agents; undefined while none has told. */
export function wouldDrop(agents: readonly FirewallAgent[], action: FirewallAction): number | undefined {
  const matched = ratesOf({ agents })?.matched
  if (matched === undefined || action.kind === 'count') return matched === undefined ? undefined : 0
  if (action.kind === 'drop') return matched
  // The limit is for each agent.
  return agents.reduce((sum, { packets_per_second: rate }) => sum + Math.max(0, (rate ?? 0) - action.packets_per_second), 0)
}

/** In one line: what the rules do together. */
export function verdictText(rules: readonly FirewallRule[]): string {
  const enforcing = rules.filter(({ state }) => state === 'enforcing')
  const counting = rules.length - enforcing.length
  if (rules.length === 0) return text.verdict.none
  if (enforcing.length === 0) return text.verdict.counting(counting)
  const dropped = enforcing.reduce((sum, rule) => sum + (ratesOf(rule)?.dropped ?? 0), 0)
  const main = text.verdict.enforcing(enforcing.length, formatRate(dropped, 'packets'))
  return counting === 0 ? main : `${main} ${text.verdict.and(counting)}`
}

/** What drops comes first, then the newest. */
export function byUrgency(a: FirewallRule, b: FirewallRule): number {
  return Number(b.state === 'enforcing') - Number(a.state === 'enforcing') || Date.parse(b.created_at) - Date.parse(a.created_at)
}

/** Whether there may be something to undo: it did something else before. Lists do not tell. */
export function mayUndo({ action, changes }: Pick<FirewallRule, 'action' | 'changes'>): boolean {
  return changes.length === 0 || changes.some((change) => actionText(change.action) !== actionText(action))
}

/** Sentences of agents that could not do it. */
export const troubles = ({ agents }: Pick<FirewallRule, 'agents'>): readonly string[] =>
  agents.flatMap(({ name, error, state }) =>
    state === 'failed' || error !== null ? [`${name}: ${error === null ? text.agentStates.failed : serverText(error)}`] : [],
  )
