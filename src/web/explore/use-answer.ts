// The answer to the question in the address bar: asking, watching one that takes its time, and cancelling it.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { FlowAnswerView, RunningQuestionView } from '../../contract/flow-question.ts'
import { flowAnswerQuery, runningQuestionQuery, type GivenAnswer } from '../api/flow-question-queries.ts'
import { useAccount } from '../shell/account.ts'
import { periodBefore } from '../view/explore-chart.ts'
import { questionOf, type ExploreState } from '../view/explore-search.ts'

/** What answers within this needs no progress. */
const patience = 1000

export interface AnswerSource {
  /** Keeps the answer before while the next one is on its way. */
  readonly query: UseQueryResult<GivenAnswer>
  /** The one that is under way; empty before the first. */
  readonly id: string
  /** It takes longer than one likes to wait without a word. */
  readonly slow: boolean
  /** Undefined while nobody knows. */
  readonly running: RunningQuestionView | undefined
  /** The period before, for the line in the chart. */
  readonly before: FlowAnswerView | undefined
}

/** @param id changes with each question */
function useSlow(asking: boolean, id: string): boolean {
  const [slow, setSlow] = useState('')
  useEffect(() => {
    if (!asking) return undefined
    const timer = setTimeout(() => setSlow(id), patience)
    return () => {
      clearTimeout(timer)
      setSlow('')
    }
  }, [asking, id])
  return asking && slow === id
}

function useBefore(state: ExploreState, answer: FlowAnswerView | undefined): FlowAnswerView | undefined {
  const range = answer === undefined ? { from: '', to: '' } : periodBefore(answer)
  const question = { filter: state.filter, by: [], ...range, series: true, distinct: state.distinct }
  const wanted = state.previous && answer !== undefined
  const { data } = useQuery({ ...flowAnswerQuery(useAccount(), question), enabled: wanted })
  return wanted ? data : undefined
}

export function useAnswer(state: ExploreState): AnswerSource {
  const account = useAccount()
  const [id, setId] = useState('')
  const query = useQuery({ ...flowAnswerQuery(account, questionOf(state), setId), placeholderData: keepPreviousData })
  const slow = useSlow(query.isFetching, id)
  const running = useQuery({ ...runningQuestionQuery(account, id), enabled: slow })
  const before = useBefore(state, query.isPlaceholderData ? undefined : query.data)
  return { query, id, slow, running: running.data, before }
}
