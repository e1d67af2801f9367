// Every page in Japanese: nothing that the dashboard itself says is left in English.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coreMessages as englishCore } from '../../src/web/messages/en/core.ts'
import { pageMessages as englishPages } from '../../src/web/messages/en/pages.ts'
import { coreMessages as japaneseCore } from '../../src/web/messages/ja/core.ts'
import { pageMessages as japanesePages } from '../../src/web/messages/ja/pages.ts'
import { needs, repository } from '../requirements.ts'
import { SignedInBrowser } from './browser.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })
const nobody = '0'.repeat(32)
// GraphiQL speaks English only; its page is a window on it.
const foreign = new Set(['/graphiql'])
// What is typed as it stands: a filter, a command.
const command = /^(?:src|dst) .+$|\.\/bin\/drawbridge [a-z ]+/g
// Labels of Kumo's components for which it takes no other words.
const kumo = new Set(['Loading chart', 'Reveal value'])

/** All texts of a catalogue that take no parameters. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((item) => textsOf(item)) : []
}

/** English texts that have another wording in Japanese: wherever one stands, it was forgotten. */
function translatedTexts(): Set<string> {
  const japanese = new Set(textsOf([japaneseCore, japanesePages]))
  return new Set(textsOf([englishCore, englishPages]).filter((text) => /[a-z]/.test(text) && !japanese.has(text)))
}

const english = translatedTexts()
// Two words, the second in lower case: proper names such as those of networks begin with capitals.
const words = /[A-Za-z]{2,}[,:;]? [a-z]{2,}/

interface LeftOver {
  readonly path: string
  readonly left: readonly string[]
}

/** What people see, or hear by a screen reader: runs in the page. Commands, addresses and filters are set in one width. */
const collect = `(() => {
  const seen = new Set()
  const skipped = 'script, style, code, pre, kbd, .font-mono, [lang="en"]'
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode())
    if (node.parentElement?.checkVisibility() && node.parentElement.closest(skipped) === null) seen.add(node.data.trim())
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    if (element.checkVisibility() && element.closest(skipped) === null)
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) seen.add((element.getAttribute(name) ?? '').trim())
  return [...seen]
})()`

const notFound = japaneseCore.shell.notFound

/** Goes there as a link does, because loading each page anew would take most of the time; by way of a page that has nothing of another. */
async function textsOn(page: Page, path: string): Promise<string[]> {
  const go = (to: string) => page.evaluate(`history.pushState({}, '', ${JSON.stringify(to)})`)
  await go('/no-such-page')
  await page.getByText(notFound).first().waitFor()
  await go(path)
  await page.getByText(notFound).first().waitFor({ state: 'detached' })
  await page.locator(':is(h1, h2, [role=alert])').first().waitFor()
  await page.getByLabel(japaneseCore.loading).first().waitFor({ state: 'detached' })
  return page.evaluate<string[]>(collect)
}

/** Names of networks, routers, rules, agents and whatever else the server tells; its sentences are no names. */
class KnownNames {
  readonly #names = new Set<string>()

  async learn(request: Request): Promise<void> {
    if (!request.url().includes('/client/v4/')) return
    // An answer that belongs to a page that was left is gone.
    const answer: unknown = await request
      .response()
      .then((response) => response?.json())
      .catch(() => null)
    for (const text of textsOf(answer)) if (!/[.!?]$/.test(text)) this.#names.add(text)
  }

  isEnglish(text: string): boolean {
    if (this.#names.has(text) || kumo.has(text)) return false
    if (english.has(text)) return true
    let left = text.replaceAll(command, '')
    for (const name of this.#names) if (words.test(name)) left = left.replaceAll(name, '')
    return words.test(left)
  }
}

/** Paths of the route list, with something that exists in place of parameters where there is anything. */
async function pathsOf(page: Page): Promise<string[]> {
  const source = await readFile(join(repository, 'src/web/router.tsx'), 'utf8')
  const listed = [...source.matchAll(/path: '(\/[^']*)'/g)].map(([, path = '']) => path).filter((path) => !foreign.has(path))
  const first = await page.evaluate<Record<string, string>>(`(async () => {
    const call = async (path) => (await (await fetch('/client/v4/accounts' + path)).json()).result
    const [account] = await call('')
    const [routers, rules] = [await call('/' + account.id + '/drawbridge/routers'), await call('/' + account.id + '/mnm/rules')]
    return { '/routers/$address': routers[0].address, '/rules/$id': rules[0].id }
  })()`)
  return listed.map((path) => path.replace(/\$\w+$/, first[path] ?? nobody))
}

describe.skipIf(skip !== undefined)('the dashboard in Japanese', () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  const names = new KnownNames()

  beforeAll(async () => {
    dashboard = await startDashboard()
    browser = await SignedInBrowser.start(dashboard)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
  })

  const stillEnglish = (found: readonly LeftOver[]): LeftOver[] =>
    found.map(({ path, left }) => ({ path, left: left.filter((text) => names.isEnglish(text)) })).filter(({ left }) => left.length > 0)

  it('says nothing in English on any page', async () => {
    const page = await browser.open('/', { locale: 'ja-JP' })
    page.on('requestfinished', (request) => void names.learn(request))
    await page.locator('main').waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('ja')
    const found: LeftOver[] = []
    for (const path of await pathsOf(page)) {
      const texts = await textsOn(page, path)
      const left = texts.filter((text) => names.isEnglish(text))
      if (left.length > 0) found.push({ path, left })
    }
    // Pages show what was answered a moment before it is learnt here.
    await expect.poll(() => stillEnglish(found), { timeout: 5000 }).toEqual([])
    await browser.closePages()
  })
})
