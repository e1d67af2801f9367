// Whether everything that a guide says of a router is told in Japanese, as it is filled in.
import { describe, expect, it } from 'vitest'
import { filledGuide } from '../../setup/config/render.ts'
import type { RouterGuide } from '../../setup/config/guide.ts'
import { RouterConfigError } from '../../setup/config/router-config-error.ts'
import { routerGuides } from '../../setup/config/guides.ts'
import { guidePhrases } from './ja/server/guides.ts'
import { phraseBook } from './ja/server/phrase-book.ts'
import { phraseReader } from './phrases.ts'

const read = phraseReader({ ...phraseBook, phrases: [...phraseBook.phrases, ...phraseBook.guides] })
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
/** Commands, paths, menus and names are the same in every language. */
const words = /[a-z]{2} [a-z]{2}/

/** What a page shows of a guide besides what is pasted. */
function told(guide: RouterGuide): string[] {
  const configs = guide.variants.flatMap(({ id: variant, protocols, collectors = ['ipv4'] }) =>
    protocols.flatMap((protocol) =>
      [1, 400, 9000].flatMap((sampling) => {
        const request = { guide: guide.id, variant, protocol, collector: collectors.includes('ipv4') ? '192.0.2.10' : '2001:db8::10' }
        return [filledOrNone(guide, { ...request, router: '192.0.2.1', sampling }), filledOrNone(guide, request)]
      }),
    ),
  )
  const parts = configs.flatMap((config) => [...(config?.parts ?? []), ...(config?.undo ?? [])])
  const lines = [...parts.flatMap((part) => part.lines), ...configs.flatMap((config) => config?.verify ?? [])]
  return [
    guide.title,
    ...guide.variants.map(({ title }) => title),
    ...parts.map(({ title }) => title),
    ...parts.flatMap(({ kind, where }) => (kind === 'file' ? [] : [where])),
    ...parts.flatMap(({ kind, lines: clicks }) => (kind === 'clicks' ? clicks.map(({ text }) => text) : [])),
    ...lines.map(({ why }) => why),
    ...configs.flatMap((config) => [...(config?.notes ?? []), ...(config?.advice.reasons ?? [])]),
    ...configs.flatMap((config) => config?.troubles.map(({ text }) => text) ?? []),
  ]
}

/** Not each rate is one of each exporter. */
function filledOrNone(guide: RouterGuide, request: Parameters<typeof filledGuide>[1]) {
  try {
    return filledGuide(guide, request)
  } catch (error) {
    if (!(error instanceof RouterConfigError)) throw error
    return undefined
  }
}

describe('a guide of a router', () => {
  it.each(routerGuides.map((guide) => [guide.id, guide] as const))('%s is told in Japanese', (_id, guide) => {
    const sentences = [...new Set(told(guide))].filter((text) => words.test(text.replaceAll(/`[^`]*`/g, '')))
    expect(sentences.length).toBeGreaterThan(0)
    expect(sentences.filter((text) => !japanese.test(read(text) ?? ''))).toEqual([])
  })

  it('has phrases for nothing that no guide says', () => {
    const said = JSON.stringify(routerGuides).replaceAll('{{', '{').replaceAll('}}', '}')
    const phrases = Object.values(guidePhrases).flatMap((part) => Object.keys(part))
    expect(phrases.filter((phrase) => !said.includes(JSON.stringify(phrase).slice(1, -1)))).toEqual([])
  })
})
