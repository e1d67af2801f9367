// Search, filter and order of the list of rules.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { ruleTypes } from '../../contract/rule.ts'
import { ruleMessages } from '../messages/rules.ts'
import { ruleSorts, ruleStates, type RuleSearch } from '../view/rule-list.ts'

const text = ruleMessages.list
const any = 'any'
const kinds: Record<string, string> = { [any]: text.anyKind, ...ruleMessages.kinds }
const states: Record<string, string> = {
  [any]: text.anyState,
  ...Object.fromEntries(ruleStates.map((state) => [state, ruleMessages.states[state]])),
}
const sorts: Record<string, string> = text.sorts

export interface RuleListToolbarProps {
  readonly search: RuleSearch
  readonly onChange: (search: RuleSearch) => void
}

/** The parameters with one of them set, or left out. */
function changed(search: RuleSearch, change: { [Name in keyof RuleSearch]?: RuleSearch[Name] | undefined }): RuleSearch {
  const next = Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== '')
  // Only values of the parameters' own types went in.
  return Object.fromEntries(next) as RuleSearch
}

export function RuleListToolbar({ search, onChange }: RuleListToolbarProps) {
  const { q = '', kind, state, sort = 'state' } = search
  const filtered = q !== '' || kind !== undefined || state !== undefined
  return (
    <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
      <div className="col-span-2 sm:w-64">
        <Input
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          className="w-full"
          value={q}
          onChange={(event) => onChange(changed(search, { q: event.target.value }))}
        />
      </div>
      <Select
        aria-label={text.kind}
        className="w-full sm:w-40"
        items={kinds}
        value={kind ?? any}
        onValueChange={(value) => onChange(changed(search, { kind: ruleTypes.find((type) => type === value) }))}
      />
      <Select
        aria-label={text.state}
        className="w-full sm:w-40"
        items={states}
        value={state ?? any}
        onValueChange={(value) => onChange(changed(search, { state: ruleStates.find((name) => name === value) }))}
      />
      <Select
        aria-label={text.sortLabel}
        className="col-span-2 w-full sm:w-52"
        items={sorts}
        value={sort}
        onValueChange={(value) => onChange(changed(search, { sort: ruleSorts.find((name) => name === value) }))}
      />
      {filtered && (
        <Button size="sm" variant="ghost" onClick={() => onChange(search.sort === undefined ? {} : { sort: search.sort })}>
          {text.clear}
        </Button>
      )}
    </div>
  )
}
