// The language of the page: chosen by the user, else the first of the browser's that there is, else English.
export const languages = ['en', 'ja'] as const
export type Language = (typeof languages)[number]

/** Each in its own words, as somebody looks for it who cannot read the page. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' }

const storageKey = 'drawbridge.language'

const known = (name: string | null | undefined): Language | undefined => languages.find((language) => language === name)

export function currentLanguage(): Language {
  // Unit tests have no browser.
  if (typeof localStorage === 'undefined') return 'en'
  const wanted = navigator.languages.map((tag) => known(tag.split('-', 1)[0]?.toLowerCase())).find((language) => language !== undefined)
  return known(localStorage.getItem(storageKey)) ?? wanted ?? 'en'
}

/** Keeps the choice in this browser; undefined follows the browser again. The page has to be loaded anew. */
export function chooseLanguage(language: Language | undefined): void {
  if (language === undefined) localStorage.removeItem(storageKey)
  else localStorage.setItem(storageKey, language)
}

/** What was chosen, undefined where the browser decides. */
export function chosenLanguage(): Language | undefined {
  return known(localStorage.getItem(storageKey))
}
