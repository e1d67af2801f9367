// The tokens: what each may do, when it was used, whether it still works; makes and revokes them.
import { Button } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Input } from '@cloudflare/kumo/components/input'
import { KeyIcon } from '@phosphor-icons/react/dist/csr/Key'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { ApiToken } from '../../contract/member.ts'
import { tokensQuery } from '../api/settings-queries.ts'
import { messages } from '../messages.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { TokenRow } from './token-row.tsx'
import { tokenState } from './token-state.ts'
import { useTokenReason } from './use-token-reason.ts'

const MintDialog = lazyPart(() => import('./mint-dialog.tsx'), 'MintDialog')
const RevokeDialog = lazyPart(() => import('./revoke-dialog.tsx'), 'RevokeDialog')

const text = tokenMessages
const shownTokens = 50
// Fewer are found faster by looking.
const worthFiltering = 9

type Task = { readonly kind: 'mint' } | { readonly kind: 'revoke'; readonly token: ApiToken }

function matches({ name, user, id }: ApiToken, wanted: string): boolean {
  return `${name} ${user.name} ${user.email} ${id}`.toLowerCase().includes(wanted.trim().toLowerCase())
}

interface TokenListProps {
  readonly tokens: readonly ApiToken[]
  readonly onTask: (task: Task) => void
}

function TokenList({ tokens, onTask }: TokenListProps) {
  const [wanted, setWanted] = useState('')
  const [all, setAll] = useState(false)
  const now = useNow(10)
  const usable = tokens.filter((token) => tokenState(token, now) === 'usable')
  const ended = tokens.length - usable.length
  const found = (all ? tokens : usable).filter((token) => matches(token, wanted))
  return (
    <>
      {tokens.length >= worthFiltering && (
        <div className="border-b border-kumo-hairline p-3">
          <Input
            className="w-full"
            type="search"
            aria-label={text.filter}
            placeholder={text.filter}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </div>
      )}
      {found.length === 0 && <Nothing>{wanted === '' ? text.noneUsable : text.noneFound}</Nothing>}
      <ShortList items={found} length={shownTokens}>
        {(shown) => (
          <ul>
            {shown.map((token) => (
              <TokenRow key={token.id} token={token} now={now} onRevoke={() => onTask({ kind: 'revoke', token })} />
            ))}
          </ul>
        )}
      </ShortList>
      {ended > 0 && (
        <div className="border-t border-kumo-hairline p-2">
          <Button variant="ghost" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? messages.shell.fewer : text.showEnded(ended)}
          </Button>
        </div>
      )}
    </>
  )
}

function MintButton({ onMint }: { readonly onMint: () => void }) {
  const reason = useTokenReason()
  return (
    <Button
      size="sm"
      variant="primary"
      icon={PlusIcon}
      disabled={reason !== undefined}
      {...(reason !== undefined && { title: reason })}
      onClick={onMint}
    >
      {text.add}
    </Button>
  )
}

function NoTokens({ onMint }: { readonly onMint: () => void }) {
  return (
    <Empty
      size="sm"
      icon={<KeyIcon size={32} className="text-kumo-inactive" aria-hidden />}
      title={text.empty}
      description={text.emptyDetail}
      contents={<MintButton onMint={onMint} />}
    />
  )
}

export function TokenCard() {
  const tokens = useQuery(tokensQuery(useAccount()))
  const [task, setTask] = useState<Task>()
  const mint = () => setTask({ kind: 'mint' })
  const close = () => setTask(undefined)
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={tokens} />
          {(tokens.data?.length ?? 0) > 0 && <MintButton onMint={mint} />}
        </span>
      }
      flush
    >
      <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.intro}</p>
      <WithAnswer query={tokens}>
        {(all) => (all.length === 0 ? <NoTokens onMint={mint} /> : <TokenList tokens={all} onTask={setTask} />)}
      </WithAnswer>
      <Suspense fallback={null}>
        {task?.kind === 'mint' && <MintDialog onClose={close} />}
        {task?.kind === 'revoke' && <RevokeDialog token={task.token} onClose={close} />}
      </Suspense>
    </Card>
  )
}
