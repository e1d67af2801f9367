// The registered prefixes: what may be announced at all, by whom, and to whom.
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { addPrefix, changePrefix, removePrefix } from '../api/advertisement-actions.ts'
import { ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ownedPrefixAgain } from '../view/owned-prefix-form.ts'
import { AdvertisingFrame } from './advertising-frame.tsx'
import { NoPrefixes } from './no-prefixes.tsx'
import { PrefixRows, type PrefixTask } from './prefix-rows.tsx'
import { useAdvertisingActions } from './use-advertising-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const PrefixDialog = lazyPart(() => import('./prefix-dialog.tsx'), 'PrefixDialog')
const WhyDialog = lazyPart(() => import('../shell/why-dialog.tsx'), 'WhyDialog')

const text = advertisingMessages.prefixes

/** What is open: the form of a prefix, new or not, or the question why one is locked. */
type Open = { readonly kind: 'form'; readonly owned: OwnedPrefix | undefined } | { readonly kind: 'lock'; readonly owned: OwnedPrefix }

function LockDialog({ owned, onClose }: { readonly owned: OwnedPrefix; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const [refused, setRefused] = useState<Error>()
  const lock = (why: string) => changePrefix(account, owned.id, { locked: true, lock_reason: why })
  return (
    <WhyDialog
      title={text.lockTitle(owned.cidr)}
      detail={text.lockDetail}
      submit={text.lockConfirm}
      pending={actions.pending}
      error={refused}
      onSubmit={(why) => actions.start({ run: () => lock(why), title: text.locked(owned.cidr), done: onClose, failed: setRefused })}
      onClose={onClose}
    />
  )
}

/** What is done without a dialog, with Undo. */
function useQuickTasks() {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const remove = (owned: OwnedPrefix) => {
    const restore = () => actions.start({ run: () => addPrefix(account, ownedPrefixAgain(owned)), title: text.restored(owned.cidr) })
    actions.start({
      run: () => removePrefix(account, owned.id),
      title: text.removed(owned.cidr),
      description: text.removedDetail,
      offer: { label: messages.undo, act: restore },
    })
  }
  const unlock = ({ id, cidr, lock_reason }: OwnedPrefix) => {
    const again = () => actions.start({ run: () => changePrefix(account, id, { locked: true, lock_reason }), title: text.locked(cidr) })
    actions.start({
      run: () => changePrefix(account, id, { locked: false, lock_reason: '' }),
      title: text.unlocked(cidr),
      offer: { label: messages.undo, act: again },
    })
  }
  return { remove, unlock }
}

export function PrefixesPage() {
  useTitle(text.title)
  const prefixes = useQuery(ownedPrefixesQuery(useAccount()))
  const navigate = useNavigate()
  const [open, setOpen] = useState<Open>()
  const { remove, unlock } = useQuickTasks()
  const start = (task: PrefixTask, owned: OwnedPrefix) => {
    if (task === 'announce') void navigate({ to: '/advertisements', search: { announce: owned.cidr } })
    else if (task === 'remove') remove(owned)
    else if (task === 'unlock') unlock(owned)
    else setOpen({ kind: task === 'edit' ? 'form' : 'lock', owned })
  }
  const close = () => setOpen(undefined)
  const some = (prefixes.data?.length ?? 0) > 0
  return (
    <AdvertisingFrame>
      <Card
        title={text.title}
        actions={
          <span className="flex flex-wrap items-center gap-2">
            <Stale query={prefixes} />
            {some && (
              <PermittedButton scope="prefixes:write" size="sm" icon={PlusIcon} onClick={() => setOpen({ kind: 'form', owned: undefined })}>
                {text.add}
              </PermittedButton>
            )}
          </span>
        }
        flush
      >
        <WithAnswer query={prefixes}>
          {(all) =>
            all.length === 0 ? (
              <NoPrefixes />
            ) : (
              <>
                <p className="px-4 py-3 text-base text-kumo-subtle">{text.intro}</p>
                <PrefixRows prefixes={all} onTask={start} />
              </>
            )
          }
        </WithAnswer>
      </Card>
      <Suspense fallback={null}>
        {open?.kind === 'form' && <PrefixDialog owned={open.owned} onClose={close} />}
        {open?.kind === 'lock' && <LockDialog owned={open.owned} onClose={close} />}
      </Suspense>
    </AdvertisingFrame>
  )
}
