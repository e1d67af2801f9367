// One rule, or a new one: its settings, a backtest of them, and the traffic that it watches.
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Suspense, useState, type ReactNode } from 'react'
import type { Remarked } from '../api/envelope.ts'
import { statusQuery } from '../api/queries.ts'
import { changeRule, createRule } from '../api/rule-actions.ts'
import { rulesQuery, ruleStatusQuery, type WireRule } from '../api/rule-queries.ts'
import { messages } from '../messages.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { Trail } from '../shell/trail.tsx'
import { UnsavedGuard } from '../shell/unsaved-guard.tsx'
import { useMay } from '../shell/use-may.ts'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { exactRate } from '../view/rate-input.ts'
import { changeOf, emptyForm, fieldsOf, formOf, type RuleForm } from '../view/rule-form.ts'
import { readNewRuleSearch, type NewRuleSearch } from '../view/rule-of-view.ts'
import { ownMetric } from '../view/rule-state.ts'
import { BacktestCard } from './backtest-card.tsx'
import { FilledInNotice } from './filled-in-notice.tsx'
import { LiveCard } from './live-card.tsx'
import { RuleLoad, RuleState } from './rule-state.tsx'
import { SettingsCard } from './settings-card.tsx'
import { UnitTabs } from './unit-tabs.tsx'
import { useRuleDraft, type RuleDraft } from './use-rule-draft.ts'
import { useUnit } from './use-unit.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { PermittedButton } from '../shell/permitted.tsx'

const DeleteRuleDialog = lazyPart(() => import('./delete-rule-dialog.tsx'), 'DeleteRuleDialog')

const text = ruleMessages.form

/** Saves by `send`, shows what the server remarks or refuses. */
function useSave(draft: RuleDraft, send: () => Promise<Remarked<WireRule>>, onSaved: (rule: WireRule) => void) {
  const account = useAccount()
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const [error, setError] = useState<Error | null>(null)
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onSuccess: async ({ result, remarks }) => {
      setError(null)
      toasts.add(
        remarks.length === 0
          ? { variant: 'success', title: ruleMessages.saved(result.name), description: ruleMessages.savedDetail }
          : { variant: 'warning', title: text.remarks, description: messages.sentences(remarks), timeout: 20_000 },
      )
      await Promise.all(['rules', 'rule-status'].map((key) => client.invalidateQueries({ queryKey: [key, account] })))
      onSaved(result)
    },
    onError: (failure) => setError(draft.refuse(failure) ? null : failure),
  })
  const save = () => {
    draft.showAll()
    if (Object.keys(draft.problems).length === 0) mutate()
  }
  return { save, pending: isPending, error }
}

function Columns({ settings, children }: { readonly settings: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      {settings}
      <div className="flex min-w-0 flex-col gap-5">{children}</div>
    </div>
  )
}

/** A new rule as its address fills it in. */
function formOfSearch({ name, prefixes, limit, unit = 'bits' }: NewRuleSearch): RuleForm {
  return {
    ...emptyForm,
    name: name ?? '',
    prefixes: prefixes?.replaceAll(',', '\n') ?? '',
    ...(limit === undefined ? {} : { [unit === 'bits' ? 'bandwidth' : 'packets']: exactRate(Number(limit), unit) }),
  }
}

export function NewRulePage() {
  useTitle(text.newTitle)
  const account = useAccount()
  const { data: status } = useQuery(statusQuery(account))
  const mayMake = useMay('mnm:admin') !== false
  const navigate = useNavigate()
  // As it was when the page was opened: the choice of unit replaces the address.
  const [search] = useState(readNewRuleSearch({ ...useSearch({ from: '/shell/rules/new' }) }))
  const draft = useRuleDraft(formOfSearch(search))
  const [metric, setMetric] = useUnit(ownMetric(fieldsOf(draft.form)))
  const send = () => createRule({ account, accountName: status?.account.name ?? account, rule: fieldsOf(draft.form) })
  const saving = useSave(draft, send, ({ id }) => void navigate({ to: '/rules/$id', params: { id }, replace: true }))
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.newTitle} trail={<Trail to="/rules" name={ruleMessages.title} here={text.newTitle} />} />
      <UnsavedGuard unsaved={mayMake && draft.dirty && !saving.pending} />
      <FilledInNotice search={search} />
      <Columns settings={<SettingsCard draft={draft} saved={false} pending={saving.pending} error={saving.error} onSave={saving.save} />}>
        <div className="flex justify-end">
          <UnitTabs metric={metric} onChange={setMetric} />
        </div>
        <BacktestCard draft={draft} rule={undefined} metric={metric} />
      </Columns>
    </div>
  )
}

