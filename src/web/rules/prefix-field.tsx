// The prefixes of a rule, one a line, with networks to pick from.
import { Button } from '@cloudflare/kumo/components/button'
import { InputArea } from '@cloudflare/kumo/components/input'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { statusQuery, topQuery } from '../api/queries.ts'
import type { FlowGroup } from '../api/flow-groups.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import type { FlowCondition } from '../view/filter.ts'
import { busiestNetworks } from '../view/networks.ts'
import { readPrefixes, withPrefix } from '../view/prefix-list.ts'
import type { RuleDraft } from './use-rule-draft.ts'

const text = ruleMessages.form
// Enough addresses to find the networks that they are in.
const addresses = 100
// More buttons would push the rest of the form away.
const mostOwn = 12

const inbound: readonly FlowCondition[] = [{ dimension: 'direction', value: 'inbound', exclude: false }]
const anywhere: readonly FlowCondition[] = []

/** Destinations with the most traffic of the last hour. */
function useDestinations(conditions: readonly FlowCondition[], enabled: boolean): readonly FlowGroup[] | undefined {
  const question = { account: useAccount(), time: { kind: 'preset', name: '1h' }, conditions, metric: 'bits' } as const
  const { data } = useQuery({ ...topQuery(question, ['destinationAddress'], addresses), enabled, refetchInterval: false })
  return data?.groups['destinationAddress']
}

/** The own networks of the configuration, or where most traffic goes: inwards, if it is known what is inside. */
function useSuggestions(): { readonly title: string; readonly networks: readonly string[] } {
  const { data: status } = useQuery(statusQuery(useAccount()))
  const own = status?.own_networks ?? []
  const unknown = status !== undefined && own.length === 0
  const inside = useDestinations(inbound, unknown)
  const all = useDestinations(anywhere, unknown && inside?.length === 0)
  if (own.length > 0) return { title: text.suggestions, networks: own.slice(0, mostOwn) }
  return { title: text.busiest, networks: busiestNetworks(inside?.length === 0 ? (all ?? []) : (inside ?? [])) }
}

export function PrefixField({ draft }: { readonly draft: RuleDraft }) {
  const { title, networks } = useSuggestions()
  const { prefixes } = readPrefixes(draft.form.prefixes)
  const unused = networks.filter((network) => !prefixes.includes(network))
  const problem = draft.problem('prefixes')
  return (
    <div className="flex flex-col gap-2">
      <InputArea
        label={text.prefixes}
        description={text.prefixesHint}
        placeholder={text.prefixesPlaceholder}
        className="w-full font-mono"
        autoResize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        value={draft.form.prefixes}
        onChange={(event) => draft.set({ prefixes: event.target.value })}
        onBlur={() => draft.touch('prefixes')}
        {...fieldProblem(problem)}
      />
      {unused.length > 0 && (
        <div className="flex flex-wrap items-center gap-1.5">
          <span className="text-sm text-kumo-subtle">{title}:</span>
          {unused.map((network) => (
            <Button
              key={network}
              size="xs"
              icon={PlusIcon}
              aria-label={text.addPrefix(network)}
              onClick={() => draft.set({ prefixes: withPrefix(draft.form.prefixes, network) })}
            >
              <span className="font-mono">{network}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}
