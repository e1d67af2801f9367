// The accounts: shows another one, makes a new one, renames the one that is shown.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { accountsQuery } from '../api/queries.ts'
import type { Account } from '../api/settings-actions.ts'
import { settingsMessages } from '../messages/settings.ts'
import { switchAccount, useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { useMay } from '../shell/use-may.ts'

const AccountDialog = lazyPart(() => import('./account-dialog.tsx'), 'AccountDialog')

const text = settingsMessages.accountList

interface AccountRowProps {
  readonly account: Account
  readonly onRename: () => void
}

function AccountRow({ account: { id, name }, onRename }: AccountRowProps) {
  const shown = useAccount() === id
  const may = useMay('admin')
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <span className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2 font-medium break-words text-kumo-default">
          {name}
          {shown && <Badge variant="success">{text.shown}</Badge>}
        </span>
        <span className="text-sm break-all text-kumo-subtle">{text.id(id)}</span>
      </span>
      {shown ? (
        may !== false && (
          <Button size="sm" aria-label={text.renameTitle(name)} onClick={onRename}>
            {text.rename}
          </Button>
        )
      ) : (
        <Button size="sm" aria-label={text.showOf(name)} onClick={() => switchAccount(id)}>
          {text.show}
        </Button>
      )}
    </li>
  )
}

export function AccountCard() {
  const accounts = useQuery(accountsQuery)
  const [task, setTask] = useState<Account | 'new'>()
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={accounts} />
          <PermittedButton scope="admin" size="sm" icon={PlusIcon} onClick={() => setTask('new')}>
            {text.add}
          </PermittedButton>
        </span>
      }
      flush
    >
      <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.about}</p>
      <WithAnswer query={accounts}>
        {(all) => (
          <ul>
            {all.map((account) => (
              <AccountRow key={account.id} account={account} onRename={() => setTask(account)} />
            ))}
          </ul>
        )}
      </WithAnswer>
      <Suspense fallback={null}>
        {task !== undefined && <AccountDialog account={task === 'new' ? undefined : task} onClose={() => setTask(undefined)} />}
      </Suspense>
    </Card>
  )
}
