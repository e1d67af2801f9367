// The policies: what they tell of, whom, whether they are on; test, silence, edit and delete.
import { Badge } from '@cloudflare/kumo/components/badge'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Switch } from '@cloudflare/kumo/components/switch'
import { BellIcon } from '@phosphor-icons/react/dist/csr/Bell'
import { BellSlashIcon } from '@phosphor-icons/react/dist/csr/BellSlash'
import { PaperPlaneTiltIcon } from '@phosphor-icons/react/dist/csr/PaperPlaneTilt'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { deletePolicy, savePolicy, testPolicy, type PolicyFields } from '../api/alert-actions.ts'
import { availableAlertsQuery, pagerDutyQuery, policiesQuery, silencesQuery, webhooksQuery, type Policy } from '../api/alert-queries.ts'
import { messages } from '../messages.ts'
import { alertMessages } from '../messages/alerts.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import type { Actions } from '../shell/use-actions.ts'
import { useNow } from '../shell/use-now.ts'
import { destinationNames, silencedNow, type Destinations } from '../view/alert-policy.ts'
import { useAlertActions } from './use-alert-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton, useRefusal } from '../shell/permitted.tsx'

const PolicyDialog = lazyPart(() => import('./policy-dialog.tsx'), 'PolicyDialog')
const SilenceDialog = lazyPart(() => import('./silence-dialog.tsx'), 'SilenceDialog')

const text = alertMessages.policies

type Task = { readonly kind: 'edit' | 'remove' | 'silence'; readonly policy: Policy } | { readonly kind: 'add' }

/** The whole policy, as PUT wants it. */
function fieldsOf(policy: Policy, enabled: boolean): PolicyFields {
  const { name, alert_type, description, alert_interval, mechanisms } = policy
  const interval = typeof alert_interval === 'string' && alert_interval !== '' ? { alert_interval } : {}
  return { name, alert_type, enabled, description: description ?? '', ...interval, mechanisms, filters: {} }
}

interface RowProps {
  readonly policy: Policy
  readonly destinations: Destinations
  readonly type: string
  readonly silenced: boolean
  readonly actions: Actions
  readonly onTask: (task: Task) => void
}

function PolicyMenu({ policy, actions, onTask }: Pick<RowProps, 'policy' | 'actions' | 'onTask'>) {
  const account = useAccount()
  const test = () =>
    actions.start({ run: () => testPolicy(account, policy.id), title: text.tested(policy.name), description: text.testedDetail })
  return (
    <ActionsMenu scopes={['notifications:write']} label={text.actions(policy.name)}>
      <DropdownMenu.Item icon={PaperPlaneTiltIcon} onClick={test}>
        {text.test}
      </DropdownMenu.Item>
      <DropdownMenu.Item icon={BellSlashIcon} onClick={() => onTask({ kind: 'silence', policy })}>
        {text.silence}
      </DropdownMenu.Item>
      <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => onTask({ kind: 'edit', policy })}>
        {text.edit}
      </DropdownMenu.Item>
      <DropdownMenu.Separator />
      <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => onTask({ kind: 'remove', policy })}>
        {text.remove}
      </DropdownMenu.Item>
    </ActionsMenu>
  )
}

function PolicyRow({ policy, destinations, type, silenced, actions, onTask }: RowProps) {
  const account = useAccount()
  const refusal = useRefusal('notifications:write')
  const names = destinationNames(policy, destinations)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0 md:grid-cols-[minmax(0,3fr)_minmax(0,3fr)_minmax(0,3fr)_auto]">
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <span className="min-w-0 font-medium break-words text-kumo-default">{policy.name}</span>
        {silenced && <Badge variant="warning">{text.silenced}</Badge>}
      </span>
      <span className="order-3 col-span-2 text-kumo-subtle md:order-none md:col-span-1 md:text-kumo-default">{type}</span>
      <span className="order-4 col-span-2 min-w-0 break-words text-kumo-subtle md:order-none md:col-span-1">
        {names.length === 0 ? text.nobody : messages.list(names)}
      </span>
      <span className="flex items-center gap-2">
        <Switch
          size="sm"
          aria-label={text.switchOf(policy.name)}
          checked={policy.enabled}
          disabled={refusal !== undefined}
          title={refusal}
          onCheckedChange={(enabled) => actions.start({ run: () => savePolicy(account, policy.id, fieldsOf(policy, enabled)) })}
        />
        <PolicyMenu policy={policy} actions={actions} onTask={onTask} />
      </span>
    </li>
  )
}

function TaskDialog({ task, actions, onClose }: { readonly task: Task; readonly actions: Actions; readonly onClose: () => void }) {
  const account = useAccount()
  if (task.kind === 'add') return <PolicyDialog policy={undefined} onClose={onClose} />
  const { policy } = task
  if (task.kind === 'edit') return <PolicyDialog policy={policy} onClose={onClose} />
  if (task.kind === 'silence') return <SilenceDialog policy={policy.id} onClose={onClose} />
  const remove = () => actions.start({ run: () => deletePolicy(account, policy.id), title: text.removed(policy.name), done: onClose })
  return (
    <ConfirmDialog
      title={text.removeTitle(policy.name)}
      detail={text.removeDetail}
      confirm={text.removeConfirm}
      pending={actions.pending}
      onConfirm={remove}
      onClose={onClose}
    />
  )
}

function NoPolicies({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <Empty
      size="sm"
      icon={<BellIcon size={32} className="text-kumo-inactive" aria-hidden />}
      title={text.empty}
      description={text.emptyDetail}
      contents={
        <PermittedButton scope="notifications:write" variant="primary" icon={PlusIcon} onClick={onAdd}>
          {text.add}
        </PermittedButton>
      }
    />
  )
}

export function PolicyCard() {
  const account = useAccount()
  const policies = useQuery(policiesQuery(account))
  const webhooks = useQuery(webhooksQuery(account)).data ?? []
  const pagerduty = useQuery(pagerDutyQuery(account)).data ?? []
  const silences = useQuery(silencesQuery(account)).data ?? []
  const types = useQuery(availableAlertsQuery(account)).data ?? []
  const actions = useAlertActions()
  const [task, setTask] = useState<Task>()
  const now = useNow(10)
  const add = () => setTask({ kind: 'add' })
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={policies} />
          <PermittedButton scope="notifications:write" size="sm" icon={PlusIcon} onClick={add}>
            {text.add}
          </PermittedButton>
        </span>
      }
      flush
    >
      <WithAnswer query={policies}>
        {(all) =>
          all.length === 0 ? (
            <NoPolicies onAdd={add} />
          ) : (
            <ul>
              {all.map((policy) => (
                <PolicyRow
                  key={policy.id}
                  policy={policy}
                  destinations={{ webhooks, pagerduty }}
                  type={serverText(types.find(({ type }) => type === policy.alert_type)?.display_name ?? policy.alert_type)}
                  silenced={silencedNow(policy.id, silences, now)}
                  actions={actions}
                  onTask={setTask}
                />
              ))}
            </ul>
          )
        }
      </WithAnswer>
      <Suspense fallback={null}>
        {task !== undefined && <TaskDialog task={task} actions={actions} onClose={() => setTask(undefined)} />}
      </Suspense>
    </Card>
  )
}