function Heading({ rule, onDelete }: { readonly rule: WireRule; readonly onDelete: () => void }) {
  const statuses = useQuery(ruleStatusQuery(useAccount()))
  const now = useNow(1)
  const status = statuses.data?.find(({ id }) => id === rule.id)
  return (
    <div className="flex flex-col gap-1">
      <Trail to="/rules" name={ruleMessages.title} here={ruleMessages.kinds[rule.type]} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1.5">
          <h1 className="min-w-0 text-xl font-semibold break-words text-kumo-default">{rule.name}</h1>
          <RuleState rule={rule} status={status} now={now} />
          <span className="text-base text-kumo-default">
            <RuleLoad rule={rule} status={status} metric={ownMetric(rule)} />
          </span>
        </div>
        <span className="flex items-center gap-3">
          <Link
            to="/incidents"
            search={{ rule: rule.id }}
            className="rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
          >
            {text.incidents}
          </Link>
          <PermittedButton scope="mnm:write" icon={TrashIcon} onClick={onDelete}>
            {ruleMessages.list.remove}
          </PermittedButton>
        </span>
      </div>
    </div>
  )
}

function RuleDetails({ rule }: { readonly rule: WireRule }) {
  useTitle(rule.name)
  const account = useAccount()
  const navigate = useNavigate()
  const draft = useRuleDraft(formOf(rule))
  const [metric, setMetric] = useUnit(ownMetric(rule))
  const [deleting, setDeleting] = useState(false)
  const mayChange = useMay('mnm:write') !== false
  const saving = useSave(
    draft,
    () => changeRule(account, rule.id, changeOf(draft.form)),
    (saved) => draft.settle(formOf(saved)),
  )
  return (
    <div className="flex flex-col gap-5">
      {/* Who may not save tries settings out. */}
      <UnsavedGuard unsaved={mayChange && draft.dirty && !saving.pending && !deleting} />
      <Heading rule={rule} onDelete={() => setDeleting(true)} />
      <Columns settings={<SettingsCard draft={draft} saved pending={saving.pending} error={saving.error} onSave={saving.save} />}>
        <LiveCard rule={rule.id} form={draft.form} metric={metric} onMetric={setMetric} />
        <BacktestCard draft={draft} rule={rule.id} metric={metric} />
      </Columns>
      <Suspense fallback={null}>
        {deleting && (
          <DeleteRuleDialog
            rule={rule}
            onClose={() => setDeleting(false)}
            onDeleted={() => void navigate({ to: '/rules', replace: true })}
          />
        )}
      </Suspense>
    </div>
  )
}

export function RulePage() {
  const { id } = useParams({ from: '/shell/rules/$id' })
  const { data, error, refetch } = useQuery(rulesQuery(useAccount()))
  const rule = data?.find((candidate) => candidate.id === id)
  if (rule !== undefined) return <RuleDetails key={rule.id} rule={rule} />
  if (data === undefined && error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  if (data === undefined) {
    return (
      <div className="flex justify-center py-16">
        <Loader size="lg" aria-label={messages.loading} />
      </div>
    )
  }
  return (
    <Empty
      title={text.notFound}
      description={text.notFoundDetail}
      contents={
        <LinkButton href="/rules" variant="primary">
          {text.toList}
        </LinkButton>
      }
    />
  )
}
