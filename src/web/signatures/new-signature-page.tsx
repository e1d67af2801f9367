// Asks for a signature: the attack, the normal traffic to spare, and how much of each it has to hold and may hold.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Loader } from '@cloudflare/kumo/components/loader'
import { Radio } from '@cloudflare/kumo/components/radio'
import { FingerprintIcon } from '@phosphor-icons/react/dist/csr/Fingerprint'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { deriveSignature, type SignatureBody } from '../api/signature-actions.ts'
import { messages } from '../messages.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { PermittedPart } from '../shell/permitted.tsx'
import { Trail } from '../shell/trail.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { useWide } from '../shell/use-wide.ts'
import {
  asksForTime,
  attackKinds,
  baselineKinds,
  signatureBodyOf,
  signatureFieldAt,
  signatureProblems,
  type AttackKind,
  type BaselineKind,
  type SignatureForm,
  type SignatureProblems,
} from '../view/signature-form.ts'
import { FileField } from './file-field.tsx'
import { GoalFields } from './goal-fields.tsx'
import { CaptureChoice, IncidentChoice, NothingWarning, SamplesFields } from './packets-field.tsx'
import { useSignatureActions } from './use-signature-actions.ts'
import { useSignatureBegin } from './use-signature-begin.ts'

const text = signatureMessages.form

interface SideProps {
  readonly form: SignatureForm
  readonly problems: SignatureProblems
  readonly set: (change: Partial<SignatureForm>) => void
}

/** Cards stand beside each other where there is room. */
const useOrientation = () => (useWide(640) ? 'horizontal' : 'vertical')

function AttackCard({ form, problems, set }: SideProps) {
  const orientation = useOrientation()
  const side = form.attack
  const change = (more: Partial<SignatureForm['attack']>) => set({ attack: { ...side, ...more } })
  const fields = { form: side, set: change, problem: problems.attack }
  return (
    <Card title={text.attack}>
      <div className="flex flex-col gap-5">
        <Radio.Group
          legend={text.attackFrom}
          appearance="card"
          orientation={orientation}
          value={side.kind}
          onValueChange={(kind: AttackKind) => change({ kind })}
        >
          {attackKinds.map((kind) => (
            <Radio.Item key={kind} value={kind} label={text.kinds[kind]} description={text.attackNotes[kind]} />
          ))}
        </Radio.Group>
        {side.kind === 'capture' && <CaptureChoice {...fields} />}
        {side.kind === 'incident' && <IncidentChoice {...fields} />}
        {side.kind === 'file' && <FileField {...side} problem={problems.attack} onChange={change} />}
      </div>
    </Card>
  )
}

function BaselineCard({ form, problems, set }: SideProps) {
  const orientation = useOrientation()
  const side = form.baseline
  const change = (more: Partial<SignatureForm['baseline']>) => set({ baseline: { ...side, ...more } })
  const fields = { form: side, set: change, problem: problems.baseline }
  return (
    <Card title={text.baseline}>
      <div className="flex flex-col gap-5">
        <Radio.Group
          legend={text.baselineFrom}
          appearance="card"
          orientation={orientation}
          value={side.kind}
          onValueChange={(kind: BaselineKind) => change({ kind })}
        >
          {baselineKinds.map((kind) => (
            <Radio.Item key={kind} value={kind} label={text.kinds[kind]} description={text.baselineNotes[kind]} />
          ))}
        </Radio.Group>
        {side.kind === 'samples' && (
          <SamplesFields
            form={side}
            set={change}
            timed={asksForTime(form)}
            hoursProblem={problems.hours ?? problems.baseline}
            untilProblem={problems.until}
          />
        )}
        {side.kind === 'capture' && <CaptureChoice {...fields} />}
        {side.kind === 'file' && <FileField {...side} problem={problems.baseline} onChange={change} />}
        {side.kind === 'none' && <NothingWarning />}
      </div>
    </Card>
  )
}

/** What is wrong once it was tried, and the way to the server. */
function useSubmit(form: SignatureForm, onRefused: (problems: SignatureProblems) => void) {
  const account = useAccount()
  const navigate = useNavigate()
  const actions = useSignatureActions()
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<Error>()
  const problems = signatureProblems(form, useNow(10))
  const send = (body: SignatureBody) =>
    actions.start({
      run: async () => {
        const signature = await deriveSignature(account, body)
        void navigate({ to: '/signatures/$id', params: { id: signature.id }, replace: true })
      },
      failed: (failure) => {
        const field = failure instanceof ApiFailure ? signatureFieldAt(failure.pointer) : undefined
        if (field === undefined) setError(failure)
        else onRefused({ [field]: failure.message })
      },
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    setError(undefined)
    const body = Object.keys(problems).length === 0 ? signatureBodyOf(form) : undefined
    if (body !== undefined) send(body)
  }
  return { problems: tried ? problems : {}, error, pending: actions.pending, submit }
}

function NewSignature({ begin }: { readonly begin: SignatureForm }) {
  const [form, setForm] = useState(begin)
  const [refused, setRefused] = useState<SignatureProblems>({})
  const { problems, error, pending, submit } = useSubmit(form, setRefused)
  const set = (change: Partial<SignatureForm>) => {
    setForm((old) => ({ ...old, ...change }))
    // A refusal is about the whole request: any change may mend it.
    setRefused({})
  }
  const side = { form, problems: { ...problems, ...refused }, set }
  return (
    <form
      onSubmit={submit}
      noValidate
      className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]"
    >
      <div className="flex min-w-0 flex-col gap-5">
        <AttackCard {...side} />
        <BaselineCard {...side} />
      </div>
      <div className="xl:sticky xl:top-5">
        <Card title={text.goals}>
          <div className="flex flex-col gap-5">
            <GoalFields form={form} compared={form.baseline.kind !== 'none'} set={set} />
            <Input
              label={text.name}
              description={text.nameHint}
              className="w-full"
              value={form.name}
              onChange={(event) => set({ name: event.target.value })}
              {...fieldProblem(side.problems.name)}
            />
            <RefusedBanner title={text.refused} error={error} />
            <div className="border-t border-kumo-hairline pt-4">
              <Button type="submit" variant="primary" icon={FingerprintIcon} loading={pending}>
                {text.submit}
              </Button>
            </div>
          </div>
        </Card>
      </div>
    </form>
  )
}

export function NewSignaturePage() {
  useTitle(text.title)
  const begin = useSignatureBegin()
  return (
    <div className="flex flex-col gap-5">
      <PageHeading
        title={text.title}
        intro={text.intro}
        trail={<Trail to="/signatures" name={signatureMessages.title} here={text.title} />}
      />
      {begin === undefined ? (
        <div className="flex justify-center py-16">
          <Loader size="lg" aria-label={messages.loading} />
        </div>
      ) : (
        <PermittedPart scope="signatures:write">
          <NewSignature begin={begin} />
        </PermittedPart>
      )}
    </div>
  )
}
