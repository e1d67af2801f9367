// Asks for a capture: the form, and beside it what it would take, told anew while it is filled in.
import { Loader } from '@cloudflare/kumo/components/loader'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { NoAgents } from '../agents/no-agents.tsx'
import { useEnrolment } from '../agents/use-enrolment.tsx'
import { agentsQuery } from '../api/agents.ts'
import { startCapture } from '../api/capture-actions.ts'
import { capturePolicyQuery, capturePreviewQuery, captureQuery } from '../api/capture-queries.ts'
import { ApiFailure } from '../api/envelope.ts'
import type { Capture } from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PermittedPart } from '../shell/permitted.tsx'
import { Trail } from '../shell/trail.tsx'
import { useDebounced } from '../shell/use-debounced.ts'
import { useTitle } from '../shell/use-title.ts'
import { captureAgain, captureBodyOf, emptyCapture, previewBodyOf, type CaptureForm } from '../view/capture-form.ts'
import { fieldTime } from '../view/clock.ts'
import { readNewCaptureSearch } from '../view/capture-search.ts'
import { inForm } from '../view/filter-fault.ts'
import { CaptureFields } from './capture-fields.tsx'
import { ExpectedCard } from './expected-card.tsx'
import { useCaptureActions } from './use-capture-actions.ts'
import { useCaptureDraft } from './use-capture-draft.ts'

const text = captureMessages.form
// Short enough to feel at once, long enough not to ask at every letter.
const typingPause = 300

/** What the form begins with, by the address; undefined while it is not known yet. */
function useBegin(): CaptureForm | undefined {
  const { filter = '', before, again } = readNewCaptureSearch(useSearch({ from: '/shell/captures/new' }))
  const earlier = useQuery({ ...captureQuery(useAccount(), again ?? ''), enabled: again !== undefined })
  if (again !== undefined && earlier.data !== undefined) return captureAgain(earlier.data)
  if (again !== undefined && earlier.error === null) return undefined
  const past = before === undefined ? {} : ({ when: 'past', before: fieldTime(Date.parse(before)) } as const)
  return { ...emptyCapture, filter, ...past }
}

/** What it would take, and what is wrong with the filter; that is told only of the text as it stands. */
function usePreview(form: CaptureForm) {
  const { data: policy } = useQuery(capturePolicyQuery(useAccount()))
  const body = useDebounced(JSON.stringify(previewBodyOf(form, policy?.snap_length_cap)), typingPause)
  const asked = JSON.parse(body) as ReturnType<typeof previewBodyOf>
  const preview = useQuery(capturePreviewQuery(useAccount(), asked))
  const current = (asked.filter ?? '') === form.filter.trim()
  const fault = preview.error instanceof ApiFailure && current ? preview.error.fault : undefined
  return { preview, fault: fault === undefined ? undefined : inForm(fault, form.filter) }
}

function NewCapture({ begin }: { readonly begin: CaptureForm }) {
  const account = useAccount()
  const navigate = useNavigate()
  const actions = useCaptureActions()
  const draft = useCaptureDraft(begin)
  const [error, setError] = useState<Error | null>(null)
  const [enrol, enrolDialog] = useEnrolment()
  const { preview, fault } = usePreview(draft.form)
  const { data: agents } = useQuery(agentsQuery(account))
  const { data: policy } = useQuery(capturePolicyQuery(account))
  const start = () => {
    setError(null)
    if (!draft.check() || fault !== undefined) return
    actions.start({
      run: async () => {
        const capture: Capture = await startCapture(account, captureBodyOf(draft.form, policy?.snap_length_cap))
        void navigate({ to: '/captures/$id', params: { id: capture.id }, replace: true })
      },
      failed: (failure) => setError(draft.refuse(failure) ? null : failure),
    })
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,7fr)_minmax(0,6fr)]">
      <CaptureFields draft={draft} fault={fault} pending={actions.pending} error={error} onStart={start} />
      <div className="flex min-w-0 flex-col gap-5 xl:sticky xl:top-5">
        {agents?.length === 0 && (
          <Card title={captureMessages.agents.title} flush>
            <NoAgents onEnrol={enrol} />
          </Card>
        )}
        <ExpectedCard form={draft.form} preview={preview} faulty={fault !== undefined} />
      </div>
      {enrolDialog}
    </div>
  )
}

export function NewCapturePage() {
  useTitle(text.title)
  const begin = useBegin()
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} trail={<Trail to="/captures" name={captureMessages.title} here={text.title} />} />
      {begin === undefined ? (
        <div className="flex justify-center py-16">
          <Loader size="lg" aria-label={messages.loading} />
        </div>
      ) : (
        <PermittedPart scope="captures:write">
          <NewCapture begin={begin} />
        </PermittedPart>
      )}
    </div>
  )
}
