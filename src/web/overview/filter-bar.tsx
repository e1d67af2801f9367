// The filters in force as chips, and a form to add one.
import { Button } from '@cloudflare/kumo/components/button'
import { Loader } from '@cloudflare/kumo/components/loader'
import { FunnelIcon } from '@phosphor-icons/react/dist/csr/Funnel'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { XIcon } from '@phosphor-icons/react/dist/csr/X'
import { Popover } from '@cloudflare/kumo/components/popover'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { asNamesQuery } from '../api/queries.ts'
import { rulesQuery } from '../api/rule-queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { conditionText, dimensions, type FlowCondition } from '../view/filter.ts'
import { labelOf, type KnownNames } from '../view/labels.ts'
import { routerNames } from './router-names.ts'
import { useInterfaceNames } from './use-interface-names.ts'
import type { ViewControl } from './use-view.ts'
import { lazyPart } from '../shell/lazy-part.ts'

// Its fields are only needed by those who open it.
const FilterForm = lazyPart(() => import('./filter-form.tsx'), 'FilterForm')

const ExploreThese = lazyPart(() => import('../explore/explore-these.tsx'), 'ExploreThese')
const RuleOfViewButton = lazyPart(() => import('../rules/rule-of-view-button.tsx'), 'RuleOfViewButton')
const CaptureThese = lazyPart(() => import('../captures/capture-these.tsx'), 'CaptureThese')

const text = messages.filter

function chipText(condition: FlowCondition, names: KnownNames): string {
  const label = labelOf(condition.dimension, condition.value, names)
  const operator = condition.exclude ? text.isNot : text.is
  return `${text.names[condition.dimension]} ${operator} ${label.value}${label.name === '' ? '' : ` (${label.name})`}`
}

function Chip({
  condition,
  names,
  control,
}: {
  readonly condition: FlowCondition
  readonly names: KnownNames
  readonly control: ViewControl
}) {
  const label = chipText(condition, names)
  return (
    <li className="flex h-7 max-w-full items-center rounded-full bg-kumo-base text-sm ring ring-kumo-line">
      <button
        type="button"
        className="min-w-0 cursor-pointer truncate rounded-l-full py-1 pr-1 pl-3 text-kumo-default hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand"
        title={text.flip(label)}
        aria-label={text.flip(label)}
        onClick={() => control.addCondition({ ...condition, exclude: !condition.exclude })}
      >
        {label}
      </button>
      <button
        type="button"
        className="flex size-7 shrink-0 cursor-pointer items-center justify-center rounded-full text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand"
        aria-label={text.remove(label)}
        onClick={() => control.removeCondition(condition)}
      >
        <XIcon size={12} aria-hidden />
      </button>
    </li>
  )
}

export function FilterBar({ control, routers }: { readonly control: ViewControl; readonly routers: readonly RouterStatus[] }) {
  const { conditions } = control.view
  const [adding, setAdding] = useState(false)
  const numbers = conditions.filter(({ dimension }) => dimensions[dimension] === 'as').map(({ value }) => Number(value))
  const interfaces = useInterfaceNames(conditions)
  const account = useAccount()
  const { data: as } = useQuery(asNamesQuery(account, numbers))
  const rules = useQuery({ ...rulesQuery(account), enabled: conditions.some(({ dimension }) => dimension === 'ruleIDs') })
  const ruleNames = Object.fromEntries((rules.data ?? []).map(({ id, name }) => [id, name]))
  const names = { as: as ?? {}, routers: routerNames(routers), interfaces, rules: ruleNames }
  return (
    <section aria-label={text.label} className="flex flex-wrap items-center gap-2">
      {conditions.length > 0 && (
        <ul className="contents">
          {conditions.map((condition) => (
            <Chip key={conditionText(condition)} condition={condition} names={names} control={control} />
          ))}
        </ul>
      )}
      <Popover open={adding} onOpenChange={setAdding}>
        <Popover.Trigger render={<Button size="sm" icon={conditions.length === 0 ? FunnelIcon : PlusIcon} />}>{text.add}</Popover.Trigger>
        <Popover.Content align="start" className="w-80 max-w-[calc(100vw-2rem)]">
          <Popover.Title>{text.add}</Popover.Title>
          <Suspense fallback={<Loader aria-label={messages.loading} />}>
            <FilterForm
              onAdd={(condition) => {
                control.addCondition(condition)
                setAdding(false)
              }}
            />
          </Suspense>
        </Popover.Content>
      </Popover>
      {conditions.length > 0 && (
        <Button size="sm" variant="ghost" onClick={control.clearConditions}>
          {text.clear}
        </Button>
      )}
      <Suspense fallback={null}>
        <ExploreThese view={control.view} />
        {conditions.length > 0 && <CaptureThese conditions={conditions} />}
        {conditions.length > 0 && <RuleOfViewButton view={control.view} />}
      </Suspense>
    </section>
  )
}
