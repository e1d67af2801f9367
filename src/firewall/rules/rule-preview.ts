// Says what a rule would do, without making it.
import type { LinkedAgent } from '../../capture/agent-links.ts'
import type { FirewallPreview, FirewallProtection } from '../../contract/firewall.ts'
import { filterText } from '../../filter/filter-text.ts'
import { nftText } from '../../filter/nft-filter.ts'
import type { FirewallRequest } from '../filtering.ts'
import { breadth, isPossible, sparedBy } from './filter-guard.ts'

interface Situation {
  /** At the places of the rule, connected or not. */
  readonly agents: readonly LinkedAgent[]
  readonly isStopped: boolean
  readonly protection: FirewallProtection
}

/** @throws FilterError when it is too complex for nftables */
export function previewOf(
  { filter, interface: device }: Pick<FirewallRequest, 'filter' | 'interface'>,
  { agents, isStopped, protection }: Situation,
): Omit<FirewallPreview, 'packets_per_second' | 'bits_per_second' | 'not_estimated'> {
  return {
    filter: filterText(filter),
    nftables: nftText(filter).map((line) => countingLine(line, device)),
    spares: sparedBy(filter, protection, agents),
    warnings: [
      ...(isStopped ? ['the firewall is stopped: no rule can be made until somebody resumes'] : []),
      ...filterWarnings(filter),
      ...agentWarnings(agents, device),
    ],
    agents: agents.map(({ id, name, colo, connected }) => ({ id, name, colo, connected })),
  }
}

/** As text for people: the verdict of captures gives way to what every rule begins with. */
function countingLine(line: string, device: string | null): string {
  const where = device === null ? [] : [`iifname "${device}"`]
  return [...where, line.replace(/ ?goto capture$/, ''), 'counter'].filter((part) => part !== '').join(' ')
}

function filterWarnings(filter: FirewallRequest['filter']): string[] {
  if (!isPossible(filter)) return ['no packet can match: its conditions exclude each other']
  const wide = breadth(filter)
  return wide === undefined ? [] : [`${wide}: it can count, and drops only when it is forced to`]
}

function agentWarnings(agents: readonly LinkedAgent[], device: string | null): string[] {
  if (agents.length === 0) return ['no agent is enrolled there; run drawbridge agent enroll on an edge host']
  const away = agents.filter(({ connected }) => !connected)
  if (away.length === agents.length) return ['no agent is connected there; on their hosts run systemctl start drawbridge-agent']
  return [
    ...away.map(({ name }) => `${name} is not connected: it gets the rule when it comes`),
    ...agents.flatMap(({ name, facts }) => {
      if (facts === null) return []
      const noNft = facts.nft === null ? [`${name} has no nftables: install the package nftables there`] : []
      const isMissing = device !== null && !facts.interfaces.some((each) => each.name === device)
      return isMissing ? [...noNft, `${name} has no interface ${device}`] : noNft
    }),
  ]
}
