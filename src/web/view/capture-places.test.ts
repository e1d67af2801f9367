// Places to choose from.
import { describe, expect, it } from 'vitest'
import type { AgentSummary } from '../../contract/agent.ts'
import { placesOf } from './capture-places.ts'

describe('places', () => {
  it('are groups of several colos, colos, and those that were chosen before', () => {
    const agent = (colo: string, group: string, state: AgentSummary['state'] = 'connected') => ({ colo, group, state })
    const agents = [agent('fra02', 'FRA'), agent('fra01', 'FRA', 'disconnected'), agent('ord02', 'ORD'), agent('ord02', 'ORD')]
    expect(placesOf(agents, ['sin01', 'ord02'])).toEqual([
      { name: 'FRA', agents: 2, connected: 1 },
      { name: 'fra01', agents: 1, connected: 0 },
      { name: 'fra02', agents: 1, connected: 1 },
      { name: 'ord02', agents: 2, connected: 2 },
      { name: 'sin01', agents: 0, connected: 0 },
    ])
  })
})
