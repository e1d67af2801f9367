// Enrols an agent: asks where it is, then shows the code and the command to run there, and waits for it to come.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { Loader } from '@cloudflare/kumo/components/loader'
import { Select } from '@cloudflare/kumo/components/select'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { coloPattern, type AgentEnrolment } from '../../contract/agent.ts'
import { agentsQuery, enrolAgent } from '../api/agents.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { CopyCommand, CopyText } from '../shell/copy-command.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatDuration } from '../view/units.ts'

const text = captureMessages.enrol
const usualMinutes = '15'

interface EnrolDialogProps {
  readonly onClose: () => void
}

function AskStep({ onClose, onMade }: EnrolDialogProps & { readonly onMade: (enrolment: AgentEnrolment) => void }) {
  const account = useAccount()
  const [colo, setColo] = useState('')
  const [minutes, setMinutes] = useState(usualMinutes)
  const [wrong, setWrong] = useState(false)
  const making = useMutation({ mutationFn: () => enrolAgent(account, colo.trim(), Number(minutes)), onSuccess: onMade })
  const submit = () => {
    const fits = coloPattern.test(colo.trim())
    setWrong(!fits)
    if (fits) making.mutate()
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.title}
      submit={text.submit}
      pending={making.isPending}
      error={making.error ?? undefined}
      onSubmit={submit}
    >
      <Input
        label={text.colo}
        description={text.coloHint}
        className="w-full font-mono"
        spellCheck={false}
        autoCapitalize="none"
        value={colo}
        onChange={(event) => setColo(event.target.value)}
        {...fieldProblem(wrong && text.coloWrong)}
      />
      <Select
        className="w-full"
        label={text.minutes}
        items={text.minutesChoices}
        value={minutes}
        onValueChange={(value) => setMinutes(String(value))}
      />
    </FormDialog>
  )
}

/** How it stands: waiting, come, or too late. */
function Arrival({ enrolment, known }: { readonly enrolment: AgentEnrolment; readonly known: readonly string[] }) {
  const { data: agents } = useQuery(agentsQuery(useAccount()))
  const now = useNow(1)
  const come = agents?.find(({ id, colo }) => colo === enrolment.colo && !known.includes(id))
  if (come !== undefined) {
    return (
      <output className="flex items-center gap-2 text-base text-kumo-success">
        <CheckCircleIcon size={20} weight="fill" aria-hidden />
        {text.arrived(come.name)}
      </output>
    )
  }
  const left = (Date.parse(enrolment.expires_at) - now) / 1000
  if (left <= 0) return <Banner size="sm" variant="alert" title={text.over} />
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-base text-kumo-subtle tabular-nums">
      <Loader size="sm" aria-hidden />
      <output>{text.waiting}</output>
      <span>{text.left(formatDuration(left))}</span>
    </p>
  )
}

interface CodeStepProps extends EnrolDialogProps {
  readonly enrolment: AgentEnrolment
  /** Agents that were there before. */
  readonly known: readonly string[]
}

function CodeStep({ enrolment, known, onClose }: CodeStepProps) {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="lg" className="flex max-h-[calc(100dvh-2rem)] flex-col gap-4 overflow-y-auto p-6">
        <Dialog.Title className="text-lg font-semibold text-kumo-default">{text.ready(enrolment.colo)}</Dialog.Title>
        <Dialog.Description className="text-base text-kumo-subtle">{text.readyDetail}</Dialog.Description>
        <p className="flex flex-wrap items-center gap-2 text-base text-kumo-default">
          {text.code}
          <Badge variant="secondary">
            <span className="font-mono tracking-wide">{enrolment.code}</span>
          </Badge>
        </p>
        <CopyText text={enrolment.command} />
        <div className="flex flex-col items-start gap-1.5 text-base text-kumo-subtle">
          {text.next}
          <CopyCommand command={text.nextCommand} />
        </div>
        <Arrival enrolment={enrolment} known={known} />
        <div className="flex justify-end">
          <Dialog.Close render={<Button variant="primary" />}>{text.done}</Dialog.Close>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}

export function EnrolDialog({ onClose }: EnrolDialogProps) {
  const { data: agents } = useQuery(agentsQuery(useAccount()))
  const [made, setMade] = useState<Pick<CodeStepProps, 'enrolment' | 'known'>>()
  if (made === undefined) {
    return <AskStep onClose={onClose} onMade={(enrolment) => setMade({ enrolment, known: (agents ?? []).map(({ id }) => id) })} />
  }
  return <CodeStep {...made} onClose={onClose} />
}
