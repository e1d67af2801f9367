// One kind of data: what it is, how long it is kept, what is stored, and what a change would do.
import { Button } from '@cloudflare/kumo/components/button'
import { InputGroup } from '@cloudflare/kumo/components/input'
import { ArrowCounterClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowCounterClockwise'
import { useId } from 'react'
import type { RetentionName, Setting, Settings, StoredTier } from '../../contract/settings.ts'
import { messages } from '../messages.ts'
import { serverSettingsMessages } from '../messages/server-settings.ts'
import { formatBytes, formatCount, formatDate } from '../view/units.ts'
import { daysOf, estimate, mostDays, retentionProblem, tierOf, type RetentionForm, type RetentionProblem } from './retention-form.ts'

const text = serverSettingsMessages.data
const source = serverSettingsMessages.source

export interface RetentionRowProps {
  readonly name: RetentionName
  readonly settings: Settings
  readonly form: RetentionForm
  /** Whether nothing can be changed here. */
  readonly fixed: boolean
  readonly now: number
  /** What was typed; null for the default. */
  readonly onChange: (value: string | null) => void
}

function problemText(problem: RetentionProblem | undefined): string | undefined {
  if (problem === undefined) return undefined
  return problem.kind === 'number' ? text.wrong(mostDays) : text.tooLong(text.names[problem.longer])
}

function sourceText({ source: from, key, default: usual }: Setting<number>): string {
  if (from === 'configuration') return source.locked(key)
  return from === 'settings' ? source.settings(text.days(usual)) : source.default
}

function storedText(tier: StoredTier): string {
  if (tier.oldest === null) return text.nothing
  return messages.list([text.stored(formatBytes(tier.bytes), formatCount(tier.rows)), text.oldest(formatDate(Date.parse(tier.oldest)))])
}

function Effect({
  tier,
  days,
  now,
  before,
}: {
  readonly tier: StoredTier
  readonly days: number
  readonly now: number
  readonly before: number
}) {
  const { drops, before: from, full } = estimate(tier, days, now)
  if (full === undefined) return null
  if (drops > 0 && days < before) return <span className="text-kumo-danger">{text.drops(formatBytes(drops), formatDate(from))}</span>
  if (days < before) return <span>{text.keeps}</span>
  return <span>{text.grows(formatBytes(full))}</span>
}

function DaysField({ name, settings, form, fixed, onChange }: Omit<RetentionRowProps, 'now'>) {
  const id = useId()
  const setting = settings.retention[name]
  const locked = setting.source === 'configuration'
  const problem = problemText(retentionProblem(form, name, settings))
  const days = daysOf(form, name, setting)
  const resettable = !fixed && !locked && days !== setting.default
  return (
    <div className="flex flex-col gap-1">
      <span className="flex items-center gap-1">
        <InputGroup className="w-32" disabled={fixed || locked}>
          <InputGroup.Input
            aria-label={text.daysOf(text.names[name])}
            aria-describedby={id}
            aria-invalid={problem !== undefined}
            inputMode="numeric"
            value={form[name] === null ? String(setting.default) : (form[name] ?? String(setting.value))}
            onChange={(event) => onChange(event.target.value)}
          />
          <InputGroup.Addon align="end">{text.unit}</InputGroup.Addon>
        </InputGroup>
        {resettable && (
          <Button
            variant="ghost"
            size="sm"
            shape="square"
            icon={ArrowCounterClockwiseIcon}
            aria-label={serverSettingsMessages.toDefaultOf(text.names[name])}
            title={serverSettingsMessages.toDefault}
            onClick={() => onChange(null)}
          />
        )}
      </span>
      <span id={id} className={`text-sm ${problem === undefined ? 'text-kumo-subtle' : 'text-kumo-danger'}`}>
        {problem ?? sourceText(setting)}
      </span>
    </div>
  )
}

export function RetentionRow(props: RetentionRowProps) {
  const { name, settings, form, now } = props
  const setting = settings.retention[name]
  const tier = tierOf(settings, name)
  const days = daysOf(form, name, setting)
  return (
    <li className="grid gap-x-6 gap-y-2 border-t border-kumo-hairline px-4 py-4 text-base first:border-t-0 md:grid-cols-[minmax(0,1fr)_15rem]">
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="font-medium text-kumo-default">{text.names[name]}</span>
        <span className="text-kumo-subtle">{text.meanings[name]}</span>
        {tier !== undefined && <span className="text-sm text-kumo-subtle tabular-nums">{storedText(tier)}</span>}
        {tier !== undefined && days !== undefined && days !== setting.value && (
          <output className="text-sm text-kumo-default">
            <Effect tier={tier} days={days} now={now} before={setting.value} />
          </output>
        )}
      </span>
      <DaysField {...props} />
    </li>
  )
}
