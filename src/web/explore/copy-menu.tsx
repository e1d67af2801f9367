// The same question for other programs, onto the clipboard: SQL, GraphQL, curl, the command, and the link to this page.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { CopyIcon } from '@phosphor-icons/react/dist/csr/Copy'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { flowStatementsQuery } from '../api/flow-question-queries.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { copyToClipboard } from '../shell/clipboard.ts'
import { explain } from '../shell/failure.tsx'
import { questionOf, type ExploreState } from '../view/explore-search.ts'

const text = exploreMessages.copy

export function CopyMenu({ state }: { readonly state: ExploreState }) {
  const [open, setOpen] = useState(false)
  const toasts = useKumoToastManager()
  const navigate = useNavigate()
  const { data, error } = useQuery({ ...flowStatementsQuery(useAccount(), questionOf(state)), enabled: open })
  const copy = async (what: string, written: string) => {
    if (await copyToClipboard(written)) toasts.add({ variant: 'success', title: text.copied(what) })
    else toasts.add({ variant: 'error', title: text.failed, description: text.failedDetail })
  }
  const item = (what: string, written: string | null | undefined) => (
    <DropdownMenu.Item disabled={typeof written !== 'string'} onClick={() => void copy(what, written ?? '')}>
      {what}
    </DropdownMenu.Item>
  )
  const query = data?.graphql
  const reason = error === null ? data?.graphql_reason : explain(error).fix
  return (
    <DropdownMenu open={open} onOpenChange={setOpen}>
      <DropdownMenu.Trigger render={<Button icon={CopyIcon} />}>{text.menu}</DropdownMenu.Trigger>
      <DropdownMenu.Content align="end" className="max-w-80">
        {item(text.link, location.href)}
        {item(text.sql, data?.sql)}
        {item(text.graphql, query)}
        {item(text.curl, data?.curl)}
        {item(text.command, data?.command)}
        <DropdownMenu.Separator />
        <DropdownMenu.Item
          disabled={typeof query !== 'string'}
          onClick={() => void navigate({ to: '/graphiql', search: { query: query ?? '' } })}
        >
          {text.graphiql}
        </DropdownMenu.Item>
        {typeof reason === 'string' && (
          <DropdownMenu.Group>
            <DropdownMenu.Label className="font-normal whitespace-normal text-kumo-subtle">{reason}</DropdownMenu.Label>
          </DropdownMenu.Group>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
