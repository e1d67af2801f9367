// What each format makes of a filter.
import type { Rendering, SignatureReport } from '../../contract/signature.ts'

export interface RenderingFacts {
  /** Of the signature; goes into comments. */
  readonly name: string
  /** For the fingerprint and for comments; null for a filter that was not measured. */
  readonly report: SignatureReport | null
}

export type Rendered = Pick<Rendering, 'text' | 'exact' | 'notes' | 'flowspec'>

export const nothing = (note: string): Rendered => ({ text: '', exact: false, notes: [note] })

export const tooMany = nothing(
  'The filter has more than 64 combinations of conditions, and this format cannot nest them: use lists in braces in the place of or.',
)

/** One line without what could end a comment or a string, at most 80 characters. */
export function lineText(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}"\\;]+/gu, ' ')
    .trim()
    .slice(0, 80)
}
