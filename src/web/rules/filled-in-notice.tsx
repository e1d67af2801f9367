// Above the form of a rule that was filled in from a view: what it rests on, and what of the view a rule cannot say.
import { Banner } from '@cloudflare/kumo/components/banner'
import { messages } from '../messages.ts'
import { overviewMessages } from '../messages/overview.ts'
import { leftOf, type NewRuleSearch } from '../view/rule-of-view.ts'

const text = overviewMessages.ruleOf

/** Nothing where the form is empty. */
export function FilledInNotice({ search }: { readonly search: NewRuleSearch }) {
  const left = leftOf(search.left)
  const sentences = [
    ...(search.prefixes === undefined ? [text.noPrefix] : []),
    ...(search.limit === undefined ? [] : [text.limit]),
    ...(left.length === 0 ? [] : [text.left(messages.list(left.map((dimension) => messages.filter.names[dimension])))]),
    ...(search.beside === undefined ? [] : [text.beside(search.beside)]),
  ]
  if (search.limit === undefined && search.prefixes === undefined) return null
  return <Banner title={text.filledIn} description={messages.sentences(sentences)} />
}
