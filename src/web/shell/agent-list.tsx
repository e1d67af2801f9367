// Agents by name and place, and whether they are connected.
import { Badge } from '@cloudflare/kumo/components/badge'
import { messages } from '../messages.ts'

export interface ListedAgent {
  readonly id: string
  readonly name: string
  readonly colo: string
  readonly connected: boolean
}

export function AgentList({ agents }: { readonly agents: readonly ListedAgent[] }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1.5">
      {agents.map(({ id, name, colo, connected }) => (
        <li key={id} className="flex items-center gap-2 text-base">
          <span className="text-kumo-default">{name}</span>
          <span className="text-sm text-kumo-subtle">{colo}</span>
          <Badge appearance="dot" variant={connected ? 'success' : 'error'}>
            {connected ? messages.agent.connected : messages.agent.disconnected}
          </Badge>
        </li>
      ))}
    </ul>
  )
}
