// The dialogs that withdraw an announcement, approve or reject one, stop everything and let it go on.
import { Radio } from '@cloudflare/kumo/components/radio'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Advertisement } from '../../contract/advertisement.ts'
import { decide, resumeAdvertising, stopAdvertising, withdraw } from '../api/advertisement-actions.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { WhyDialog } from '../shell/why-dialog.tsx'
import { activeCauses } from '../view/advertisement-view.ts'
import { useAdvertisingActions } from './use-advertising-actions.ts'

const text = advertisingMessages
const everything = 'all'

export type AdvertisingTask =
  | { readonly kind: 'withdraw' | 'approve' | 'reject'; readonly advertisement: Advertisement }
  | { readonly kind: 'stop' | 'resume' }

interface TaskProps<T> {
  readonly about: T
  readonly onClose: () => void
}

function WithdrawDialog({ about: advertisement, onClose }: TaskProps<Advertisement>) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const navigate = useNavigate()
  const [refused, setRefused] = useState<Error>()
  const [cause, setCause] = useState(everything)
  const { id, route } = advertisement
  const causes = activeCauses(advertisement)
  const whole = cause === everything
  const again = () => void navigate({ to: '/advertisements', search: { announce: id } })
  const submit = (why: string) =>
    actions.start({
      run: () => withdraw(account, id, why, whole ? undefined : cause),
      title: whole ? text.withdrawal.done(route.prefix) : text.withdrawal.released(route.prefix),
      ...(whole ? { offer: { label: text.withdrawal.again, act: again } } : {}),
      done: onClose,
      failed: setRefused,
    })
  return (
    <WhyDialog
      title={text.withdrawal.title(route.prefix)}
      detail={text.withdrawal.detail}
      submit={text.withdrawal.confirm}
      pending={actions.pending}
      error={refused}
      destructive
      onSubmit={submit}
      onClose={onClose}
    >
      {causes.length > 1 && (
        <Radio.Group legend={text.withdrawal.release} value={cause} onValueChange={(value: string) => setCause(value)}>
          <Radio.Item value={everything} label={text.withdrawal.all} />
          {causes.map((held) => (
            <Radio.Item key={held.id} value={held.id} label={text.withdrawal.one(held.who)} />
          ))}
        </Radio.Group>
      )}
    </WhyDialog>
  )
}

function DecisionDialog({ about: advertisement, kind, onClose }: TaskProps<Advertisement> & { readonly kind: 'approve' | 'reject' }) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const [refused, setRefused] = useState<Error>()
  const { id, route } = advertisement
  const words = text.decision
  const approving = kind === 'approve'
  return (
    <WhyDialog
      title={approving ? words.approveTitle(route.prefix) : words.rejectTitle(route.prefix)}
      detail={approving ? words.approveDetail : words.rejectDetail}
      submit={words[kind]}
      pending={actions.pending}
      error={refused}
      destructive={!approving}
      onSubmit={(why) =>
        actions.start({
          run: () => decide(account, id, kind, why),
          title: approving ? words.approved(route.prefix) : words.rejected(route.prefix),
          done: onClose,
          failed: setRefused,
        })
      }
      onClose={onClose}
    />
  )
}

function StopDialog({ onClose }: Pick<TaskProps<never>, 'onClose'>) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const [refused, setRefused] = useState<Error>()
  const [all, setAll] = useState(false)
  return (
    <WhyDialog
      title={text.stop.title}
      detail={text.stop.detail}
      submit={text.stop.confirm}
      pending={actions.pending}
      error={refused}
      destructive
      onSubmit={(why) =>
        actions.start({ run: () => stopAdvertising(account, why, all), title: text.stop.stopped, done: onClose, failed: setRefused })
      }
      onClose={onClose}
    >
      <SwitchField label={text.stop.withdraw} hint={text.stop.withdrawHint} checked={all} onChange={setAll} />
    </WhyDialog>
  )
}

function ResumeDialog({ onClose }: Pick<TaskProps<never>, 'onClose'>) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const [refused, setRefused] = useState<Error>()
  return (
    <WhyDialog
      title={text.stop.resumeTitle}
      detail={text.stop.resumeDetail}
      submit={text.stop.resumeConfirm}
      pending={actions.pending}
      error={refused}
      onSubmit={(why) =>
        actions.start({ run: () => resumeAdvertising(account, why), title: text.stop.resumed, done: onClose, failed: setRefused })
      }
      onClose={onClose}
    />
  )
}

export function TaskDialog({ task, onClose }: { readonly task: AdvertisingTask; readonly onClose: () => void }) {
  switch (task.kind) {
    case 'withdraw':
      return <WithdrawDialog about={task.advertisement} onClose={onClose} />
    case 'stop':
      return <StopDialog onClose={onClose} />
    case 'resume':
      return <ResumeDialog onClose={onClose} />
    default:
      return <DecisionDialog about={task.advertisement} kind={task.kind} onClose={onClose} />
  }
}
