// The places where something can be captured: groups with more than one colo, and colos. Pure.
import type { AgentSummary } from '../../contract/agent.ts'

export interface Place {
  /** `ORD` for all colos of the group, `ord02` for one. */
  readonly name: string
  readonly agents: number
  readonly connected: number
}

type Located = Pick<AgentSummary, 'colo' | 'group' | 'state'>

function placeOf(name: string, agents: readonly Located[]): Place {
  return { name, agents: agents.length, connected: agents.filter(({ state }) => state === 'connected').length }
}

/** @param chosen also those where no agent is (any more) */
export function placesOf(agents: readonly Located[], chosen: readonly string[]): readonly Place[] {
  const colos = [...new Set(agents.map(({ colo }) => colo))].toSorted()
  const groups = [...new Set(agents.map(({ group }) => group))].toSorted()
  const many = groups.filter((group) => new Set(agents.filter((agent) => agent.group === group).map(({ colo }) => colo)).size > 1)
  const known = [
    ...many.map((group) =>
      placeOf(
        group,
        agents.filter((agent) => agent.group === group),
      ),
    ),
    ...colos.map((colo) =>
      placeOf(
        colo,
        agents.filter((agent) => agent.colo === colo),
      ),
    ),
  ]
  return [...known, ...chosen.filter((name) => !known.some((place) => place.name === name)).map((name) => placeOf(name, []))]
}
