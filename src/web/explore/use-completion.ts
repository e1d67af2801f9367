// The list of what can stand at the cursor of the filter: when it is open, what it offers, which one is marked.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { flowCompletionQuery, type FlowPlace } from '../api/flow-question-queries.ts'
import { useAccount } from '../shell/account.ts'
import { useDebounced } from '../shell/use-debounced.ts'
import { completed, fittingCandidates, type Candidate } from '../view/explore-completion.ts'

// Shorter than the pause between two words, so that the list is there before the next letter is looked for.
const typingPause = 120

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** -1 for none. */
  readonly marked: number
  readonly open: boolean
  /** Opens the list for this place. @param mark the first one, for whoever has asked for the list */
  readonly show: (place: FlowPlace, mark: boolean) => void
  readonly move: (step: 1 | -1) => void
  readonly close: () => void
  /** The text with the candidate and where the cursor goes. */
  readonly take: (index: number) => FlowPlace | undefined
}

export function useCompletion(): Completion {
  const [place, setPlace] = useState<FlowPlace>()
  const [marked, setMarked] = useState(-1)
  const settled = useDebounced(place, typingPause)
  const { data } = useQuery({
    ...flowCompletionQuery(useAccount(), settled ?? { text: '', at: 0 }),
    enabled: place !== undefined && settled !== undefined,
    placeholderData: keepPreviousData,
  })
  const candidates = place === undefined ? [] : fittingCandidates(data, place)
  const count = candidates.length
  return {
    candidates,
    marked: marked < count ? marked : -1,
    open: count > 0,
    show: (next, mark) => {
      setPlace(next)
      setMarked(mark ? 0 : -1)
    },
    // From the last one to none and on to the first.
    move: (step) => setMarked(((((marked + 1 + step) % (count + 1)) + count + 1) % (count + 1)) - 1),
    close: () => setPlace(undefined),
    take: (index) => {
      const candidate = candidates[index]
      return candidate === undefined || data === undefined || place === undefined ? undefined : completed(data, place, candidate.text)
    },
  }
}
