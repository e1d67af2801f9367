// The dashboard in a real browser against the real server with simulated routers.
import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ListenerStatus } from '../../src/contract/collector-status.ts'
import type { RouterCheck } from '../../src/contract/router-check.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { faults } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { startDashboard, type RunningDashboard } from './dashboard.ts'
import { v5Datagram } from './v5-datagram.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })

describe.skipIf(skip !== undefined)(`the dashboard in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser

  beforeAll(async () => {
    dashboard = await startDashboard()
    browser = await SignedInBrowser.start(dashboard)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
  })
  afterEach(() => browser.closePages())

  const open = (path: string, options?: BrowserContextOptions) => browser.open(path, options)
  const signedOut: BrowserContextOptions = { storageState: { cookies: [], origins: [] } }

  /** Waits until the address has the search parameter, and answers its values. */
  async function parameter(page: Page, name: string): Promise<string[]> {
    await page.waitForURL((url) => url.searchParams.has(name))
    return new URL(page.url()).searchParams.getAll(name)
  }

  /** Waits until the address has none of the search parameters, and answers what is left. */
  async function without(page: Page, ...names: string[]): Promise<string> {
    await page.waitForURL((url) => names.every((name) => !url.searchParams.has(name)))
    return new URL(page.url()).search
  }

  /** Waits until it is to be seen. */
  async function shown(locator: Locator): Promise<boolean> {
    await locator.first().waitFor()
    return true
  }

  /** Asks the API as the page does, with the session's cookie. */
  function ask<T>(page: Page, path: string, method = 'GET'): Promise<T> {
    return page.evaluate<T>(`(async () => {
      const call = async (path, method) => (await (await fetch(path, { method })).json()).result
      const [account] = await call('/client/v4/accounts', 'GET')
      return call('/client/v4/accounts/' + account.id + '/drawbridge/' + ${JSON.stringify(path)}, ${JSON.stringify(method)})
    })()`)
  }

  /** One NetFlow v5 datagram from 127.0.0.1; the simulated routers have other addresses. */
  async function sendFromStranger(page: Page, datagram: Buffer = v5Datagram()): Promise<void> {
    const { listeners } = await ask<{ listeners: readonly ListenerStatus[] }>(page, 'ledger')
    const port = Number(/\d+$/.exec(listeners[0]?.address ?? '')?.[0])
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)))
    })
    socket.close()
  }

  describe('sign-in', () => {
    it('is where somebody unknown ends, and leads back afterwards', async () => {
      const page = await open('/ledger', signedOut)
      expect(await parameter(page, 'next')).toEqual(['/ledger'])
      expect(await shown(page.getByRole('heading', { name: 'Sign in' }))).toBe(true)
    })

    it('refuses a wrong link, says what to do next and cleans the address bar', async () => {
      const page = await open('/sign-in#no-such-secret', signedOut)
      const alert = page.getByRole('alert')
      await alert.waitFor()
      expect(await alert.textContent()).toContain('not valid')
      expect(await page.getByText('./bin/drawbridge token create').count()).toBe(1)
      expect(new URL(page.url()).hash).toBe('')
    })

    it('asks for something before it sends nothing', async () => {
      const page = await open('/sign-in', signedOut)
      await page.getByRole('button', { name: 'Sign in' }).click()
      expect(await shown(page.getByText('Type your e-mail address.'))).toBe(true)
      await page.getByRole('tab', { name: 'Link or token' }).click()
      await page.getByRole('button', { name: 'Sign in' }).click()
      expect(await shown(page.getByText('Paste a token or a link first.'))).toBe(true)
    })
  })

  describe('frame', () => {
    it('is used by keyboard: pages, the palette, the list of keys', async () => {
      const page = await open('/rules')
      await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('i')
      await page.waitForURL((url) => url.pathname === '/incidents')
      const heading = page.getByRole('heading', { name: 'Incidents', level: 1 })
      await until('the focus at the heading', async () => (await heading.evaluate('document.activeElement?.tagName')) === 'H1' || undefined)
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search or go to' }).fill('edge-1')
      await page.getByRole('option', { name: /^edge-1/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => url.pathname === '/routers/127.0.0.2')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('?')
      expect(await shown(page.getByRole('dialog', { name: 'Keyboard shortcuts' }))).toBe(true)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })

    it('speaks Japanese and tells times in UTC when asked to', async () => {
      const page = await open('/ledger', { timezoneId: 'Asia/Tokyo' })
      const footer = page.getByRole('contentinfo')
      await footer.getByText('times in Asia/Tokyo').waitFor()
      const choose = async (account: string, menu: string, choice: string) => {
        await page.getByRole('button', { name: account }).click()
        await page.getByRole('menuitem', { name: menu }).click()
        await page.getByRole('menuitemradio', { name: choice }).click()
      }
      await choose('Account', 'Times', 'UTC')
      await footer.getByText('times in UTC').waitFor()
      await choose('Account', 'Language', '日本語')
      await page.getByRole('heading', { name: '台帳', level: 1 }).waitFor()
      expect(await page.locator('html').getAttribute('lang')).toBe('ja')
      await footer.getByText('時刻はUTC').waitFor()
    })

    it('has its links in a drawer on narrow screens, and says why something may not be done', async () => {
      const page = await open('/ledger', { viewport: { width: 390, height: 844 } })
      await page.route('**/drawbridge/status', async (route) => {
        const response = await route.fetch()
        const { result } = (await response.json()) as { result: object }
        await route.fulfill({ response, json: { success: true, errors: [], messages: [], result: { ...result, scopes: ['mnm:read'] } } })
      })
      await page.reload()
      await page.getByRole('button', { name: 'Menu' }).click()
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Rules' }).click()
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      const add = page.getByRole('button', { name: 'New rule' })
      await until('the reason', async () => (await add.getAttribute('aria-description'))?.includes('mnm:admin') || undefined)
      await add.click({ force: true })
      expect(new URL(page.url()).pathname).toBe('/rules')
    })
  })

  describe('overview', () => {
    it('moves every second', async () => {
      const page = await open('/')
      const latest = page.locator('dl dd').first()
      const seen = new Set<string>()
      await until('five different readings', async () => {
        seen.add((await latest.textContent()) ?? '')
        return seen.size >= 5 ? true : undefined
      })
      expect([...seen].join(' ')).toMatch(/\d [kMGT]b\/s/)
    })

    it('keeps range and unit in the address', async () => {
      const page = await open('/')
      await page.getByRole('tab', { name: '1 h', exact: true }).click()
      expect(await parameter(page, 'range')).toEqual(['1h'])
      await page.getByRole('tab', { name: 'Packets' }).click()
      expect(await parameter(page, 'unit')).toEqual(['packets'])
      expect(await shown(page.getByText('pps'))).toBe(true)
      await page.goBack()
      expect(await without(page, 'unit')).toBe('?range=1h')
    })

    it('filters by click, leaves out with Alt, and shows the same to whoever opens the link', async () => {
      const page = await open('/?range=30m')
      const card = page.getByRole('region', { name: 'Protocols' })
      await card.getByRole('button', { name: /^UDP/ }).click()
      expect(await parameter(page, 'is')).toEqual(['protocol:17'])
      const ports = page.getByRole('region', { name: 'Destination ports' })
      await ports
        .getByRole('row')
        .nth(1)
        .getByRole('button')
        .first()
        .click({ modifiers: ['Alt'] })
      expect(await parameter(page, 'not')).toEqual([expect.stringMatching(/^destinationPort:\d+$/)])
      const { search } = new URL(page.url())
      const other = await open(`/${search}`)
      expect(await shown(other.getByText('Protocol is UDP (17)'))).toBe(true)
      expect(await shown(other.getByText(/^Destination port is not \d+/))).toBe(true)
      await other.getByRole('button', { name: 'Clear filters' }).click()
      expect(await without(other, 'is', 'not')).toBe('?range=30m')
    })

    it('zooms into what was dragged over', async () => {
      const page = await open('/')
      const chart = page.locator('canvas').first()
      const box = await until('a chart', async () => (await chart.boundingBox()) ?? undefined)
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 8 })
      await page.mouse.up()
      const [from = ''] = await parameter(page, 'from')
      const [to = ''] = await parameter(page, 'to')
      const length = Date.parse(to) - Date.parse(from)
      expect(length).toBeGreaterThan(45_000)
      expect(length).toBeLessThan(150_000)
    })

    it('registers a sender that it did not know, and undoes it', async () => {
      const page = await open('/')
      await sendFromStranger(page)
      const register = page.getByRole('region', { name: 'Unregistered senders' }).getByRole('button', { name: /^Register / })
      await register.first().click()
      expect(await shown(page.getByText(/is registered$/))).toBe(true)
      await page.getByRole('button', { name: 'Undo' }).click()
      await sendFromStranger(page)
      expect(await shown(register)).toBe(true)
    })

    it('says where no limit can be drawn, folds the rest of the lists, and makes a rule of a view', async () => {
      const page = await open('/?range=30m&is=destinationAddress:203.0.113.7&is=protocol:17')
      await page.getByText('No limits are drawn').waitFor()
      await page.getByRole('button', { name: 'Remove the filter Protocol is UDP (17)' }).click()
      // A rule that fires is drawn without being asked for; what was pressed stays.
      const limit = page.getByRole('region', { name: 'Nearest limits' }).getByRole('button', { name: /^demo-volume/ })
      await limit.click()
      const drawn = await limit.getAttribute('aria-pressed')
      await limit.click()
      await until('the other', async () => ((await limit.getAttribute('aria-pressed')) === drawn ? undefined : true))
      expect(await page.getByRole('heading', { name: 'Input interfaces' }).count()).toBe(0)
      await page.getByRole('button', { name: 'More dimensions' }).click()
      await page.getByRole('heading', { name: 'Input interfaces' }).waitFor()
      await page.getByRole('button', { name: 'Make a rule of this' }).click()
      await page.getByText('Filled in from what you looked at').waitFor()
      expect(await page.getByRole('textbox', { name: /^Prefixes/ }).inputValue()).toBe('203.0.113.7/32')
      expect(new URL(page.url()).pathname).toBe('/rules/new')
    })

    it('leads to all routers, which are searched and ordered in the address', async () => {
      const page = await open('/')
      await page.getByRole('link', { name: 'All 4 routers' }).click()
      await page.getByRole('heading', { name: 'Routers', level: 1 }).waitFor()
      await page.getByRole('button', { name: 'Address', exact: true }).click()
      expect(await parameter(page, 'sort')).toEqual(['address'])
      await page.getByRole('searchbox', { name: 'Name or address' }).fill('core')
      expect(await parameter(page, 'q')).toEqual(['core'])
      await page.getByText('1 of 4 routers').waitFor()
      await page.getByRole('link', { name: 'core-1' }).first().click()
      await page.waitForURL((url) => url.pathname === '/routers/127.0.0.4')
      await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Routers' }).click()
      await page.getByText('4 routers', { exact: true }).waitFor()
    })

    it('can be used without a mouse', async () => {
      const page = await open('/')
      await page.getByRole('tab', { name: '5 min' }).waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      expect(new URL(page.url()).hash).toBe('#content')
      await page.getByRole('tab', { name: '5 min' }).focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
      expect(await parameter(page, 'range')).toEqual(['30m'])
    })

    it('says so when the server is gone, keeps what it knew, and recovers', async () => {
      const page = await open('/')
      await page.getByText('Live', { exact: true }).waitFor()
      // The chart's program is loaded after the first answers; what is to be kept must be there first.
      await page.locator('canvas').first().waitFor()
      await page.route('**/drawbridge/**', (route) => route.abort())
      await page
        .getByText(/^Not updated since/)
        .first()
        .waitFor()
      expect(await page.locator('canvas').count()).toBeGreaterThan(0)
      await page.unroute('**/drawbridge/**')
      await page.getByText('Live', { exact: true }).waitFor()
    })

    it('ends at the sign-in page when the session does', async () => {
      // With cookies of its own.
      const page = await open('/', {})
      await page.getByText('Live', { exact: true }).waitFor()
      await page.context().clearCookies()
      expect(await shown(page.getByRole('heading', { name: 'Sign in' }))).toBe(true)
    })
  })

  describe('set-up', () => {
    const step = (page: Page, name: string) => page.getByRole('list', { name: 'Steps' }).locator(`> li:has(h3:text-is("${name}"))`)

    it('finds a router by any of its names, fills its commands in, explains and copies them, and a link shows the same', async () => {
      const page = await open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Set-up' }).click()
      const guide = page.getByRole('combobox', { name: 'Router or program that sends' })
      await guide.fill('catalyst')
      await page.getByRole('option').first().waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByLabel('Address of this machine').fill('192.0.2.10')
      await page.getByLabel('Interfaces to watch').fill('GigabitEthernet0/0/7;')
      await page.locator('input[aria-invalid=true]').waitFor()
      await page.getByLabel('Interfaces to watch').fill('GigabitEthernet0/0/7')
      const commands = page.getByRole('region', { name: /^2\. Paste/ })
      await commands.getByText('interface GigabitEthernet0/0/7').first().waitFor()
      await commands.getByRole('button', { name: 'Copy all' }).click()
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain('destination 192.0.2.10')
      await commands.getByRole('switch', { name: 'What each line does' }).click()
      expect(await commands.getByRole('list').first().getByRole('listitem').count()).toBeGreaterThan(5)
      expect(await parameter(page, 'interfaces')).toEqual(['GigabitEthernet0/0/7'])
      const { search } = new URL(page.url())
      const other = await open(`/set-up${search}`)
      expect(await shown(other.getByText('interface GigabitEthernet0/0/7'))).toBe(true)
    })

    it('watches a stranger all the way to the graph, with the one press that it takes, and keeps what it sent', async () => {
      const page = await open('/set-up?router=127.0.0.1')
      await step(page, 'Datagrams').waitFor()
      const sending = (what: string, locator: Locator) => {
        let sequence = 0
        return until(what, async () => {
          await sendFromStranger(page, v5Datagram([{ sequence: (sequence += 2) }, { sequence: sequence + 1 }]))
          return (await locator.count()) > 0 ? true : undefined
        })
      }
      const register = step(page, 'Registration').getByRole('button', { name: 'Register 127.0.0.1' })
      await sending('a button that registers', register)
      await register.click()
      await sending('that it is registered', step(page, 'Registration').getByText('In order'))
      await sending('known sampling', step(page, 'Sampling').getByText('In order'))
      await sending('flows on the graph', step(page, 'Graph').getByText('In order'))
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save pcap' }).click()])
      const bytes = await readFile(await file.path())
      // Magic number of a pcap, in either order of bytes.
      expect([0xa1b2c3d4, 0xd4c3b2a1]).toContain(bytes.readUInt32BE(0))
      expect(bytes.length).toBeGreaterThan(24 + 2 * 48)
      const [closed] = await Promise.all([
        page.waitForRequest((request) => request.method() === 'DELETE' && request.url().includes('/router-checks/')),
        page.getByRole('button', { name: 'See it on the graph' }).click(),
      ])
      expect(new URL(closed.url()).pathname).toMatch(/router-checks\/[0-9a-f]{32}$/)
      expect(await parameter(page, 'is')).toEqual(['routerAddress:127.0.0.1'])
      await ask(page, 'routers/127.0.0.1', 'DELETE')
    })

    it('sets what the router does not tell, and offers nothing that a sign-in may not do', async () => {
      const action = { kind: 'set_sampling', address: '127.0.0.2', rate: null }
      const finding = {
        code: 'sampling_untold',
        state: 'warning',
        text: 'Nobody tells.',
        advice: 'Set it.',
        command: '',
        values: {},
        action,
      }
      const page = await open('/')
      await page.route(/router-checks/, async (route) => {
        const response = await route.fetch()
        const { result } = (await response.json()) as { result: RouterCheck }
        const steps = result.steps?.map((known) =>
          known.name === 'sampling' ? { ...known, state: 'warning', findings: [finding] } : known,
        )
        await route.fulfill({ response, json: { success: true, errors: [], messages: [], result: { ...result, steps } } })
      })
      await page.getByRole('link', { name: 'Set-up' }).click()
      const sampling = step(page, 'Sampling')
      await sampling.getByLabel('One packet in').fill('10')
      const [changed] = await Promise.all([
        page.waitForRequest((request) => request.method() === 'PATCH'),
        sampling.getByRole('button', { name: 'Set sampling to 1 in 10' }).click(),
      ])
      expect(new URL(changed.url()).pathname).toMatch(/routers\/127\.0\.0\.2$/)
      expect(changed.postDataJSON()).toEqual({ sampling_override: 10 })
      await Promise.all([
        page.waitForResponse((response) => response.request().method() === 'PATCH'),
        page.getByRole('button', { name: 'Undo' }).click(),
      ])
      await page.route('**/drawbridge/status', async (route) => {
        const response = await route.fetch()
        const { result } = (await response.json()) as { result: object }
        await route.fulfill({ response, json: { success: true, errors: [], messages: [], result: { ...result, scopes: ['mnm:read'] } } })
      })
      await page.reload()
      await sampling.getByText('Your sign-in may look, not change').waitFor()
      expect(await sampling.getByRole('button').count()).toBe(0)
    })

    it('begins anew when it has ended meanwhile, and says so when the server is away', async () => {
      const page = await open('/set-up')
      const opened = await page.waitForResponse((response) => response.request().method() === 'POST' && response.ok())
      const { result } = (await opened.json()) as { result: { id: string } }
      await step(page, 'Datagrams').waitFor()
      const again = page.waitForResponse((response) => response.request().method() === 'POST' && response.ok())
      await ask(page, `router-checks/${result.id}`, 'DELETE')
      expect(((await (await again).json()) as { result: { id: string } }).result.id).not.toBe(result.id)
      await page.route('**/router-checks/**', (route) => route.abort())
      await page.getByText(/^Not updated since/).waitFor()
      expect(await step(page, 'Datagrams').count()).toBe(1)
      await page.unroute('**/router-checks/**')
      await page.getByText(/^Not updated since/).waitFor({ state: 'detached' })
    })
  })

  describe('GraphiQL', () => {
    it('knows the schema, asks the first query, completes a field and asks again', async () => {
      const page = await open('/')
      await page.getByRole('button', { name: 'Account' }).click()
      await page.getByRole('menuitem', { name: 'GraphiQL' }).click()
      const editor = page.locator('.graphiql-query-editor .CodeMirror')
      const answer = page.locator('.result-window .CodeMirror')
      await editor.getByText('MagicNetworkMonitoring').waitFor()
      await page.getByText('"accountTag"').waitFor()
      await answer.waitFor()
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
      expect(await shown(page.getByRole('link', { name: 'viewer', exact: true }))).toBe(true)
      await page.getByRole('button', { name: /^Execute query/ }).click()
      expect(await shown(answer.getByText('"mnmFlowDataAdaptiveGroups"'))).toBe(true)
      await editor.getByText('datetimeFiveMinutes', { exact: true }).last().click()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.keyboard.type('tunnelDest')
      await page.locator('.CodeMirror-hint-active', { hasText: 'tunnelDestinationAddress' }).waitFor()
      await page.keyboard.press('Enter')
      await editor.getByText('tunnelDestinationAddress', { exact: true }).waitFor()
      await page.getByRole('button', { name: /^Execute query/ }).click()
      expect(await shown(answer.getByText('"tunnelDestinationAddress"'))).toBe(true)
    })

    it('shows what a link brings', async () => {
      const page = await open('/graphiql?query=%7B%20cost%20%7D', { viewport: { width: 390, height: 900 } })
      const answer = page.locator('.result-window .CodeMirror')
      await page.locator('.graphiql-query-editor').getByText('cost').waitFor()
      await answer.waitFor()
      await page.getByRole('button', { name: /^Execute query/ }).click()
      expect(await shown(answer.getByText('"cost"'))).toBe(true)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    })
  })

  // Pages as they are by themselves: every-page.test.ts.
  it('a guide is accessible and no wider than the screen', async () => {
    const page = await open('/set-up?guide=vyos&collector=192.0.2.10', { reducedMotion: 'reduce' })
    await page.getByRole('heading', { name: 'Good to know' }).waitFor()
    expect(await faults(page)).toEqual([])
  })
})
