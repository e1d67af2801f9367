// The buckets that full captures may go to, and whether each is proven.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Empty } from '@cloudflare/kumo/components/empty'
import { ArchiveIcon } from '@phosphor-icons/react/dist/csr/Archive'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { Bucket } from '../../contract/capture.ts'
import { bucketsQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { formatDayTime } from '../view/units.ts'
import type { BucketTask } from './bucket-dialogs.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const BucketDialog = lazyPart(() => import('./bucket-dialogs.tsx'), 'BucketDialog')

const text = captureMessages.buckets
const tones = { pending: 'warning', success: 'success', failed: 'error' } as const

interface RowProps {
  readonly bucket: Bucket
  readonly onTask: (task: BucketTask) => void
}

function sinceText({ status, validated, submitted }: Bucket): string {
  const proven = status === 'success' && validated !== ''
  return proven ? text.since(formatDayTime(Date.parse(validated))) : text.asked(formatDayTime(Date.parse(submitted)))
}

function BucketRow({ bucket, onTask }: RowProps) {
  const { destination_conf: name, status } = bucket
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <span className="min-w-0 flex-1 basis-60 font-mono text-sm break-all text-kumo-default">{name}</span>
      <span className="flex flex-wrap items-center gap-x-2">
        <Badge appearance="dot" variant={tones[status]}>
          {text.states[status]}
        </Badge>
        <span className="text-sm text-kumo-subtle tabular-nums">{sinceText(bucket)}</span>
      </span>
      <span className="ml-auto flex gap-1">
        {status !== 'success' && (
          <PermittedButton
            scope="captures:write"
            size="sm"
            aria-label={text.proveOf(name)}
            onClick={() => onTask({ kind: 'prove', bucket })}
          >
            {text.prove}
          </PermittedButton>
        )}
        <PermittedButton
          scope="captures:write"
          variant="ghost"
          size="sm"
          shape="square"
          icon={TrashIcon}
          aria-label={text.removeOf(name)}
          onClick={() => onTask({ kind: 'remove', bucket })}
        />
      </span>
    </li>
  )
}

function NoBuckets({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <Empty
      size="sm"
      icon={<ArchiveIcon size={32} className="text-kumo-inactive" aria-hidden />}
      title={text.none}
      description={text.noneDetail}
      contents={
        <PermittedButton scope="captures:write" variant="primary" icon={PlusIcon} onClick={onAdd}>
          {text.add}
        </PermittedButton>
      }
    />
  )
}

export function BucketCard() {
  const buckets = useQuery(bucketsQuery(useAccount()))
  const [task, setTask] = useState<BucketTask>()
  const add = () => setTask({ kind: 'add' })
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={buckets} />
          {(buckets.data?.length ?? 0) > 0 && (
            <PermittedButton scope="captures:write" size="sm" icon={PlusIcon} onClick={add}>
              {text.add}
            </PermittedButton>
          )}
        </span>
      }
      flush
    >
      <WithAnswer query={buckets}>
        {(all) =>
          all.length === 0 ? (
            <NoBuckets onAdd={add} />
          ) : (
            <>
              <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.intro}</p>
              <ul>
                {all.map((bucket) => (
                  <BucketRow key={bucket.id} bucket={bucket} onTask={setTask} />
                ))}
              </ul>
            </>
          )
        }
      </WithAnswer>
      <Suspense fallback={null}>
        {task !== undefined && (
          <BucketDialog task={task} onClose={() => setTask(undefined)} onProve={(bucket) => setTask({ kind: 'prove', bucket })} />
        )}
      </Suspense>
    </Card>
  )
}
