// Questions that are kept under a name: one's own and those that others share.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { BookmarkSimpleIcon } from '@phosphor-icons/react/dist/csr/BookmarkSimple'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { SavedQuestion } from '../../contract/saved-question.ts'
import { savedQuestionsQuery } from '../api/saved-questions.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { explain } from '../shell/failure.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { searchOf } from '../view/saved-question.ts'

const SaveDialog = lazyPart(() => import('./saved-dialogs.tsx'), 'SaveDialog')
const ManageDialog = lazyPart(() => import('./saved-dialogs.tsx'), 'ManageDialog')

const text = exploreMessages.saved
/** More are found in the dialog, which scrolls. */
const mostItems = 12

interface ItemProps {
  readonly question: SavedQuestion
  readonly current: string
  readonly onOpen: () => void
}

function Item({ question, current, onOpen }: ItemProps) {
  const { name, search, shared, owner } = question
  return (
    <DropdownMenu.Item onClick={onOpen} {...(search === current ? { 'aria-current': true } : {})}>
      <span className="flex min-w-0 flex-col">
        <span className={`truncate ${search === current ? 'font-medium' : ''}`}>{name}</span>
        {shared && <span className="truncate text-sm text-kumo-subtle">{text.sharedBy(owner.name)}</span>}
      </span>
    </DropdownMenu.Item>
  )
}

export function SavedMenu() {
  const [dialog, setDialog] = useState<'save' | 'manage'>()
  const { data = [], error, isPending } = useQuery(savedQuestionsQuery(useAccount()))
  const current = useLocation({ select: ({ searchStr }) => searchOf(searchStr) })
  const navigate = useNavigate()
  const open = (search: string) => void navigate({ href: `/explore${search === '' ? '' : `?${search}`}` })
  const close = () => setDialog(undefined)
  return (
    <>
      <DropdownMenu>
        <DropdownMenu.Trigger render={<Button icon={BookmarkSimpleIcon} />}>{text.menu}</DropdownMenu.Trigger>
        <DropdownMenu.Content align="end" className="max-w-80">
          {data.slice(0, mostItems).map((question) => (
            <Item key={question.id} question={question} current={current} onOpen={() => open(question.search)} />
          ))}
          {data.length === 0 && (
            <DropdownMenu.Group>
              <DropdownMenu.Label className="font-normal whitespace-normal text-kumo-subtle">
                {error === null ? (isPending ? messages.loading : text.none) : explain(error).fix}
              </DropdownMenu.Label>
            </DropdownMenu.Group>
          )}
          <DropdownMenu.Separator />
          <DropdownMenu.Item onClick={() => setDialog('save')}>{text.save}</DropdownMenu.Item>
          {data.length > 0 && <DropdownMenu.Item onClick={() => setDialog('manage')}>{text.manage}</DropdownMenu.Item>}
        </DropdownMenu.Content>
      </DropdownMenu>
      <Suspense fallback={null}>
        {dialog === 'save' && <SaveDialog search={current} onClose={close} />}
        {dialog === 'manage' && <ManageDialog questions={data} onClose={close} />}
      </Suspense>
    </>
  )
}
