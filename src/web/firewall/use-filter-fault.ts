// What is wrong with a filter while it is typed, and what it would do: both are told by the preview of a rule.
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { FirewallPreview } from '../../contract/firewall.ts'
import type { FilterFault } from '../../contract/packet-filter.ts'
import type { FirewallPlaceBody } from '../api/firewall-actions.ts'
import { firewallPreviewQuery } from '../api/firewall-queries.ts'
import { ApiFailure } from '../api/envelope.ts'
import { useAccount } from '../shell/account.ts'
import { useDebounced } from '../shell/use-debounced.ts'
import { inForm } from '../view/filter-fault.ts'

// Short enough to feel at once, long enough not to ask at every letter.
const typingPause = 300

export interface FilterPreview {
  readonly preview: UseQueryResult<FirewallPreview>
  /** Of the text as it stands; undefined also while that is not known yet. */
  readonly fault: FilterFault | undefined
}

/** @param filter the text as it stands in its field */
export function useFilterFault(filter: string, body: FirewallPlaceBody): FilterPreview {
  const settled = useDebounced(JSON.stringify(body), typingPause)
  const asked = JSON.parse(settled) as FirewallPlaceBody
  const preview = useQuery(firewallPreviewQuery(useAccount(), asked))
  const failure = preview.error instanceof ApiFailure && asked.filter === filter.trim() ? preview.error : undefined
  return { preview, fault: failure?.fault === undefined ? undefined : inForm(failure.fault, filter) }
}
