// Which lines of the audit log are shown: about what, by whom, since when.
import { Button } from '@cloudflare/kumo/components/button'
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../api/settings-queries.ts'
import { auditMessages } from '../messages/audit.ts'
import { useAccount } from '../shell/account.ts'
import { nounName } from './audit-sentence.ts'
import { actionChoices, spanNames, type AuditSearch } from './audit-search.ts'

const text = auditMessages
// Select's items take no empty key.
const all = 'all'
const orEmpty = (value: unknown) => (value === all ? '' : String(value))

interface AuditFiltersProps {
  readonly search: AuditSearch
  /** That there are in this account. */
  readonly actions: readonly string[]
  readonly onChange: (change: Partial<AuditSearch>) => void
}

export function AuditFilters({ search, actions, onChange }: AuditFiltersProps) {
  const members = useQuery(membersQuery(useAccount())).data ?? []
  const about = actionChoices(actions, search.action).map((action) => ({
    value: action,
    label: action.endsWith('.') ? nounName(action.slice(0, -1)) : <span className="pl-3 font-mono text-sm">{action}</span>,
  }))
  const people = members.map(({ user }) => ({ value: user.id, label: user.name }))
  const stranger = search.user !== '' && !members.some(({ user }) => user.id === search.user)
  const filtered = search.action !== '' || search.user !== '' || search.since !== 'any'
  return (
    <fieldset className="flex flex-wrap items-end gap-3 border-b border-kumo-hairline p-3">
      <legend className="sr-only">{text.filters}</legend>
      <Select
        className="w-48"
        label={text.about}
        items={[{ value: all, label: text.everything }, ...about]}
        value={search.action === '' ? all : search.action}
        onValueChange={(action) => onChange({ action: orEmpty(action) })}
      />
      <Select
        className="w-48"
        label={text.user}
        items={[
          { value: all, label: text.anybody },
          ...people,
          ...(stranger ? [{ value: search.user, label: search.user.slice(0, 8) }] : []),
        ]}
        value={search.user === '' ? all : search.user}
        onValueChange={(user) => onChange({ user: orEmpty(user) })}
      />
      <Select
        className="w-40"
        label={text.since}
        items={spanNames.map((value) => ({ value, label: text.spans[value] }))}
        value={search.since}
        onValueChange={(since) => onChange({ since: spanNames.find((name) => name === since) ?? 'any' })}
      />
      {filtered && (
        <Button variant="ghost" onClick={() => onChange({ action: '', user: '', since: 'any' })}>
          {text.clear}
        </Button>
      )}
    </fieldset>
  )
}
