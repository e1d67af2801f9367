// What every page shows, in the language of this page. Both languages are part of the first load, so that nothing waits.
import { coreMessages as english } from './messages/en/core.ts'
import { coreMessages as japanese } from './messages/ja/core.ts'
import type { CoreMessages } from './messages/catalogue.ts'
import { currentLanguage, type Language } from './messages/language.ts'

const catalogues: Readonly<Record<Language, CoreMessages>> = { en: english, ja: japanese }

export const messages = catalogues[currentLanguage()]
