// Every page that the router knows: accessible in both looks, no wider than the screen, and used by the keyboard alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'
import { faults, loaded } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { startDashboard, type RunningDashboard } from './dashboard.ts'
import { focusBy, hasFocus, tabRound } from './keyboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })

const router = readFileSync(join(repository, 'src', 'web', 'router.tsx'), 'utf8')
const routes = [...router.matchAll(/^ {2}path: '([^']+)',$/gm)].map(([, path = '']) => path)

/** Where the first of those is found that a page with an id is about; below `…/drawbridge/` unless it begins with a slash. */
const lists: Readonly<Record<string, string>> = {
  '/routers/$address': 'routers',
  '/rules/$id': '/mnm/rules',
  '/incidents/$id': 'incidents',
  '/advertisements/$id': 'advertisements',
  '/captures/$id': 'captures',
  '/signatures/$id': 'signatures',
  '/firewall/$id': 'firewall/rules',
}

/** GraphiQL brings its editor along: axe complains about CodeMirror, and Tab indents there. */
const foreign: Readonly<Record<string, readonly string[]>> = { '/graphiql': ['.graphiql-container'] }

/** A network of the demo that gets some hundred Mb/s all the time. */
const busy = '203.0.113.0/24'

describe.skipIf(skip !== undefined)(`every page in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  let page: Page

  beforeAll(async () => {
    dashboard = await startDashboard()
    browser = await SignedInBrowser.start(dashboard)
    page = await browser.open('/', { reducedMotion: 'reduce' })
    await makeOneOfEach()
  })
  afterAll(async () => {
    try {
      await browser?.closePages()
    } finally {
      await browser?.stop()
      await dashboard?.stop()
    }
  })

  /** Asks the API as the page does, with the session's cookie. @throws Error what it refuses */
  async function ask<T>(path: string, body?: object): Promise<T> {
    const below = path.startsWith('/') ? path : `/drawbridge/${path}`
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const answer = await page.evaluate<{ success: boolean; errors: unknown; result: T }>(`(async () => {
      const [account] = (await (await fetch('/client/v4/accounts')).json()).result
      return (await fetch('/client/v4/accounts/' + account.id + ${JSON.stringify(below)}, ${JSON.stringify(init)})).json()
    })()`)
    if (!answer.success) throw new Error(`${path}: ${JSON.stringify(answer.errors)}`)
    return answer.result
  }

  /** A rule that fires at once and records what it would announce, a capture, a signature of it, and a rule of the firewall. */
  async function makeOneOfEach(): Promise<void> {
    const rule = { name: 'page-each', type: 'threshold', prefixes: [busy], bandwidth_threshold: 1_000_000, duration: '5s' }
    await ask('/mnm/rules', { ...rule, automatic_advertisement: true, drawbridge: { advertise_dry_run: true } })
    const capture = { type: 'simple', filter: 'tcp', time_limit: 60, packet_limit: 30, drawbridge: { sampling: 1 } }
    const { id } = await ask<{ id: string }>('captures', capture)
    await ask('firewall/rules', { name: 'page-each', filter: 'udp and src port 123', lifetime_minutes: 60, why: 'For the pages' })
    await until('the packets', async () => ((await ask<{ status: string }>(`captures/${id}`)).status === 'success' ? true : undefined))
    await ask('signatures', { name: 'page-each', attack: { capture: id } })
    await until('one of each', async () => {
      const found = await Promise.all(Object.values(lists).map((list) => ask<unknown[]>(list)))
      return found.every(({ length }) => length > 0) ? true : undefined
    })
  }

  /** The address of a page: of one with an id that of the first of its list. */
  async function addressOf(route: string): Promise<string> {
    if (!route.includes('$')) return route
    const [first] = await ask<{ id?: string; address?: string }[]>(lists[route] ?? 'nowhere')
    return route.replace(/\$\w+/, String(first?.address ?? first?.id))
  }

  it.each(routes)('%s is accessible and fits its screen; the focus is seen, goes on and comes round', async (route) => {
    const address = await addressOf(route)
    await page.goto(dashboard.url + address)
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
    await loaded(page)
    expect(new URL(page.url()).pathname).toBe(address)
    const without = foreign[route] ?? []
    const found = without.length > 0 ? [] : await tabRound(page)
    expect([...found, ...(await faults(page, without))]).toEqual([])
  })

  const navigation = () => page.getByRole('navigation', { name: 'Pages' })

  it('is reached from the navigation by keys, and the focus goes along', async () => {
    await page.goto(`${dashboard.url}/rules/new`)
    await navigation().getByRole('link').first().waitFor()
    const links = await navigation().getByRole('link').all()
    expect(links.length).toBeGreaterThan(10)
    const inside = page.locator('main:focus, main :focus')
    for (const link of links) {
      const address = new URL(String(await link.getAttribute('href')), dashboard.url).pathname
      await focusBy(page, (await inside.count()) > 0 ? 'Shift+Tab' : 'Tab', link)
      await page.keyboard.press('Enter')
      await page.waitForURL(({ pathname }) => pathname === address)
      await until(`the focus in ${address}`, async () => ((await inside.count()) > 0 ? true : undefined))
    }
  })

  it('is found by its name', async () => {
    await page.goto(dashboard.url)
    await navigation().getByRole('link').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await page.keyboard.type('Ledger')
    await page
      .getByRole('option', { name: /^Ledger/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(({ pathname }) => pathname === '/ledger')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  /** What a page is for, behind a button that opens a form above it. */
  const forms = [
    { path: '/advertisements/prefixes', button: 'Register prefix' },
    { path: '/alerts', button: 'Add webhook' },
    { path: '/agents', button: 'Enrol an agent' },
    { path: '/firewall', button: 'New rule' },
    { path: '/settings/people', button: 'Invite' },
    { path: '/settings/tokens', button: 'New token' },
  ]

  it.each(forms)('$path: $button opens a form that keeps the focus until Escape, which gives it back', async ({ path, button: name }) => {
    await page.goto(dashboard.url + path)
    const button = page.getByRole('main').getByRole('button', { name }).first()
    await focusBy(page, 'Tab', button)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog').filter({ has: page.locator('form') })
    const inside = () => until('the focus in the form', async () => ((await dialog.locator(':focus').count()) > 0 ? true : undefined))
    await inside()
    // More often than any form has fields; not faster than it can send the focus back to its first.
    for (let count = 0; count < 30; count++) {
      await page.keyboard.press('Tab')
      await inside()
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe(path)
    await until('the focus back at the button', async () => ((await hasFocus(button)) ? true : undefined))
  })
})
