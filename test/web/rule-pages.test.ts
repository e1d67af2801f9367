// Rules, incidents and alerts in a real browser, against the real server with simulated traffic and a real receiver.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { choose } from './choose.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })
/** A network of the demo that gets some hundred Mb/s all the time. */
const busy = '203.0.113.0/24'

/** A question about history may take as long as the server gives it. */
const answerTime = 60_000

interface Kind {
  readonly name: string
  readonly choice: string
  /** Fills in what only this kind has. */
  readonly fill: (page: Page) => Promise<void>
  /** Changes a saved rule. */
  readonly change: (page: Page) => Promise<void>
  /** What must be there after the change was saved and the page loaded again. */
  readonly changed: (page: Page) => Locator
}

const kinds: readonly Kind[] = [
  {
    name: 'page-threshold',
    choice: 'Threshold',
    fill: async (page) => {
      await page.getByLabel('Bits a second').fill('900G')
      await choose(page.getByRole('combobox', { name: 'For at least' }), '5 minutes')
    },
    change: (page) => page.getByLabel('Packets a second').fill('75 Mpps'),
    changed: (page) => page.getByText('above 900 Gb/s or 75 Mpps for 5 min'),
  },
  {
    name: 'page-anomaly',
    choice: 'Anomaly',
    fill: (page) => choose(page.getByRole('combobox', { name: 'Judge by' }), 'Packets a second'),
    change: (page) => choose(page.getByRole('combobox', { name: 'Sensitivity' }), 'High'),
    changed: (page) => page.getByText('High sensitivity, by packets'),
  },
  {
    name: 'page-attacks',
    choice: 'Attack patterns',
    fill: (page) => choose(page.getByRole('combobox', { name: 'When advertising, announce' }), 'the covering prefix (subnet)'),
    change: (page) => choose(page.getByRole('combobox', { name: 'Sensitivity' }), 'Low'),
    changed: (page) => page.getByText('Low sensitivity', { exact: true }),
  },
]

/** Presses a button that asks the server something, and waits until the answer is on the page. */
async function askServer(page: Page, name: string | RegExp, path: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith(path), { timeout: answerTime })
  await page.getByRole('button', { name }).click()
  await answered
  await until('the end of loading', async () => ((await page.locator('[aria-busy=true]').count()) === 0 ? true : undefined))
}

