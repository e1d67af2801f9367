// Where alerts can go: webhooks and PagerDuty services, and how the last delivery went.
import { Badge } from '@cloudflare/kumo/components/badge'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { deletePagerDuty, deleteWebhook } from '../api/alert-actions.ts'
import { pagerDutyQuery, webhooksQuery, type PagerDutyService, type Webhook } from '../api/alert-queries.ts'
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { useNow } from '../shell/use-now.ts'
import { webhookHost } from '../view/alert-policy.ts'
import { formatDuration } from '../view/units.ts'
import { useAlertActions } from './use-alert-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const WebhookDialog = lazyPart(() => import('./destination-dialogs.tsx'), 'WebhookDialog')
const PagerDutyDialog = lazyPart(() => import('./destination-dialogs.tsx'), 'PagerDutyDialog')

const text = alertMessages.destinations

type Task =
  | { readonly kind: 'webhook'; readonly webhook: Webhook | undefined }
  | { readonly kind: 'pagerduty' }
  | { readonly kind: 'remove'; readonly webhook: Webhook }
  | { readonly kind: 'remove-pagerduty' }

function lastDelivery({ last_success, last_failure }: Webhook, now: number): { text: string; failed: boolean } {
  const success = Date.parse(last_success ?? '')
  const failure = Date.parse(last_failure ?? '')
  const ago = (time: number) => formatDuration((now - time) / 1000)
  if (!Number.isNaN(failure) && !(success > failure)) return { text: text.failed(ago(failure)), failed: true }
  return { text: Number.isNaN(success) ? text.never : text.succeeded(ago(success)), failed: false }
}

const row = 'flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-kumo-hairline px-4 py-2.5 text-base first:border-t-0'

interface WebhookRowProps {
  readonly webhook: Webhook
  readonly now: number
  readonly onTask: (task: Task) => void
}

function WebhookRow({ webhook, now, onTask }: WebhookRowProps) {
  const last = lastDelivery(webhook, now)
  return (
    <li className={row}>
      <span className="flex min-w-0 flex-1 basis-40 flex-col">
        <span className="font-medium break-words text-kumo-default">{webhook.name}</span>
        <span className="truncate text-sm text-kumo-subtle">{webhookHost(webhook)}</span>
      </span>
      <Badge variant="secondary">{text.types[webhook.type] ?? webhook.type}</Badge>
      <span className={`text-sm whitespace-nowrap ${last.failed ? 'text-kumo-danger' : 'text-kumo-subtle'}`}>{last.text}</span>
      <span className="ml-auto flex gap-1">
        <PermittedButton
          scope="notifications:write"
          variant="ghost"
          size="sm"
          shape="square"
          icon={PencilSimpleIcon}
          aria-label={`${text.edit} ${webhook.name}`}
          onClick={() => onTask({ kind: 'webhook', webhook })}
        />
        <PermittedButton
          scope="notifications:write"
          variant="ghost"
          size="sm"
          shape="square"
          icon={TrashIcon}
          aria-label={`${text.remove} ${webhook.name}`}
          onClick={() => onTask({ kind: 'remove', webhook })}
        />
      </span>
    </li>
  )
}

function ServiceRow({ service, onTask }: { readonly service: PagerDutyService; readonly onTask: (task: Task) => void }) {
  return (
    <li className={row}>
      <span className="min-w-0 flex-1 basis-40 font-medium break-words text-kumo-default">{service.name}</span>
      <Badge variant="secondary">{text.types['pagerduty']}</Badge>
      <PermittedButton
        scope="notifications:write"
        className="ml-auto"
        variant="ghost"
        size="sm"
        shape="square"
        icon={TrashIcon}
        aria-label={`${text.remove} ${service.name}`}
        onClick={() => onTask({ kind: 'remove-pagerduty' })}
      />
    </li>
  )
}

function TaskDialog({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useAlertActions()
  if (task.kind === 'webhook') return <WebhookDialog webhook={task.webhook} onClose={onClose} />
  if (task.kind === 'pagerduty') return <PagerDutyDialog onClose={onClose} />
  const all = task.kind === 'remove-pagerduty'
  const name = all ? (text.types['pagerduty'] ?? '') : task.webhook.name
  const run = () => (all ? deletePagerDuty(account) : deleteWebhook(account, task.webhook.id))
  return (
    <ConfirmDialog
      title={all ? text.removeAllTitle : text.removeTitle(name)}
      detail={all ? `${text.removeAllDetail} ${text.removeDetail}` : text.removeDetail}
      confirm={text.removeConfirm}
      pending={actions.pending}
      onConfirm={() => actions.start({ run, title: text.removed(name), done: onClose })}
      onClose={onClose}
    />
  )
}

export function DestinationCard() {
  const account = useAccount()
  const webhooks = useQuery(webhooksQuery(account))
  const services = useQuery(pagerDutyQuery(account)).data ?? []
  const [task, setTask] = useState<Task>()
  const now = useNow(10)
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={webhooks} />
          <PermittedButton
            scope="notifications:write"
            size="sm"
            icon={PlusIcon}
            onClick={() => setTask({ kind: 'webhook', webhook: undefined })}
          >
            {text.addWebhook}
          </PermittedButton>
          <PermittedButton scope="notifications:write" size="sm" icon={PlusIcon} onClick={() => setTask({ kind: 'pagerduty' })}>
            {text.addPagerDuty}
          </PermittedButton>
        </span>
      }
      flush
    >
      <WithAnswer query={webhooks}>
        {(all) =>
          all.length + services.length === 0 ? (
            <Nothing>
              <span className="block font-medium text-kumo-default">{text.empty}</span>
              {text.emptyDetail}
            </Nothing>
          ) : (
            <ul>
              {all.map((webhook) => (
                <WebhookRow key={webhook.id} webhook={webhook} now={now} onTask={setTask} />
              ))}
              {services.map((service) => (
                <ServiceRow key={service.id} service={service} onTask={setTask} />
              ))}
            </ul>
          )
        }
      </WithAnswer>
      <Suspense fallback={null}>{task !== undefined && <TaskDialog task={task} onClose={() => setTask(undefined)} />}</Suspense>
    </Card>
  )
}
