// The silences that hold or are to come.
import { BellSlashIcon } from '@phosphor-icons/react/dist/csr/BellSlash'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { deleteSilence } from '../api/alert-actions.ts'
import { policiesQuery, silencesQuery, type Silence } from '../api/alert-queries.ts'
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import type { Actions } from '../shell/use-actions.ts'
import { useNow } from '../shell/use-now.ts'
import { formatDayTime } from '../view/units.ts'
import { useAlertActions } from './use-alert-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const SilenceDialog = lazyPart(() => import('./silence-dialog.tsx'), 'SilenceDialog')

const text = alertMessages.silences

interface RowProps {
  readonly silence: Silence
  readonly policy: string
  readonly now: number
  readonly actions: Actions
}

function Row({ silence, policy, now, actions }: RowProps) {
  const account = useAccount()
  const start = Date.parse(silence.start_time)
  const end = formatDayTime(Date.parse(silence.end_time))
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-kumo-hairline px-4 py-2.5 text-base first:border-t-0">
      <span className="min-w-0">
        <span className="font-medium break-words text-kumo-default">{policy}</span>{' '}
        <span className="text-kumo-subtle">{start <= now ? text.until(end) : text.from(formatDayTime(start), end)}</span>
      </span>
      <PermittedButton
        scope="notifications:write"
        size="sm"
        variant="ghost"
        aria-label={text.endOf(policy)}
        onClick={() => actions.start({ run: () => deleteSilence(account, silence.id) })}
      >
        {text.end}
      </PermittedButton>
    </li>
  )
}

export function SilenceCard() {
  const account = useAccount()
  const silences = useQuery(silencesQuery(account))
  const policies = useQuery(policiesQuery(account)).data ?? []
  const actions = useAlertActions()
  const [adding, setAdding] = useState(false)
  const now = useNow(10)
  const nameOf = (id: string) => policies.find((policy) => policy.id === id)?.name ?? text.deletedPolicy
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={silences} />
          <PermittedButton
            scope="notifications:write"
            size="sm"
            icon={BellSlashIcon}
            disabled={policies.length === 0}
            onClick={() => setAdding(true)}
          >
            {text.add}
          </PermittedButton>
        </span>
      }
      flush
    >
      <WithAnswer query={silences}>
        {(all) => {
          const lasting = all.filter(({ end_time }) => Date.parse(end_time) > now)
          if (lasting.length === 0) return <Nothing>{text.empty}</Nothing>
          return (
            <ul>
              {lasting.map((silence) => (
                <Row key={silence.id} silence={silence} policy={nameOf(silence.policy_id)} now={now} actions={actions} />
              ))}
            </ul>
          )
        }}
      </WithAnswer>
      <Suspense fallback={null}>{adding && <SilenceDialog policy={undefined} onClose={() => setAdding(false)} />}</Suspense>
    </Card>
  )
}
