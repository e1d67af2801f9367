// All rules: how each stands right now, on and off, and the way to a new one.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Empty } from '@cloudflare/kumo/components/empty'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { ShieldCheckIcon } from '@phosphor-icons/react/dist/csr/ShieldCheck'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useMemo, useState } from 'react'
import { ruleStatusQuery, rulesQuery, type WireRule } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { listRules, readRuleSearch, withStatus, type RuleSearch } from '../view/rule-list.ts'
import { RuleListToolbar } from './rule-list-toolbar.tsx'
import { RuleRows } from './rule-rows.tsx'
import { shown } from '../shell/use-undoable.ts'
import { useRuleActions } from './use-rule-actions.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { PermittedButton } from '../shell/permitted.tsx'

const DeleteRuleDialog = lazyPart(() => import('./delete-rule-dialog.tsx'), 'DeleteRuleDialog')

const text = ruleMessages
// More rows are only drawn when asked for: a thousand rules that change every two seconds are felt.
const shortList = 50

function NewRuleButton() {
  const navigate = useNavigate()
  return (
    <PermittedButton scope="mnm:admin" variant="primary" icon={PlusIcon} onClick={() => void navigate({ to: '/rules/new' })}>
      {text.newRule}
    </PermittedButton>
  )
}

function NoRules() {
  return (
    <Empty
      icon={<ShieldCheckIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.empty.title}
      description={text.empty.detail}
      contents={<NewRuleButton />}
    />
  )
}

function useRuleSearch(): readonly [RuleSearch, (search: RuleSearch) => void] {
  const search = readRuleSearch({ ...useSearch({ from: '/shell/rules' }) })
  const navigate = useNavigate({ from: '/rules' })
  // Typing into the search would fill the browser's history.
  return [search, (next) => void navigate({ search: { ...next }, replace: true, resetScroll: false })]
}

export function RulesPage() {
  useTitle(text.title)
  const account = useAccount()
  const rules = useQuery(rulesQuery(account))
  const statuses = useQuery(ruleStatusQuery(account))
  const [search, setSearch] = useRuleSearch()
  const [deleting, setDeleting] = useState<WireRule>()
  const actions = useRuleActions()
  const now = useNow(1)
  const listed = useMemo(() => withStatus(rules.data ?? [], statuses.data ?? []), [rules.data, statuses.data])
  const found = listRules(listed, search)
  const some = listed.length > 0
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} intro={text.list.intro} actions={some && <NewRuleButton />} />
      {some && <RuleListToolbar search={search} onChange={setSearch} />}
      <Card
        title={some ? text.list.count(found.length, listed.length) : text.title}
        actions={
          <>
            <Stale query={rules} />
            {rules.error === null && statuses.error !== null && <Badge variant="warning">{text.list.statusStale}</Badge>}
          </>
        }
        flush
      >
        <WithAnswer query={rules}>
          {() => {
            if (!some) return <NoRules />
            if (found.length === 0) return <Nothing>{text.list.nothing}</Nothing>
            return (
              <ShortList items={found} length={shortList}>
                {(visible) => (
                  <RuleRows
                    rules={visible}
                    sort={search.sort ?? 'state'}
                    now={now}
                    onSort={(sort) => setSearch({ ...search, sort })}
                    onSwitch={(rule, enabled) => {
                      actions.setEnabled(rule, enabled).catch(shown)
                    }}
                    onDelete={setDeleting}
                  />
                )}
              </ShortList>
            )
          }}
        </WithAnswer>
      </Card>
      <Suspense fallback={null}>
        {deleting !== undefined && <DeleteRuleDialog rule={deleting} onClose={() => setDeleting(undefined)} />}
      </Suspense>
    </div>
  )
}
