// The browsers that somebody is signed in with; signs them out.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BrowserSession } from '../../contract/member.ts'
import { endOtherSessions, endSession } from '../api/settings-actions.ts'
import { sessionsQuery } from '../api/settings-queries.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatDayTime, formatDuration } from '../view/units.ts'
import { secondsSince } from './ago.ts'
import { useOwnSession } from './own-session.ts'
import { deviceOf } from './user-agent.ts'
import { useSettingsActions } from './use-settings-actions.ts'

const text = settingsMessages.browsers
const shownSessions = 8

function nameOf({ user_agent: said }: BrowserSession): string {
  const device = deviceOf(said ?? '')
  if (device === undefined) return text.unknown
  return device.system === undefined ? device.browser : text.device(device.browser, device.system)
}

function factsOf(session: BrowserSession, now: number): string {
  const ago = secondsSince(session.used_at, now)
  const used = session.this_one || ago === undefined ? text.usedNow : text.used(formatDuration(ago))
  const opened = text.opened(formatDayTime(Date.parse(session.created_at)), text.with[session.with])
  return [opened, used, text.ends(formatDayTime(Date.parse(session.expires_at)))].join(' · ')
}

interface SessionRowProps {
  readonly session: BrowserSession
  readonly now: number
}

function SessionRow({ session, now }: SessionRowProps) {
  const account = useAccount()
  const { byToken } = useOwnSession()
  const { start, pending } = useSettingsActions()
  const name = nameOf(session)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <span className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2 font-medium text-kumo-default" title={session.user_agent ?? ''}>
          {name}
          {session.this_one && <Badge variant="success">{text.thisOne}</Badge>}
        </span>
        <span className="text-sm text-kumo-subtle tabular-nums">{factsOf(session, now)}</span>
      </span>
      {!session.this_one && (
        <Button
          size="sm"
          aria-label={text.endOf(name)}
          disabled={byToken}
          {...(byToken && { title: settingsMessages.byToken })}
          loading={pending}
          onClick={() => start({ run: () => endSession(account, session.id), title: text.ended(name) })}
        >
          {text.end}
        </Button>
      )}
    </li>
  )
}

function EndOthers({ count }: { readonly count: number }) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [asked, setAsked] = useState(false)
  const close = () => setAsked(false)
  return (
    <>
      <Button size="sm" onClick={() => setAsked(true)}>
        {text.endOthers}
      </Button>
      {asked && (
        <ConfirmDialog
          title={text.endOthersTitle}
          detail={text.endOthersDetail(count)}
          confirm={text.endOthers}
          pending={pending}
          onConfirm={() => start({ run: () => endOtherSessions(account), title: text.othersEnded, done: close })}
          onClose={close}
        />
      )}
    </>
  )
}

export function SessionCard() {
  const sessions = useQuery(sessionsQuery(useAccount()))
  const now = useNow(10)
  const { byToken } = useOwnSession()
  const others = sessions.data?.filter(({ this_one: thisOne }) => !thisOne).length ?? 0
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={sessions} />
          {others > 1 && !byToken && <EndOthers count={others} />}
        </span>
      }
      flush
    >
      <WithAnswer query={sessions}>
        {(all) => (
          <ShortList items={all} length={shownSessions}>
            {(shown) => (
              <ul>
                {shown.map((session) => (
                  <SessionRow key={session.id} session={session} now={now} />
                ))}
              </ul>
            )}
          </ShortList>
        )}
      </WithAnswer>
    </Card>
  )
}
