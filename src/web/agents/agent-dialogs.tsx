// The dialogs that change an agent's name and its always-on samples, and that remove it.
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import type { AgentSummary } from '../../contract/agent.ts'
import { changeAgent, removeAgent } from '../api/agents.ts'
import { useCaptureActions } from '../captures/use-capture-actions.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'

const text = captureMessages.agents
const mostSampling = 1_000_000
const longestName = 255

export interface AgentTask {
  readonly kind: 'edit' | 'remove'
  readonly agent: AgentSummary
}

interface DialogProps {
  readonly agent: AgentSummary
  readonly onClose: () => void
}

/** 0 for nothing, undefined for what makes no sense. */
function readSampling(typed: string): number | undefined {
  const trimmed = typed.trim()
  if (trimmed === '') return 0
  return /^\d{1,7}$/.test(trimmed) && Number(trimmed) <= mostSampling ? Number(trimmed) : undefined
}

function EditDialog({ agent, onClose }: DialogProps) {
  const account = useAccount()
  const actions = useCaptureActions()
  const [name, setName] = useState(agent.name)
  const [sampling, setSampling] = useState(agent.always_on_sampling === 0 ? '' : String(agent.always_on_sampling))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const rate = readSampling(sampling)
  const submit = () => {
    setTried(true)
    if (name.trim() === '' || rate === undefined) return
    actions.start({
      run: () => changeAgent(account, agent.id, { name: name.trim(), always_on_sampling: rate }),
      title: text.saved(name.trim()),
      done: onClose,
      failed: setRefused,
    })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.editTitle(agent.name)}
      submit={messages.save}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <Input
        label={text.name}
        className="w-full"
        spellCheck={false}
        maxLength={longestName}
        value={name}
        onChange={(event) => setName(event.target.value)}
        {...fieldProblem(tried && name.trim() === '' && text.nameWrong)}
      />
      <Input
        label={text.sampling}
        description={text.samplingHint}
        className="w-full"
        inputMode="numeric"
        value={sampling}
        onChange={(event) => setSampling(event.target.value)}
        {...fieldProblem(tried && rate === undefined && text.samplingWrong)}
      />
    </FormDialog>
  )
}

function RemoveDialog({ agent, onClose }: DialogProps) {
  const account = useAccount()
  const actions = useCaptureActions()
  return (
    <ConfirmDialog
      title={text.removeTitle(agent.name)}
      detail={text.removeDetail}
      confirm={text.removeConfirm}
      pending={actions.pending}
      onConfirm={() => actions.start({ run: () => removeAgent(account, agent.id), title: text.removed(agent.name), done: onClose })}
      onClose={onClose}
    />
  )
}

export function AgentDialog({ task, onClose }: { readonly task: AgentTask; readonly onClose: () => void }) {
  return task.kind === 'edit' ? <EditDialog agent={task.agent} onClose={onClose} /> : <RemoveDialog agent={task.agent} onClose={onClose} />
}
