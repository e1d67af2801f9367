// A rule of the question that the page Explore shows.
import { useQueryClient } from '@tanstack/react-query'
import type { FlowAnswerView } from '../../contract/flow-question.ts'
import { flowAnswerQuery } from '../api/flow-question-queries.ts'
import { useAccount } from '../shell/account.ts'
import { totalPoints } from '../view/explore-chart.ts'
import type { ExploreState } from '../view/explore-search.ts'
import { ruleOfQuestion, type NewRuleSearch } from '../view/rule-of-view.ts'
import { RuleOfButton } from './rule-of-button.tsx'

const destination = 'destinationAddress'
// The first of the destinations tell whether one gets most of it.
const destinations = 10

interface RuleOfQuestionButtonProps {
  readonly state: ExploreState
  readonly answer: FlowAnswerView
}

export function RuleOfQuestionButton({ state, answer }: RuleOfQuestionButtonProps) {
  const account = useAccount()
  const client = useQueryClient()
  const { filter, metric, distinct } = state
  const look = async (): Promise<NewRuleSearch> => {
    const { from, to } = answer
    const question = { filter, by: [destination], from, to, limit: destinations, order: metric, distinct }
    const [top] = await Promise.allSettled([client.fetchQuery(flowAnswerQuery(account, question))])
    const groups = top.status === 'fulfilled' ? top.value.groups : []
    const found = groups.map(({ key, bits, packets }) => ({ key: String(key[destination]), bits, packets }))
    return ruleOfQuestion({ filter, metric, points: totalPoints(answer, metric), destinations: found })
  }
  return <RuleOfButton look={look} />
}
