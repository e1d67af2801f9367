// One token of the list.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { useQuery } from '@tanstack/react-query'
import type { ApiToken } from '../../contract/member.ts'
import { meQuery } from '../api/settings-queries.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { useAccount } from '../shell/account.ts'
import { formatDate, formatDuration } from '../view/units.ts'
import { secondsSince } from './ago.ts'
import { presetOf, shortest } from './token-form.ts'
import { endsSoon, tokenState } from './token-state.ts'
import { useTokenReason } from './use-token-reason.ts'

const text = tokenMessages
const timeOf = (time: string) => formatDate(Date.parse(time))

interface TokenRowProps {
  readonly token: ApiToken
  readonly now: number
  readonly onRevoke: () => void
}

function State({ token, now }: Omit<TokenRowProps, 'onRevoke'>) {
  const state = tokenState(token, now)
  if (state !== 'usable') return <Badge variant="secondary">{text.states[state]}</Badge>
  const soon = endsSoon(token, now)
  if (soon !== undefined) return <Badge variant="warning">{text.endsIn(formatDuration(soon))}</Badge>
  // Most work: only what needs a thought is marked.
  return null
}

function lifeOf({ revoked_at: revoked, expires_at: expires }: ApiToken, now: number): string {
  if (revoked !== null) return text.revokedOn(timeOf(revoked))
  if (expires === null) return text.forever
  return Date.parse(expires) <= now ? text.endedOn(timeOf(expires)) : text.ends(timeOf(expires))
}

function useOf({ last_used_at: used }: ApiToken, now: number): string {
  if (used === null) return text.unused
  const ago = secondsSince(used, now)
  return ago === undefined ? text.usedNow : text.used(formatDuration(ago))
}

/** Short where it is a preset; otherwise each scope by the name that the API has for it. */
function Scopes({ token: { scopes } }: { readonly token: ApiToken }) {
  const preset = presetOf(scopes)
  if (preset !== undefined) return <span className="text-kumo-default">{text.mint.presets[preset]}</span>
  return (
    <span className="flex flex-wrap gap-x-2 gap-y-0.5 font-mono text-sm text-kumo-default">
      {shortest(scopes).map((scope) => (
        <span key={scope} title={text.scopes[scope]}>
          {scope}
        </span>
      ))}
    </span>
  )
}

export function TokenRow({ token, now, onRevoke }: TokenRowProps) {
  const me = useQuery(meQuery(useAccount())).data
  const reason = useTokenReason()
  const { name, kind, user, created_at: created } = token
  const whose = user.id === me?.user.id ? text.yours : text.of(user.name)
  const facts = [useOf(token, now), lifeOf(token, now), text.made(timeOf(created)), whose].join(' · ')
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1.5 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0 md:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_5.5rem]">
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2 font-medium break-words text-kumo-default">
          {name}
          <State token={token} now={now} />
          {kind === 'key' && <Badge variant="outline">{text.key}</Badge>}
        </span>
        <span className="text-sm text-kumo-subtle tabular-nums">{facts}</span>
      </span>
      <span className="order-3 col-span-2 min-w-0 md:order-none md:col-span-1">
        <Scopes token={token} />
      </span>
      <span className="flex justify-end">
        {tokenState(token, now) === 'usable' && (
          <Button
            size="sm"
            aria-label={text.revokeOf(name)}
            disabled={reason !== undefined}
            {...(reason !== undefined && { title: reason })}
            onClick={onRevoke}
          >
            {text.revoke}
          </Button>
        )}
      </span>
    </li>
  )
}
