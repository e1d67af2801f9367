// Which agents a capture is for: colos, groups of colos, or all.
import { ApiError } from '../../contract/api-errors.ts'
import type { AgentLinks, LinkedAgent } from '../agent-links.ts'

/** `ORD` for the colo `ord02`. */
export function coloGroup(colo: string): string {
  return colo.replace(/\d+$/, '').toUpperCase()
}

/** @param places `*`, a colo, a group, or several with commas, in any case; empty for all */
export function agentsAt(agents: readonly LinkedAgent[], places: string): readonly LinkedAgent[] {
  const wanted = placesOf(places)
  if (wanted.size === 0 || wanted.has('*')) return agents
  return agents.filter(({ colo }) => wanted.has(colo.toLowerCase()) || wanted.has(coloGroup(colo).toLowerCase()))
}

/**
 * The agents of the account at the places; those that are not connected too.
 * @throws ApiError capture_no_agent when none of them is connected
 */
export function chooseAgents(links: Pick<AgentLinks, 'agents'>, account: number, places: string): readonly LinkedAgent[] {
  const all = links.agents(account)
  const chosen = agentsAt(all, places)
  if (chosen.some(({ connected }) => connected)) return chosen
  throw new ApiError('capture_no_agent', { colo: placesText(places), connected: connectedText(all, chosen) })
}

function placesOf(places: string): ReadonlySet<string> {
  const names = places.split(',').map((name) => name.trim().toLowerCase())
  return new Set(names.filter((name) => name !== ''))
}

function placesText(places: string): string {
  return [...placesOf(places)].some((name) => name !== '*') ? places : 'any place'
}

/** Agents that the message names. */
const named = 10

function connectedText(all: readonly LinkedAgent[], chosen: readonly LinkedAgent[]): string {
  const connected = all.filter((agent) => agent.connected)
  if (connected.length > 0) return listOf(connected)
  if (all.length === 0) return 'none, as no agent is enrolled; run drawbridge agent enroll on an edge host'
  return `none; on the host of ${listOf(chosen.length > 0 ? chosen : all)} run systemctl start drawbridge-agent`
}

function listOf(agents: readonly LinkedAgent[]): string {
  const names = agents.slice(0, named).map(({ name, colo }) => `${name} (${colo})`)
  return [...names, ...(agents.length > named ? [`${agents.length - named} more`] : [])].join(', ')
}
