// Reads the filters of a request, and says in the API's words what is wrong with one, and where.
import type { CaptureExtension } from '../../contract/capture.ts'
import type { FilterV1, PacketFilter } from '../../contract/packet-filter.ts'
import { bpfText } from '../../filter/bpf-filter.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { filterOfV1, joinFilters } from '../../filter/filter-v1.ts'
import { nftAlternatives, nftText } from '../../filter/nft-filter.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { withPlace } from '../filter-fault.ts'

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
