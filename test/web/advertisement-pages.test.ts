// Advertising in a real browser, against the real server with simulated traffic, and a webhook that takes all announcements.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { faults } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { choose } from './choose.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })
// The demo announces its own networks, as a dry run, whenever one of its attacks comes: nothing here is about the same prefix.
const own = '192.0.2.0/24'
const foreign = '198.19.0.0/24'
/** A network of the demo, and the part of it that gets some hundred Mb/s all the time. */
const network = '203.0.113.0/24'
const busy = '203.0.113.0/25'

/** What the webhook is told. */
interface Told {
  readonly action: string
  readonly prefix: string
  readonly purpose: string
}

// Colours and widths are independent of each other; narrow screens are where something does not fit.
/** Colours that are still on their way have other contrasts. */
const calm = { reducedMotion: 'reduce' } as const

describe.skipIf(skip !== undefined)(`advertising in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  let receiver: Server
  const told: Told[] = []

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        told.push(JSON.parse(body) as Told)
        response.setHeader('content-type', 'application/json').end('{"status":"done"}')
      })
    })
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve)
    })
    // It listens on TCP, so it has a port.
    const { port } = receiver.address() as AddressInfo
    dashboard = await startDashboard([
      `advertise.webhook.url=http://127.0.0.1:${port}/hook`,
      'advertise.webhook.secret=of-the-page-tests-only',
    ])
    browser = await SignedInBrowser.start(dashboard)
    await register(own)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
    receiver?.closeAllConnections()
    receiver?.close()
  })
  afterEach(() => browser.closePages())

  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  const row = (page: Page, prefix: string) => page.getByRole('row').filter({ hasText: prefix })
  // Toasts are dialogs as well.
  const dialogOf = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('form') })
  const wasTold = (action: string, prefix: string) =>
    told.filter((message) => message.action === action && message.prefix === prefix).length

  /** Registers a prefix that goes to the webhook. */
  async function register(cidr: string): Promise<Page> {
    const page = await browser.open('/advertisements/prefixes')
    await page.getByRole('button', { name: 'Register prefix' }).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel('Prefix', { exact: true }).fill(cidr)
    await dialog.getByLabel('Origin AS').fill('AS64500')
    await dialog.getByRole('checkbox', { name: 'BGP' }).click()
    await dialog.getByRole('checkbox', { name: 'Webhook' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row(page, cidr).getByText('Webhook').waitFor()
    return page
  }

  /** The dialog with the preview of an announcement. */
  async function preview(page: Page, prefix: string): Promise<Locator> {
    const dialog = dialogOf(page)
    await dialog.waitFor()
    // What comes in behind the dialog can move what is clicked.
    await until('the end of loading', async () => ((await page.locator('[aria-busy=true]').count()) === 0 ? true : undefined))
    await dialog.getByLabel('Prefix', { exact: true }).fill(prefix)
    await dialog.getByLabel('Why').fill('Asked for by the page test')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    return dialog
  }

  async function announce(prefix: string): Promise<Page> {
    const page = await browser.open('/advertisements?announce=new')
    const dialog = await preview(page, prefix)
    await dialog.getByRole('button', { name: 'Announce', exact: true }).click()
    await row(page, prefix).getByText('Announced', { exact: true }).waitFor()
    return page
  }

  async function sayWhy(page: Page, confirm: string, why: string): Promise<void> {
    const dialog = dialogOf(page)
    await dialog.getByLabel('Why').fill(why)
    const button = dialog.getByRole('button', { name: confirm, exact: true })
    await button.click()
    await button.waitFor({ state: 'detached' })
  }

  async function withdraw(page: Page, prefix: string): Promise<void> {
    await page.getByRole('button', { name: `Withdraw ${prefix}` }).click()
    await sayWhy(page, 'Withdraw', 'No longer needed')
    await page.getByRole('button', { name: `Withdraw ${prefix}` }).waitFor({ state: 'detached' })
  }

  it('register, lock, unlock and remove a prefix, and take it back', async () => {
    const cidr = '198.18.0.0/24'
    const page = await browser.open('/advertisements/prefixes')
    await page.getByRole('button', { name: 'Register prefix' }).click()
    const dialog = dialogOf(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('An IPv4 or IPv6 prefix with its length.').waitFor()
    await dialog.getByLabel('Prefix', { exact: true }).fill('0.0.0.0/0')
    await dialog.getByLabel('Origin AS').fill('64500')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog
      .getByRole('alert')
      .getByText(/default route/)
      .waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    const list = await register(cidr)
    const menu = async (item: string) => {
      await list.getByRole('button', { name: `Actions for ${cidr}` }).click()
      await list.getByRole('menuitem', { name: item }).click()
    }
    await menu('Lock…')
    await sayWhy(list, 'Lock', 'Being renumbered')
    await row(list, cidr).getByText('Being renumbered').waitFor()
    await menu('Unlock')
    await row(list, cidr).getByText('Being renumbered').waitFor({ state: 'detached' })
    await menu('Edit…')
    await choose(list.getByRole('combobox', { name: 'May be blackholed' }), 'nothing of it')
    await dialogOf(list).getByRole('button', { name: 'Save' }).click()
    await row(list, cidr).getByText('blackhole').waitFor({ state: 'detached' })
    await menu('Remove')
    await row(list, cidr).waitFor({ state: 'detached' })
    const removed = list.getByRole('dialog').filter({ hasText: 'was removed' })
    await removed.getByRole('button', { name: 'Undo' }).click()
    await row(list, cidr).waitFor()
    expect(await row(list, cidr).getByText('blackhole').count()).toBe(0)
  })

  it('announce after a preview, withdraw with a reason, and offer to announce again', async () => {
    const page = await browser.open('/advertisements?announce=new')
    const dialog = await preview(page, foreign)
    await dialog.getByText(/^198\.19\.0\.0\/24 cannot be announced: .* not inside a registered one[^[]*$/).waitFor()
    expect(await dialog.getByLabel('Prefix', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await preview(page, own)
    await dialog.getByText(`Divert ${own}: this will be sent`).waitFor()
    await dialog.getByText('"action": "announce"').waitFor()
    expect(wasTold('announce', own)).toBe(0)
    await dialog.getByRole('button', { name: 'Back' }).click()
    expect(await dialog.getByLabel('Prefix', { exact: true }).inputValue()).toBe(own)
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByRole('button', { name: 'Announce', exact: true }).click()
    await row(page, own).getByText('Announced', { exact: true }).waitFor()
    expect(wasTold('announce', own)).toBe(1)
    expect(await row(page, own).textContent()).toMatch(/Asked for by the page test.*in 60 min/)

    const overview = await browser.open('/')
    const now = region(overview, 'What is announced now')
    await now.getByRole('link', { name: own }).waitFor()
    await page.getByRole('button', { name: `Withdraw ${own}` }).click()
    // The offer is there for some seconds only: it is waited for beforehand.
    const again = page.getByRole('button', { name: 'Announce again' }).click()
    await sayWhy(page, 'Withdraw', 'No longer needed')
    await again
    await now.getByRole('link', { name: own }).waitFor({ state: 'detached' })
    expect(wasTold('withdraw', own)).toBe(1)

    expect(await dialog.getByLabel('Prefix', { exact: true }).inputValue()).toBe(own)
    expect(await dialog.getByLabel('Why').inputValue()).toBe('Again: Asked for by the page test')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('link', { name: 'History' }).click()
    await row(page, own).getByRole('link').click()
    const timeline = region(page, 'Timeline')
    await timeline.getByText('Withdrawn', { exact: true }).waitFor()
    await timeline
      .getByText(/No longer needed/)
      .first()
      .waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/advertisements\/[0-9a-f]{32}$/)
  })

  it('record a dry run without telling anybody', async () => {
    const page = await browser.open(`/advertisements?announce=${own}`)
    await choose(page.getByRole('combobox', { name: 'For at most' }), '15 minutes')
    await page.getByRole('switch', { name: 'Dry run' }).click()
    const before = told.length
    const dialog = await preview(page, own)
    await dialog.getByText(`Divert ${own}: this would be sent`).waitFor()
    await dialog.getByRole('button', { name: 'Record the dry run' }).click()
    await row(page, own).getByText('Recorded only').waitFor()
    await withdraw(page, own)
    expect(told.length).toBe(before)
  })

  it('stop everything, tell so on every page, and go on', async () => {
    const page = await announce(own)
    await page.getByRole('button', { name: 'Stop all…' }).click()
    await dialogOf(page).getByRole('switch').click()
    await sayWhy(page, 'Stop all', 'Maintenance')
    for (const path of ['/', '/advertisements/history', '/advertisements/prefixes']) {
      const other = await browser.open(path)
      await other
        .getByRole('alert')
        .getByText(/Maintenance/)
        .waitFor()
    }
    await row(page, own).waitFor({ state: 'detached' })
    expect(wasTold('withdraw', own)).toBe(wasTold('announce', own))
    expect(await page.getByRole('button', { name: 'Announce…' }).first().isDisabled()).toBe(true)
    await page.goto(`${dashboard.url}/advertisements?announce=new`)
    const dialog = await preview(page, own)
    await dialog
      .getByRole('alert')
      .getByText(/advertising is stopped/)
      .waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Resume…' }).click()
    await sayWhy(page, 'Resume', 'Maintenance is over')
    await page.getByText('Advertising is stopped', { exact: true }).waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Stop all…' }).count()).toBe(1)
  })

  it('let a rule ask, approve it, and show it with its incident', async () => {
    const prefixes = await browser.open('/advertisements/prefixes')
    await prefixes.getByRole('button', { name: `Actions for ${network}` }).click()
    await prefixes.getByRole('menuitem', { name: 'Edit…' }).click()
    await prefixes.getByRole('checkbox', { name: 'BGP' }).click()
    await prefixes.getByRole('checkbox', { name: 'Webhook' }).click()
    await choose(prefixes.getByRole('combobox', { name: 'May be diverted' }), 'parts of it as well')
    await prefixes.getByLabel('Parts down to length').fill('25')
    await prefixes.getByRole('button', { name: 'Save' }).click()
    await row(prefixes, network).getByText('divert from /24 to /25').waitFor()

    const page = await browser.open('/rules/new')
    await page.getByLabel('Name', { exact: true }).fill('page-advertising')
    await page.getByLabel('Prefixes').fill(`${busy}\n${foreign}`)
    await page.getByLabel('Bits a second').fill('1M')
    await choose(page.getByRole('combobox', { name: 'For at least' }), '5 seconds')
    await page.getByRole('switch', { name: 'Automatic advertisement' }).click()
    await page.getByText(/so it would be refused: 198\.19\.0\.0\/24/).waitFor()
    await page.getByLabel('Prefixes').fill(busy)
    await page.getByText('Its prefix can be announced').waitFor()
    await choose(page.getByRole('combobox', { name: 'Withdraw after' }), '30 minutes of calm')
    await choose(page.getByRole('combobox', { name: 'Calm is told by' }), 'the end of the incident')
    await page.getByRole('switch', { name: 'Ask before announcing' }).click()
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.waitForURL((url) => /^\/rules\/[0-9a-f]{32}$/.test(url.pathname))
    await page.reload()
    expect(await page.getByRole('combobox', { name: 'Withdraw after' }).textContent()).toContain('30 minutes')
    expect(await page.getByRole('switch', { name: 'Ask before announcing' }).getAttribute('aria-checked')).toBe('true')

    const list = await browser.open('/advertisements')
    await list.getByRole('button', { name: `Approve ${busy}` }).click()
    const before = wasTold('announce', busy)
    await sayWhy(list, 'Approve', 'Looked at the flood')
    await row(list, busy).getByText('Announced', { exact: true }).waitFor()
    expect(wasTold('announce', busy)).toBe(before + 1)
    await row(list, busy).getByText('when it is calm again').waitFor()
    await row(list, busy).getByRole('link', { name: 'Rule page-advertising' }).click()
    await list.waitForURL((url) => url.pathname.startsWith('/incidents/'))
    await region(list, 'Announced for it').getByRole('link', { name: busy }).waitFor()

    // Deleting the rule ends its incident; what it holds is let go by hand.
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete rule' }).click()
    await page.waitForURL((url) => url.pathname === '/rules')
    await withdraw(list, busy)
    await until('the withdrawal at the receiver', () => (wasTold('withdraw', busy) === wasTold('announce', busy) ? true : undefined))
  })

  it('show the first step where no prefix is registered', async () => {
    const page = await browser.open('/')
    const nothing = { success: true, errors: [], messages: [], result: [] }
    await page.route('**/drawbridge/prefixes', (route) => route.fulfill({ json: nothing }))
    await page.route('**/drawbridge/advertisements?**', (route) => route.fulfill({ json: nothing }))
    await page.getByRole('link', { name: 'Advertising', exact: true }).click()
    await page.getByRole('button', { name: 'Register prefix' }).click()
    await dialogOf(page).getByLabel('Origin AS').waitFor()
    expect(await page.getByText('No prefix is registered yet').count()).toBe(1)
  })

  it('stay one page when a part of them cannot be loaded', async () => {
    const page = await browser.open('/advertisements')
    await page.route('**/assets/history-page-*.js', (route) => route.abort())
    await page.getByRole('link', { name: 'History' }).click()
    // The router loads the page anew first.
    await until('the message in one page', async () => {
      const parts = [page.getByRole('main'), page.getByRole('navigation', { name: 'Pages' }), page.getByRole('main').getByRole('alert')]
      const counts = await Promise.all(parts.map((part) => part.count()))
      return counts.every((count) => count === 1) ? true : undefined
    })
    expect(new URL(page.url()).pathname).toBe('/advertisements/history')
  })

  it('are accessible and no wider than the screen', async () => {
    const page = await browser.open('/advertisements?announce=new', calm)
    const check = async (name: string) => expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] })
    await page.getByRole('radio', { name: 'FlowSpec' }).click()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('Say why.').waitFor()
    await check('the form')
    await page.getByRole('radio', { name: 'Divert' }).click()
    const dialog = await preview(page, own)
    await dialog.getByRole('button', { name: 'Announce', exact: true }).waitFor()
    await check('the preview')
  })
})
