// All captures: those that run with live counters, those that are over page by page, and the first step where there is none.
import { Empty } from '@cloudflare/kumo/components/empty'
import { RecordIcon } from '@phosphor-icons/react/dist/csr/Record'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { NoAgents } from '../agents/no-agents.tsx'
import { useEnrolment } from '../agents/use-enrolment.tsx'
import { agentsQuery } from '../api/agents.ts'
import { capturesPerPage, endedCapturesQuery, runningCapturesQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { readCaptureSearch } from '../view/capture-search.ts'
import { CaptureFrame } from './capture-frame.tsx'
import { EndedRows } from './ended-rows.tsx'
import { NewCaptureButton } from './new-capture-button.tsx'
import { RunningList } from './running-list.tsx'

const text = captureMessages

/** What stands where no capture ever was. */
function FirstCapture() {
  return (
    <Empty
      icon={<RecordIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.list.none}
      description={text.list.noneDetail}
      contents={<NewCaptureButton />}
    />
  )
}

function RunningCard() {
  const running = useQuery(runningCapturesQuery(useAccount()))
  const now = useNow(1)
  return (
    <Card title={text.now.title} actions={<Stale query={running} />} flush>
      <WithAnswer query={running}>
        {({ items }) => (items.length === 0 ? <Nothing>{text.now.none}</Nothing> : <RunningList captures={items} now={now} />)}
      </WithAnswer>
    </Card>
  )
}

function EndedCard() {
  const search = readCaptureSearch(useSearch({ from: '/shell/captures' }))
  const navigate = useNavigate({ from: '/captures' })
  const page = Number(search.page ?? 1)
  const ended = useQuery(endedCapturesQuery(useAccount(), page))
  const turn = (to: number) => void navigate({ search: to === 1 ? {} : { page: String(to) }, resetScroll: false })
  return (
    <Card title={text.list.title} actions={<Stale query={ended} />} flush>
      <WithAnswer query={ended}>
        {({ items, total }) => (
          <>
            {items.length === 0 ? <Nothing>{text.list.noneEnded}</Nothing> : <EndedRows captures={items} />}
            <Pager page={page} perPage={capturesPerPage} total={total} onPage={turn} />
          </>
        )}
      </WithAnswer>
    </Card>
  )
}

/** Whether there was never a capture, as far as is known. */
function useNoCapture(): boolean {
  const account = useAccount()
  const running = useQuery(runningCapturesQuery(account))
  const ended = useQuery(endedCapturesQuery(account, 1))
  return running.data?.total === 0 && ended.data?.total === 0
}

export function CapturesPage() {
  useTitle(text.title)
  const agents = useQuery(agentsQuery(useAccount()))
  const noCapture = useNoCapture()
  const [enrol, enrolDialog] = useEnrolment()
  const noAgents = agents.data?.length === 0
  return (
    <CaptureFrame>
      {noAgents && (
        <Card title={text.agents.title} flush>
          <NoAgents onEnrol={enrol} />
        </Card>
      )}
      {noCapture ? (
        !noAgents && (
          <Card title={text.title} flush>
            <FirstCapture />
          </Card>
        )
      ) : (
        <>
          <RunningCard />
          <EndedCard />
        </>
      )}
      {enrolDialog}
    </CaptureFrame>
  )
}