describe.skipIf(skip !== undefined)(`rules, incidents and alerts in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  let receiver: Server
  const received: string[] = []

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        received.push(`${String(request.headers['cf-webhook-auth'])} ${body}`)
        response.end()
      })
    })
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve)
    })
    dashboard = await startDashboard(['alerts.allow_private_targets=127.0.0.0/8', `alerts.ports=${receiverPort()}`])
    browser = await SignedInBrowser.start(dashboard)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
    receiver?.closeAllConnections()
    receiver?.close()
  })
  afterEach(() => browser.closePages())

  // It listens on TCP, so it has a port.
  const receiverPort = () => (receiver.address() as AddressInfo).port
  const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

  async function newRule(page: Page, name: string, choice: string): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('radio', { name: choice }).click()
    await page.getByLabel('Prefixes').fill(busy)
  }

  async function create(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.waitForURL((url) => /^\/rules\/[0-9a-f]{32}$/.test(url.pathname))
  }

  /** A rule that the demo's traffic breaks at once. */
  async function createFiring(name: string): Promise<Page> {
    const page = await browser.open('/rules/new')
    await newRule(page, name, 'Threshold')
    await page.getByLabel('Bits a second').fill('1M')
    await choose(page.getByRole('combobox', { name: 'For at least' }), '5 seconds')
    await create(page)
    return page
  }

  async function remove(page: Page, name: string): Promise<void> {
    await row(page, name)
      .getByRole('button', { name: `Delete ${name}` })
      .click()
    await page.getByRole('button', { name: 'Delete rule' }).click()
    await row(page, name).waitFor({ state: 'detached' })
  }

  it.each(kinds)('make, change, delete and bring back a rule: $choice', async (kind) => {
    const page = await browser.open('/rules/new')
    await newRule(page, kind.name, kind.choice)
    await kind.fill(page)
    await create(page)
    await page.getByRole('heading', { name: kind.name, exact: true }).waitFor()
    await kind.change(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(`${kind.name} is saved`).first().waitFor()
    await page.goto(`${dashboard.url}/rules`)
    await row(page, kind.name).waitFor()
    await kind.changed(page).first().waitFor()
    await remove(page, kind.name)
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, kind.name).waitFor()
    await kind.changed(page).first().waitFor()
    await remove(page, kind.name)
    expect(await row(page, kind.name).count()).toBe(0)
  })

  it('show what is wrong beside the field, whether the page or the server found it', async () => {
    const page = await browser.open('/rules/new')
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.getByText('Set a limit, or the rule never fires.').waitFor()
    await newRule(page, 'two words', 'Threshold')
    await page.getByLabel('Prefixes').fill(`${busy}\n203.0.113.300`)
    await page.getByText('Line 2: 203.0.113.300 is no IPv4 or IPv6 address').waitFor()
    await page.getByLabel('Prefixes').fill(busy)
    await page.getByLabel('Bits a second').fill('1G')
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.getByText(/without spaces/).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    expect(new URL(page.url()).pathname).toBe('/rules/new')
  })

  it('open an incident when a rule fires, and close it with the rule', async () => {
    const page = await createFiring('page-firing')
    await page.getByRole('link', { name: /^Show the incident/ }).click()
    await page.waitForURL((url) => url.pathname.startsWith('/incidents/'))
    await page.getByRole('heading', { name: /^page-firing: .* to 203\.0\.113\.0\/24, above 1 Mb\/s/ }).waitFor()
    await page.getByText('Open', { exact: true }).first().waitFor()
    await page.locator('canvas').first().waitFor()
    // Who took part is told from stored flows, every half a minute; on a busy machine a question may be given up.
    const destinations = page.getByRole('region', { name: 'Destinations' })
    await destinations
      .getByText(/^203\.0\.113\./)
      .first()
      .waitFor({ timeout: 150_000 })
    await page.getByLabel('Add a note').fill('Looked at by the page test')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('listitem').filter({ hasText: 'Looked at by the page test' }).waitFor()

    const overview = await browser.open('/')
    const now = overview.getByRole('region', { name: 'What fires now' })
    await now.getByRole('link', { name: 'page-firing', exact: true }).waitFor()

    const list = await browser.open('/rules')
    await row(list, 'page-firing').getByRole('switch').click()
    await list.getByText('page-firing is off').waitFor()
    await page.getByText('Over', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: /^Show its flows/ }).click()
    await page.waitForURL((url) => url.pathname === '/' && url.searchParams.has('from') && url.searchParams.has('is'))
    await page.getByText('Rule is page-firing').waitFor()
    await remove(list, 'page-firing')
    expect(await row(list, 'page-firing').count()).toBe(0)
  }, 300_000)

  it('tell a webhook, test a policy, silence it and take it all back', async () => {
    const page = await browser.open('/alerts')
    await page.getByRole('button', { name: 'Add webhook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Test receiver')
    await dialog.getByLabel('Address').fill('http://127.0.0.1:1/nobody')
    await dialog.getByLabel('Secret').fill('page-secret')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText(/port 1 is not among/).waitFor()
    await dialog.getByLabel('Address').fill(`http://127.0.0.1:${receiverPort()}/hook`)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Test receiver is saved').waitFor()
    expect(received.at(-1)).toMatch(/^page-secret .*test message/)

    await page.getByRole('button', { name: 'New policy' }).first().click()
    await dialog.getByLabel('Name').fill('Page policy')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Choose at least one destination.').waitFor()
    await dialog.getByRole('checkbox', { name: 'Test receiver' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    const policy = page.getByRole('listitem').filter({ hasText: 'Page policy' })
    await policy.getByText('Test receiver').waitFor()

    await policy.getByRole('button', { name: 'Actions for Page policy' }).click()
    await page.getByRole('menuitem', { name: 'Send a test' }).click()
    await until('the test at the receiver', () => received.find((body) => body.includes('This is a test of an alert policy')))
    await page.getByRole('region', { name: 'History' }).getByText('Delivered').first().waitFor()

    await policy.getByRole('button', { name: 'Actions for Page policy' }).click()
    await page.getByRole('menuitem', { name: 'Silence…' }).click()
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await policy.getByText('Silenced').waitFor()
    await page.getByRole('button', { name: 'End the silence of Page policy now' }).click()
    await policy.getByText('Silenced').waitFor({ state: 'detached' })

    await policy.getByRole('switch').click()
    await until('the policy to be off', async () =>
      (await policy.getByRole('switch').getAttribute('aria-checked')) === 'false' ? true : undefined,
    )
    await policy.getByRole('button', { name: 'Actions for Page policy' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete policy' }).click()
    await policy.waitFor({ state: 'detached' })
  })

  // The last: its history grows while the others run.
  it('try settings out on stored traffic, and suggest limits', async () => {
    const page = await browser.open('/rules/new')
    await newRule(page, 'tried', 'Threshold')
    await until('flows in the store', async () => {
      await askServer(page, 'Suggest limits', '/rules/suggest')
      const value = await page.getByLabel('Bits a second').inputValue()
      return value === '' || value === '1 b/s' ? undefined : true
    })
    await page.getByText(/^From .* of history/).waitFor()
    await page.getByLabel('Bits a second').fill('1M')
    await page.getByLabel('Packets a second').fill('')
    await choose(page.getByRole('combobox', { name: 'For at least' }), '5 seconds')
    await until('a firing', async () => {
      await askServer(page, /^Run (backtest|again)$/, '/rules/backtest')
      return (await page.getByText(/^It would have fired/).count()) > 0 ? true : undefined
    })
    await page.getByRole('region', { name: 'Backtest' }).locator('canvas').first().waitFor()
    await page.getByLabel('Bits a second').fill('900G')
    await page.getByText('The settings have changed since.').waitFor()
    expect(await page.getByRole('button', { name: 'Run again' }).count()).toBe(1)
  }, 300_000)
})
