// The text of the filter while it is typed, and what is wrong with it. It becomes part of the question when it is asked.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FilterFault } from '../../contract/packet-filter.ts'
import { ApiFailure } from '../api/envelope.ts'
import { flowStatementsQuery } from '../api/flow-question-queries.ts'
import { useAccount } from '../shell/account.ts'
import { useDebounced } from '../shell/use-debounced.ts'

// Short enough to feel at once, long enough not to ask at every letter.
const typingPause = 300

export interface FilterDraft {
  readonly text: string
  readonly setText: (text: string) => void
  /** Of the text as it stands; undefined also while that is not known yet. */
  readonly fault: FilterFault | undefined
}

/** @param asked the filter of the question: when it changes elsewhere, it replaces what was typed */
export function useFilterDraft(asked: string): FilterDraft {
  const [draft, setDraft] = useState({ text: asked, asked })
  if (draft.asked !== asked) setDraft({ text: asked, asked })
  const settled = useDebounced(draft.text, typingPause)
  const { error } = useQuery({ ...flowStatementsQuery(useAccount(), { filter: settled }), enabled: settled.trim() !== '' })
  const told = error instanceof ApiFailure && settled === draft.text ? error.fault : undefined
  return { text: draft.text, setText: (text) => setDraft({ text, asked }), fault: told }
}
