// What the settings in the form would have done with the traffic that is stored.
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { ClockCounterClockwiseIcon } from '@phosphor-icons/react/dist/csr/ClockCounterClockwise'
import { useMutation } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { runBacktest } from '../api/rule-queries.ts'
import { messages } from '../messages.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { backtestRanges, type BacktestRange } from '../view/backtest-view.ts'
import { fieldsOf, type RuleForm } from '../view/rule-form.ts'
import { toTimeText } from '../view/time-range.ts'
import type { RuleDraft } from './use-rule-draft.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const BacktestAnswer = lazyPart(() => import('./backtest-answer.tsx'), 'BacktestAnswer')

const text = ruleMessages.backtest
const rangeNames = Object.keys(backtestRanges) as BacktestRange[]
const tabs = rangeNames.map((name) => ({ value: name, label: text.ranges[name] }))
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }
// A rule without a name can be tried before it gets one; the API wants one all the same.
const unnamed = 'unsaved'

/** What decides the outcome; a new name does not. */
function settingsKey(form: RuleForm): string {
  return JSON.stringify({ ...form, name: '' })
}

export interface BacktestCardProps {
  readonly draft: RuleDraft
  /** Id of the saved rule; undefined for a new one. */
  readonly rule: string | undefined
  readonly metric: Metric
}

export function BacktestCard({ draft, rule, metric }: BacktestCardProps) {
  const account = useAccount()
  const [range, setRange] = useState<BacktestRange>('24h')
  const { form, dirty, problems } = draft
  const backtest = useMutation({
    mutationFn: async (): Promise<{ key: string; form: RuleForm; result: Awaited<ReturnType<typeof runBacktest>> }> => {
      const now = Date.now()
      const times = { from: toTimeText(now - backtestRanges[range] * 1000), to: toTimeText(now) }
      const name = form.name.trim() === '' ? unnamed : form.name
      // Of a saved rule the sums by minute are kept for longer than flows are.
      const what = rule !== undefined && !dirty ? { rule_id: rule } : { rule: fieldsOf({ ...form, name }) }
      return { key: settingsKey(form), form, result: await runBacktest(account, { ...what, ...times }) }
    },
  })
  const usable = Object.keys(problems).every((field) => field === 'name')
  const run = () => (usable ? backtest.mutate() : draft.showAll())
  const outdated = backtest.data !== undefined && backtest.data.key !== settingsKey(form)
  return (
    <Card title={text.title}>
      <div className="flex flex-col gap-4">
        <p className="text-base text-kumo-subtle">{text.intro}</p>
        <div className="flex flex-wrap items-center gap-3">
          <Tabs
            tabs={tabs}
            value={range}
            onValueChange={(value) => setRange(rangeNames.find((name) => name === value) ?? range)}
            labels={scrollLabels}
            className="max-w-full"
          />
          <PermittedButton
            scope="analytics:read"
            icon={ClockCounterClockwiseIcon}
            variant={usable ? 'primary' : 'secondary'}
            loading={backtest.isPending}
            onClick={run}
          >
            {backtest.data === undefined ? text.run : text.again}
          </PermittedButton>
          {!usable && <span className="text-sm text-kumo-subtle">{text.fixFirst}</span>}
          {outdated && !backtest.isPending && <span className="text-sm text-kumo-warning">{text.outdated}</span>}
        </div>
        <div aria-live="polite" aria-busy={backtest.isPending} className={outdated || backtest.isPending ? 'opacity-60' : ''}>
          {backtest.error !== null && <FailureBanner error={backtest.error} onRetry={run} />}
          {backtest.data !== undefined && backtest.error === null && (
            <Suspense fallback={null}>
              <BacktestAnswer result={backtest.data.result} form={backtest.data.form} metric={metric} />
            </Suspense>
          )}
        </div>
      </div>
    </Card>
  )
}
