// The language of the page: chosen by the user, else the first of the browser's that there is, else English.
import { preference } from '../shell/preferences.ts'

export const languages = ['en', 'ja'] as const
export type Language = (typeof languages)[number]

/** Each in its own words, as somebody looks for it who cannot read the page. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' }

const known = (name: string | undefined): Language | undefined => languages.find((language) => language === name)

export function currentLanguage(): Language {
  // Unit tests have no browser.
  if (typeof document === 'undefined') return 'en'
  const wanted = navigator.languages.map((tag) => known(tag.split('-', 1)[0]?.toLowerCase())).find((language) => language !== undefined)
  return known(preference('language')) ?? wanted ?? 'en'
}
