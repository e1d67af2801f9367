// Candidates for the place of the cursor in a filter: which of an answer still fit what was typed since, and the text with one of them. Pure.
import type { FlowCompletionView } from '../../contract/flow-question.ts'

/** A text and a place in it, in characters. */
interface TextPlace {
  readonly text: string
  readonly at: number
}

export type Candidate = FlowCompletionView['candidates'][number]
type Placed = FlowCompletionView & { readonly asked: TextPlace }

/**
 * The candidates that still fit: of an answer about the same text all of them, of one about an earlier text those that begin
 * with what was typed since. So the list does not vanish at every letter.
 */
export function fittingCandidates(completion: Placed | undefined, { text, at }: TextPlace): readonly Candidate[] {
  if (completion === undefined) return []
  const { asked, from, candidates } = completion
  if (asked.text === text && asked.at === at) return candidates
  if (at < from || text.slice(0, from) !== asked.text.slice(0, from)) return []
  const typed = text.slice(from, at).toLowerCase()
  return typed.length < asked.at - from ? [] : candidates.filter((candidate) => candidate.text.toLowerCase().startsWith(typed))
}

/** The text with the candidate, and the cursor behind it and a space. */
export function completed({ from, to, asked }: Placed, { text, at }: TextPlace, candidate: string): TextPlace {
  // What was typed since the answer belongs to what is replaced.
  const end = Math.max(at, to + text.length - asked.text.length)
  const after = text.slice(end)
  const gap = after.startsWith(' ') ? '' : ' '
  return { text: `${text.slice(0, from)}${candidate}${gap}${after}`, at: from + candidate.length + 1 }
}
