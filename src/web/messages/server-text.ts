// Sentences that the server writes, in the language of the page. The server speaks English to everybody; what the language
// has no phrase for stays English.
import { phraseReader, type PhraseBook } from './phrases.ts'

const mostRemembered = 500

type Reader = (text: string) => string | undefined

/** Tells by a reader that comes later, and remembers what it told. */
function speaker() {
  let read: Reader | undefined
  const remembered = new Map<string, string>()
  return {
    speakBy: (reader: Reader): void => {
      read = reader
      remembered.clear()
    },
    tell: (text: string): string => {
      if (read === undefined || text === '') return text
      const known = remembered.get(text)
      if (known !== undefined) return known
      if (remembered.size >= mostRemembered) remembered.clear()
      const told = read(text) ?? text
      remembered.set(text, told)
      return told
    },
  }
}

const sentences = speaker()
// Guides have labels as short as `Save`, which somebody's own name could be.
const guides = speaker()

/** Begins with the phrases of the language of the page. */
export function speakBy(book: PhraseBook): void {
  sentences.speakBy(phraseReader(book))
  guides.speakBy(phraseReader({ ...book, phrases: [...book.phrases, ...book.guides] }))
}

/** A sentence of the server, or several, as this page says it. */
export const serverText = sentences.tell

/** The same for what guides of routers say, alone or among other sentences. */
export const guideText = guides.tell
