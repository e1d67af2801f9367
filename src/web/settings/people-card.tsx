// The people of the account: role, when they were here, what can be done with each.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Input } from '@cloudflare/kumo/components/input'
import { LinkIcon } from '@phosphor-icons/react/dist/csr/Link'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { UserPlusIcon } from '@phosphor-icons/react/dist/csr/UserPlus'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { Member } from '../../contract/member.ts'
import { membersQuery } from '../api/settings-queries.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatDuration } from '../view/units.ts'
import { secondsSince } from './ago.ts'
import type { MemberTask } from './member-dialogs.tsx'
import { RoleBadge } from './role-badge.tsx'

const MemberDialog = lazyPart(() => import('./member-dialogs.tsx'), 'MemberDialog')

const text = settingsMessages.members
const shownMembers = 50
// Fewer are found faster by looking.
const worthFiltering = 9

function presence({ joined, last_seen_at: seen }: Member, now: number): string {
  if (!joined) return text.invited
  if (seen === null) return text.never
  const ago = secondsSince(seen, now)
  return ago === undefined ? text.seenNow : text.seen(formatDuration(ago))
}

function factsOf(member: Member): string {
  const { joined, has_password: password, sessions, tokens } = member
  const facts = [
    ...(sessions > 0 ? [text.browsers(sessions)] : []),
    ...(tokens > 0 ? [text.tokens(tokens)] : []),
    ...(joined && !password ? [text.noPassword] : []),
  ]
  return facts.join(' · ')
}

interface MemberRowProps {
  readonly member: Member
  readonly now: number
  readonly onTask: (task: MemberTask) => void
}

function MemberMenu({ member, onTask }: Omit<MemberRowProps, 'now'>) {
  return (
    <ActionsMenu label={text.actions(member.user.name)}>
      <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => onTask({ kind: 'edit', member })}>
        {text.edit}
      </DropdownMenu.Item>
      <DropdownMenu.Item icon={LinkIcon} onClick={() => onTask({ kind: 'link', member })}>
        {text.link}
      </DropdownMenu.Item>
      <DropdownMenu.Separator />
      <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => onTask({ kind: 'remove', member })}>
        {text.remove}
      </DropdownMenu.Item>
    </ActionsMenu>
  )
}

function MemberRow({ member, now, onTask }: MemberRowProps) {
  const { user, role, you, joined } = member
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1.5 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0 md:grid-cols-[minmax(0,5fr)_8rem_minmax(0,4fr)_auto]">
      <span className="flex min-w-0 flex-col">
        <span className="flex flex-wrap items-center gap-2 font-medium break-words text-kumo-default">
          {user.name}
          {you && <Badge variant="success">{text.you}</Badge>}
        </span>
        <span className="text-sm break-all text-kumo-subtle">{user.email}</span>
      </span>
      <span className="order-3 md:order-none">
        <RoleBadge role={role} />
      </span>
      <span className="order-4 col-span-2 flex min-w-0 flex-col text-sm text-kumo-subtle md:order-none md:col-span-1">
        <span className={joined ? 'text-kumo-default' : 'text-kumo-warning'}>{presence(member, now)}</span>
        <span>{factsOf(member)}</span>
      </span>
      <MemberMenu member={member} onTask={onTask} />
    </li>
  )
}

function matches({ user }: Member, wanted: string): boolean {
  return `${user.name} ${user.email}`.toLowerCase().includes(wanted.trim().toLowerCase())
}

function MemberList({ members, onTask }: { readonly members: readonly Member[]; readonly onTask: MemberRowProps['onTask'] }) {
  const [wanted, setWanted] = useState('')
  const now = useNow(10)
  const found = members.filter((member) => matches(member, wanted))
  return (
    <>
      {members.length >= worthFiltering && (
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
      {found.length === 0 && <Nothing>{text.nobody}</Nothing>}
      <ShortList items={found} length={shownMembers}>
        {(shown) => (
          <ul>
            {shown.map((member) => (
              <MemberRow key={member.user.id} member={member} now={now} onTask={onTask} />
            ))}
          </ul>
        )}
      </ShortList>
    </>
  )
}

export function PeopleCard() {
  const members = useQuery(membersQuery(useAccount()))
  const [task, setTask] = useState<MemberTask>()
  return (
    <Card
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={members} />
          <Button size="sm" variant="primary" icon={UserPlusIcon} onClick={() => setTask({ kind: 'invite' })}>
            {text.invite}
          </Button>
        </span>
      }
      flush
    >
      <WithAnswer query={members}>{(all) => <MemberList members={all} onTask={setTask} />}</WithAnswer>
      <Suspense fallback={null}>{task !== undefined && <MemberDialog task={task} onClose={() => setTask(undefined)} />}</Suspense>
    </Card>
  )
}
