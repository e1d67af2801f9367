// Sentences that the server writes, in the language of the page. The server speaks English to everybody; what the language
// has no phrase for stays English.
import { phraseReader, type PhraseBook } from './phrases.ts'

const mostRemembered = 500

let read: ((text: string) => string | undefined) | undefined
const remembered = new Map<string, string>()

/** Begins with the phrases of the language of the page. */
export function speakBy(book: PhraseBook): void {
  read = phraseReader(book)
  remembered.clear()
}

/** A sentence of the server, or several, as this page says it. */
export function serverText(text: string): string {
  if (read === undefined || text === '') return text
  const known = remembered.get(text)
  if (known !== undefined) return known
  if (remembered.size >= mostRemembered) remembered.clear()
  const told = read(text) ?? text
  remembered.set(text, told)
  return told
}
