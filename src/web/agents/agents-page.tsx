// The agents of the edge hosts, by colo, and the way to enrol another one.
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { AgentSummary } from '../../contract/agent.ts'
import { agentsQuery } from '../api/agents.ts'
import { CaptureFrame } from '../captures/capture-frame.tsx'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import type { AgentTask } from './agent-dialogs.tsx'
import { AgentItem } from './agent-item.tsx'
import { NoAgents } from './no-agents.tsx'
import { useEnrolment } from './use-enrolment.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const AgentDialog = lazyPart(() => import('./agent-dialogs.tsx'), 'AgentDialog')

const text = captureMessages.agents

const byPlace = (a: AgentSummary, b: AgentSummary) => a.colo.localeCompare(b.colo) || a.name.localeCompare(b.name)

export function AgentsPage() {
  useTitle(text.title)
  const agents = useQuery(agentsQuery(useAccount()))
  const now = useNow(1)
  const [task, setTask] = useState<AgentTask>()
  const [enrol, enrolDialog] = useEnrolment()
  return (
    <CaptureFrame>
      <Card
        title={text.title}
        actions={
          <span className="flex flex-wrap items-center gap-2">
            <Stale query={agents} />
            {(agents.data?.length ?? 0) > 0 && (
              <PermittedButton scope="agents:write" size="sm" icon={PlusIcon} onClick={enrol}>
                {text.enrol}
              </PermittedButton>
            )}
          </span>
        }
        flush
      >
        <WithAnswer query={agents}>
          {(all) =>
            all.length === 0 ? (
              <NoAgents onEnrol={enrol} />
            ) : (
              <>
                <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.intro}</p>
                <ul>
                  {all.toSorted(byPlace).map((agent) => (
                    <AgentItem key={agent.id} agent={agent} now={now} onTask={setTask} />
                  ))}
                </ul>
              </>
            )
          }
        </WithAnswer>
      </Card>
      <Suspense fallback={null}>{task !== undefined && <AgentDialog task={task} onClose={() => setTask(undefined)} />}</Suspense>
      {enrolDialog}
    </CaptureFrame>
  )
}
