// Settings in a real browser against the real server: people come in by link and password, tokens, accounts, retention, own networks.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { openList } from './choose.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })

const nobody = { storageState: { cookies: [], origins: [] } }
const password = 'four plain words here'

describe.skipIf(skip !== undefined)(`settings in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  /** Path and fragment of the link for Joren. */
  let link = ''
  let secret = ''

  beforeAll(async () => {
    dashboard = await startDashboard()
    browser = await SignedInBrowser.start(dashboard)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
  })
  afterEach(() => browser.closePages())

  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  // Toasts are dialogs as well.
  const form = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('form') })
  const at = (page: Page, path: string) => page.waitForURL(({ pathname }) => pathname === path)

  /** What the API answers the page's session. */
  const ask = <T>(page: Page, rest: string) =>
    page.evaluate<T>(`(async () => {
      const [account] = (await (await fetch('/client/v4/accounts')).json()).result
      return (await (await fetch('/client/v4/accounts/' + account.id + '/drawbridge/' + ${JSON.stringify(rest)})).json()).result
    })()`)

  async function signIn(page: Page, typed: string): Promise<void> {
    await page.getByLabel('E-mail address').fill('joren@example.net')
    await page.getByLabel('Password').fill(typed)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  it('invite somebody by a link that is shown once', async () => {
    const page = await browser.open('/settings')
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByRole('button', { name: 'Make the link' }).click()
    await form(page).getByText('A name is needed.').waitFor()
    await form(page).getByLabel('E-mail address').fill('joren@example.net')
    await form(page).getByLabel('Name', { exact: true }).fill('Joren')
    await form(page).getByRole('radio', { name: 'Viewer' }).click()
    await page.getByRole('button', { name: 'Make the link' }).click()
    const shown = await page.getByRole('textbox', { name: 'Sign-in link' }).inputValue()
    expect(shown).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#link=[\w-]+$/)
    link = shown.slice(dashboard.url.length)
    await page.getByRole('button', { name: 'Done' }).click()
    await region(page, 'People').getByText('Has not signed in yet').waitFor()
  })

  it('let them in at a press, ask for a password, and show what a viewer may see', async () => {
    const page = await browser.open(link, nobody)
    await page.getByRole('heading', { name: 'You have a sign-in link' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('New password').fill('too short')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('9 of at least 12 characters.').waitFor()
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Set password' }).click()
    await at(page, '/')
    await page.goto(`${dashboard.url}/settings/people`)
    await page.getByText('Only administrators see this').waitFor()
    expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await page.getByText('Only administrators change this').waitFor()
    await page.getByLabel('Single flows: days').waitFor()
    expect(await page.getByLabel('Single flows: days').isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
  })

  it('refuse a wrong password without saying what was wrong, and make a token that reads and cannot write', async () => {
    const page = await browser.open('/settings/tokens', nobody)
    await signIn(page, 'another password')
    await page.getByRole('alert').filter({ hasText: 'E-mail address or password is wrong' }).waitFor()
    await signIn(page, password)
    await at(page, '/settings/tokens')
    await page.getByRole('button', { name: 'New token' }).click()
    await form(page).getByLabel('Name', { exact: true }).fill('wall screen')
    expect(await form(page).getByRole('radio', { name: 'Terraform' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Make token' }).click()
    secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    await page.getByRole('tab', { name: 'Terraform' }).click()
    await page.getByText(`base_url  = "${dashboard.url}/client/v4/"`).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await region(page, 'API tokens').getByText('wall screen').waitFor()
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const accounts = await fetch(`${dashboard.url}/client/v4/accounts`, { headers })
    const [account] = ((await accounts.json()) as { result: { id: string }[] }).result
    const routers = `${dashboard.url}/client/v4/accounts/${account?.id}/drawbridge/routers`
    const [read, write] = await Promise.all([
      fetch(routers, { headers }),
      fetch(routers, { method: 'POST', headers, body: JSON.stringify({ address: '192.0.2.77' }) }),
    ])
    expect([read.status, write.status]).toEqual([200, 403])
  })

  it('shorten what is kept after asking, and say what is wrong beside the field', async () => {
    const page = await browser.open('/settings/data')
    const days = page.getByLabel('Single flows: days')
    const save = page.getByRole('button', { name: 'Save', exact: true })
    await days.fill('91')
    await page.getByText('Not longer than Sums by the minute: it is made from them.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await days.fill('3')
    await save.click()
    await page.getByRole('button', { name: 'Save and delete' }).click()
    await page.getByText('Set here; the default is 7 days').waitFor()
    type Kept = { retention: { raw_days: { value: number } } }
    expect((await ask<Kept>(page, 'settings')).retention.raw_days.value).toBe(3)
  })

  it('take many own networks at once, name the line that is wrong, and take a change back', async () => {
    const page = await browser.open('/settings/networks')
    const field = page.getByLabel('Prefixes, one a line')
    await field.fill('203.0.113.0/24, 198.51.100.0/24\n2001:db8::/129')
    await page.getByText('Line 2: 2001:db8::/129 has no such prefix length').waitFor()
    await field.fill('203.0.113.0/24, 192.0.2.0/25')
    // The demo has registered it for advertising.
    await page.getByRole('button', { name: 'Add 2001:db8::/32' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const undo = page.getByRole('button', { name: 'Undo' })
    await undo.waitFor()
    type Own = { own_networks: { value: string[]; source: string } }
    const own = async () => (await ask<Own>(page, 'settings')).own_networks
    expect((await own()).value.toSorted()).toEqual(['192.0.2.0/25', '2001:db8::/32', '203.0.113.0/24'])
    await undo.click()
    await until('the default', async () => ((await own()).source === 'default' ? true : undefined))
  })

  it('tell in the audit log who did all that, and filter it', async () => {
    const page = await browser.open('/settings/audit')
    const log = region(page, 'Audit log')
    await log.getByText('Joren made the token wall screen').waitFor()
    const changed = log.getByRole('button', { name: /Administrator changed the settings: Single flows 7 → 3/ })
    await changed.click()
    await log.getByText('"action": "settings.edit"').waitFor()
    await openList(page.getByRole('combobox', { name: 'By' }))
    await page.getByRole('option', { name: 'Joren' }).click()
    await changed.waitFor({ state: 'detached' })
    expect(await log.getByText('Joren set a password').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('user')).toMatch(/^[\da-f]{32}$/)
    const coming = page.waitForEvent('download')
    await log.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'CSV' }).click()
    expect((await coming).suggestedFilename()).toMatch(/^audit-.*\.csv$/)
  })

  it('make an account and show it, with nothing of the other one in it', async () => {
    const page = await browser.open('/settings/accounts')
    await page.getByRole('button', { name: 'New account' }).click()
    await form(page).getByLabel('Name', { exact: true }).fill('Lab')
    await page.getByRole('button', { name: 'Create' }).click()
    await region(page, 'Accounts').getByRole('button', { name: 'Show Lab' }).click()
    await at(page, '/')
    await page.goto(`${dashboard.url}/settings/people`)
    await region(page, 'People').getByText('admin@localhost').waitFor()
    expect(await page.getByText('joren@example.net').count()).toBe(0)
  })

  it('remove somebody, whose token stops at once', async () => {
    const page = await browser.open('/settings/people')
    await page.getByRole('button', { name: 'Actions for Joren' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Joren was removed').waitFor()
    const answer = await fetch(`${dashboard.url}/client/v4/user/tokens/verify`, { headers: { authorization: `Bearer ${secret}` } })
    expect(answer.status).toBe(401)
  })
})
