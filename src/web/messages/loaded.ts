// Holds the texts of single pages, which come after the first paint. Modules read them once, when they are first run:
// `loadPages` comes before every part that is loaded later (shell/lazy-part.ts). Another language therefore begins with
// a new page; its state is in its address.
import type { PageMessages } from './catalogue.ts'
import { currentLanguage, type Language } from './language.ts'
import { speakBy } from './server-text.ts'

let pages: PageMessages | undefined

const catalogues: Readonly<Record<Language, () => Promise<PageMessages>>> = {
  en: async () => (await import('./en/pages.ts')).pageMessages,
  ja: async () => {
    const { pageMessages: japanese, phraseBook } = await import('./ja/pages.ts')
    speakBy(phraseBook)
    return japanese
  },
}

/** Texts of all pages in the language of this page. Twice is once. */
export async function loadPages(): Promise<void> {
  pages ??= await catalogues[currentLanguage()]()
}

/** @throws Error when a module that shows something runs before its texts are there: load it with lazyPart, or keep them in the core */
export function pageMessages(): PageMessages {
  if (pages === undefined) throw new Error('loadPages must have finished before a module reads its texts')
  return pages
}
