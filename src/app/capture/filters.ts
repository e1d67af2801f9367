// Reads the filters of a request, and says in the API's words what is wrong with one, and where.
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureExtension } from '../../contract/capture.ts'
import type { FilterFault, FilterV1, PacketFilter } from '../../contract/packet-filter.ts'
import { bpfText } from '../../filter/bpf-filter.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { filterOfV1, joinFilters } from '../../filter/filter-v1.ts'
import { nftAlternatives, nftText } from '../../filter/nft-filter.ts'
import { parseFilter } from '../../filter/parse-filter.ts'

/**
 * Both filters joined; null matches everything.
 * @throws ApiError filter_invalid with the fault
 */
export function readFilters({ filter, filter_v1 }: { readonly filter: string | null; readonly filter_v1: FilterV1 }): PacketFilter | null {
  const read = filter === null ? null : withPlace('/filter', () => parseFilter(filter))
  return withPlace('/filter_v1', () => joinFilters(read, filterOfV1(filter_v1)))
}

/** @param pointer where in the request it stands. @throws ApiError filter_invalid with the fault */
export function readFilter(text: string, pointer = '/filter'): PacketFilter {
  return withPlace(pointer, () => parseFilter(text))
}

/** Whether agents can make it theirs. @throws ApiError filter_invalid when it has too many alternatives */
export function checkCompiles(filter: PacketFilter | null, { engine, hook }: Pick<CaptureExtension, 'engine' | 'hook'>): void {
  withPlace('/filter', () => {
    if (engine === 'interface') bpfText(filter)
    else nftAlternatives(filter, familyOf(hook))
  })
}

/** How each of the engines would say it, for people; empty where it is too complex for one. */
export function compiledTexts(filter: PacketFilter | null, hook: CaptureExtension['hook']) {
  return { nftables: orElse([], () => nftText(filter, familyOf(hook))), bpf: orElse('', () => bpfText(filter)) }
}

const familyOf = (hook: CaptureExtension['hook']) => (hook === 'ingress' ? 'netdev' : 'inet')

function orElse<T>(other: T, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (error instanceof FilterError) return other
    throw error
  }
}

function withPlace<T>(pointer: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { fault } = error
    throw new ApiError('filter_invalid', { reason: `${fault.message}${place(fault)}` }, pointer, fault)
  }
}

/** People count from 1. A fault of the whole has no place. */
function place({ from, to }: FilterFault): string {
  if (to === 0) return ''
  return to <= from + 1 ? ` (at character ${from + 1})` : ` (characters ${from + 1} to ${to})`
}
