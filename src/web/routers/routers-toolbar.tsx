// Search, state and, where no column heads are to be seen, the order of the list of routers.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { routersMessages } from '../messages/routers.ts'
import { readRouterSearch, routerSorts, routerStates, sortedBy, type RouterSearch, type RouterState } from '../view/router-list.ts'
import { formatCount } from '../view/units.ts'

const text = routersMessages
const any = 'any'
const sorts: Record<string, string> = text.columns

export interface RoutersToolbarProps {
  readonly search: RouterSearch
  readonly counts: Readonly<Record<RouterState, number>>
  readonly onChange: (search: RouterSearch) => void
}

/** States that no router has are not offered, but for the one that is chosen. */
function stateItems(counts: RoutersToolbarProps['counts'], chosen: RouterState | undefined): Record<string, string> {
  const offered = routerStates.filter((state) => counts[state] > 0 || state === chosen)
  return {
    [any]: text.anyState,
    ...Object.fromEntries(offered.map((state) => [state, text.stateCount(text.states[state], formatCount(counts[state]))])),
  }
}

export function RoutersToolbar({ search, counts, onChange }: RoutersToolbarProps) {
  const { q = '', state, sort = 'state' } = search
  // What is found by another search is another list: it begins at its first page.
  const change = (next: { q?: string; state?: string | undefined }) => onChange(readRouterSearch({ ...search, ...next, page: undefined }))
  return (
    <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
      <div className="col-span-2 sm:w-64">
        <Input
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          className="w-full"
          value={q}
          onChange={(event) => change({ q: event.target.value })}
        />
      </div>
      <Select
        aria-label={text.state}
        className="w-full sm:w-52"
        items={stateItems(counts, state)}
        value={state ?? any}
        onValueChange={(value) => change({ state: String(value) })}
      />
      <Select
        aria-label={text.sortLabel}
        className="w-full sm:w-52 lg:hidden"
        items={sorts}
        value={sort}
        onValueChange={(value) => {
          const wanted = routerSorts.find((name) => name === value)
          if (wanted !== undefined && wanted !== sort) onChange(sortedBy(search, wanted))
        }}
      />
      {(q !== '' || state !== undefined) && (
        <Button size="sm" variant="ghost" onClick={() => change({ q: '', state: undefined })}>
          {text.clear}
        </Button>
      )}
    </div>
  )
}
