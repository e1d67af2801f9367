// Finds guides by what people call their routers: vendors, products and systems, in any order of words.
import type { RouterGuideSummary } from '../../contract/router-config.ts'
import { guideText } from '../messages/server-text.ts'

const wordsIn = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** Whether each word that was typed begins a word of the guide's names, or `cat9k` stands within one. */
export function matchesGuide(guide: RouterGuideSummary, typed: string): boolean {
  const titles = [guide.title, ...guide.variants.map(({ title }) => title)]
  const names = wordsIn([guide.id, ...guide.names, ...titles, ...titles.map(guideText)].join(' '))
  // IOS-XE is typed as iosxe as well.
  const joined = names.join('')
  return wordsIn(typed).every((word) => names.some((name) => name.startsWith(word)) || joined.includes(word))
}
