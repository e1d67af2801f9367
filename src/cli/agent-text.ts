// Edge agents as text for a terminal.
import type { AgentFacts, AgentSummary } from '../contract/agent.ts'
import { printable } from './capture-text.ts'
import { tableText } from './rule-text.ts'

/** @param now ms since 1970 */
export function agentsText(agents: readonly AgentSummary[], now: number): string {
  if (agents.length === 0) return 'No agent is enrolled.\nNext: drawbridge agents enrol --colo ord01\n'
  const rows = agents.map((agent) => [
    agent.colo,
    agent.name,
    agent.state,
    agent.last_seen_at === null ? 'never' : agoText(now - Date.parse(agent.last_seen_at)),
    agent.always_on_sampling === 0 ? 'off' : `1 in ${agent.always_on_sampling}`,
    String(agent.running.length),
    printable(agent.facts?.version ?? ''),
    agent.id,
  ])
  const table = tableText([['COLO', 'NAME', 'STATE', 'SEEN', 'ALWAYS ON', 'CAPTURES', 'VERSION', 'ID'], ...rows])
  return table + agents.map(({ name, facts }) => findingsText(name, facts)).join('')
}

const steps = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3600, name: 'h' },
  { seconds: 60, name: 'min' },
] as const

export function agoText(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 0)
  const step = steps.find((one) => seconds >= 2 * one.seconds)
  return step ? `${Math.floor(seconds / step.seconds)} ${step.name} ago` : `${seconds} s ago`
}

/** What is wrong with a host, and what mends it. */
function findingsText(name: string, facts: AgentFacts | null): string {
  const found = facts?.findings.filter(({ state }) => state !== 'ok') ?? []
  return found
    .map(({ state, message, command }) => {
      const next = command === null ? '' : `  Next: on ${name}: ${printable(command)}\n`
      return `${name}: ${state}: ${printable(message)}\n${next}`
    })
    .join('')
}
