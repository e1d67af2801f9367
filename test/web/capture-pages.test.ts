// Captures in a real browser, against the real server, with simulated edges and a bucket on a real S3 server.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { enrol } from '../../src/capture/agent/enrol.ts'
import { someFacts } from '../../src/capture/testing/hub-scene.ts'
import { startS3Server, testKey, type S3Server } from '../../src/capture/testing/s3-server.ts'
import { SimulatedEdges } from '../../src/sim/edges.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { faults } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { openList } from './choose.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })
const bucket = 'pages'
/** Where the edges of this file are; there may be others. */
const colos = ['pag01', 'pag02'] as const

/** Colours that are still on their way have other contrasts. */
const calm = { reducedMotion: 'reduce' } as const

describe.skipIf(skip !== undefined)(`captures in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  let store: S3Server
  let edges: SimulatedEdges

  beforeAll(async () => {
    store = await startS3Server([bucket])
    dashboard = await startDashboard([
      `captures.s3.endpoint=${store.endpoint}`,
      `captures.s3.region=${store.region}`,
      `captures.s3.access_key_id=${testKey.access_key_id}`,
      `captures.s3.secret_access_key=${testKey.secret_access_key}`,
    ])
    browser = await SignedInBrowser.start(dashboard)
    const enrolled = []
    for (const colo of colos) enrolled.push(await enrolByPage(colo))
    edges = new SimulatedEdges({ server: dashboard.url, edges: enrolled }, { log: pino({ level: 'silent' }) })
    await edges.start()
    await until('the edges to connect', () => (edges.connected === colos.length ? true : undefined))
  })
  afterAll(async () => {
    await edges?.stop()
    await browser?.stop()
    await dashboard?.stop()
    await store?.stop()
  })
  afterEach(() => browser.closePages())

  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  // Toasts are dialogs as well.
  const dialogOf = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('form') })
  const agentItem = (page: Page, name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })

  /** Takes the code that the page shows to where an edge host would. */
  async function enrolByPage(colo: string): Promise<{ name: string; token: string }> {
    const page = await browser.open('/agents')
    const name = `edge-${colo}`
    await page.getByRole('button', { name: 'Enrol an agent' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a code' }).click()
    await dialog.getByText('2 to 16 small letters').waitFor()
    await dialog.getByLabel('Colo', { exact: true }).fill(colo)
    await dialog.getByRole('button', { name: 'Make a code' }).click()
    await dialog.getByText('Waiting for the agent').waitFor()
    const [code = ''] = /[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}/.exec((await dialog.textContent()) ?? '') ?? []
    const address = { server: dashboard.url, ca: null, client_certificate: null, client_key: null, allow_plaintext: false }
    const { token } = await enrol(address, { code, name, facts: someFacts })
    await dialog.getByText(`${name} is enrolled`).waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    return { name, token }
  }

  async function takeMenu(page: Page, button: Locator, item: string): Promise<void> {
    await button.click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  /** Starts a capture of this file's edges and answers its page. */
  async function start(filter: string, limits: Readonly<Record<string, string>>): Promise<Page> {
    const page = await browser.open(`/captures/new?filter=${encodeURIComponent(filter)}`)
    await page.getByRole('radio', { name: 'At some colos' }).click()
    for (const colo of colos) await page.getByRole('checkbox', { name: new RegExp(`^${colo}:`) }).click()
    for (const [label, value] of Object.entries(limits)) await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByRole('button', { name: 'Start capture' }).click()
    await page.waitForURL((url) => /^\/captures\/[0-9a-f]{32}$/.test(url.pathname))
    return page
  }

  const short = { 'Time limit': '60 s', 'Packet limit': '150', 'Sampling: 1 in': '1' }
  const long = { 'Time limit': '5 min', 'Packet limit': '1000000', 'Sampling: 1 in': '10' }
  const complete = (page: Page) => page.getByText('Complete', { exact: true }).waitFor()

  it('underline what is wrong with a filter, and tell what to expect', async () => {
    const page = await browser.open('/captures/new')
    const filter = page.getByLabel('Filter', { exact: true })
    await filter.fill('tcp and dst prt 443')
    await page.getByText(/^Character \d+: .*prt/).waitFor()
    expect(await filter.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('.decoration-wavy').textContent()).toBe('prt')
    await filter.fill('tcp and')
    await page.getByRole('button', { name: 'Put dst there' }).click()
    expect(await filter.inputValue()).toBe('tcp and dst')
    await filter.fill('tcp and dst port 443')
    const expected = region(page, 'What to expect')
    await expected.getByText('Matching now').waitFor()
    await expected.getByText(`edge-${colos[0]}`).waitFor()
    await expected.getByRole('button', { name: 'How an agent says it' }).click()
    await expected
      .getByText(/th dport 443/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'New TCP connections to a host' }).click()
    expect(await filter.inputValue()).toContain('flags syn,!ack')
    await page.getByLabel('Time limit').fill('6 min')
    await page.getByRole('button', { name: 'Start capture' }).click()
    await page.getByText('From 1 s to 5 min.').waitFor()
    await page.getByRole('radio', { name: 'Full' }).click()
    await page.getByText('Choose a bucket.').waitFor()
    expect(new URL(page.url()).pathname).toBe('/captures/new')
  })

  it('show a result packet by packet, by keyboard, with files and sums', async () => {
    const page = await start('tcp', short)
    await complete(page)
    await page.getByText('150 packets').first().waitFor()
    const list = page.getByRole('listbox')
    await list.getByRole('option').first().click()
    const details = page.getByRole('heading', { name: 'Headers' }).locator('xpath=ancestor::section[1]')
    await details.getByText('Packet 1', { exact: true }).waitFor()
    await list.press('ArrowDown')
    await details.getByText('Packet 2', { exact: true }).waitFor()
    await list.press('End')
    await details.getByText('Packet 150', { exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe('?packet=149')
    await page.reload()
    await details.getByText('Packet 150', { exact: true }).waitFor()
    await details.getByRole('button', { name: /^Source port/i }).click()
    const marked = page.locator('mark').first()
    expect(await marked.textContent()).toMatch(/^[\da-f]{2} [\da-f]{2}$/)

    await page.getByRole('button', { name: 'Compute' }).click()
    const sum = region(page, 'Download')
      .getByText(/^[\da-f]{64}$/)
      .first()
    await sum.waitFor()
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: 'pcap', exact: true }).click()
    const file = await readFile(await (await coming).path())
    expect(createHash('sha256').update(file).digest('hex')).toBe(await sum.textContent())
    expect(file.subarray(0, 4).toString('hex')).toMatch(/^(?:d4c3b2a1|4d3cb2a1|a1b2c3d4|a1b23c4d)$/)
  })

  it('count live, stop, offer the same again, and remove', async () => {
    const page = await start('udp or tcp', long)
    await page.getByText('Live', { exact: true }).waitFor()
    await until('packets on the page', async () =>
      /[1-9]\d* packets/.test((await page.locator('h1 + div').textContent()) ?? '') ? true : undefined,
    )
    const overview = await browser.open('/')
    await region(overview, 'What is captured now').getByRole('link', { name: 'udp or tcp' }).waitFor()
    const all = await browser.open('/captures')
    await region(all, 'Capturing now').getByText(`edge-${colos[1]}`).waitFor()
    await page.getByRole('button', { name: 'Stop capturing udp or tcp' }).click()
    await complete(page)
    await region(overview, 'What is captured now').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Capture again…' }).click()
    await page.getByLabel('Time limit').waitFor()
    expect(await page.getByLabel('Time limit').inputValue()).toBe('5 min')
    expect(await page.getByRole('checkbox', { name: /^pag01:/ }).isChecked()).toBe(true)
    const row = all.getByRole('row').filter({ hasText: 'udp or tcp' })
    await takeMenu(all, row.getByRole('button', { name: /^Actions for/ }), 'Remove…')
    await all.getByRole('button', { name: 'Remove capture' }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('ask the server instead where there is no WebSocket', async () => {
    const page = await browser.open('/captures/new?filter=tcp')
    await page.routeWebSocket('**/live', (socket) => socket.close())
    await page.getByLabel('Packet limit').fill('40')
    await page.getByLabel('Sampling: 1 in').fill('1')
    await page.getByRole('button', { name: 'Start capture' }).click()
    await complete(page)
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0)
  })

  it('begin with the filters of the overview', async () => {
    const page = await browser.open('/?is=destinationAddress:203.0.113.7&is=protocol:17&is=sourceCountry:DE')
    await page.getByRole('link', { name: 'Capture these packets, whatever their Source country' }).click()
    await page.getByLabel('Filter', { exact: true }).waitFor()
    expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe('dst 203.0.113.7 and proto 17')
  })

  it('rename an agent, switch its samples on, and answer from them', async () => {
    const page = await browser.open('/agents')
    const item = agentItem(page, `edge-${colos[0]}`)
    await takeMenu(page, item.getByRole('button', { name: /^Actions for/ }), 'Edit…')
    const dialog = dialogOf(page)
    await dialog.getByLabel('Name').fill('edge-renamed')
    await dialog.getByLabel('Always-on samples: 1 in').fill('2')
    await dialog.getByRole('button', { name: 'Save' }).click()
    const renamed = agentItem(page, 'edge-renamed')
    await renamed.getByText('1 in 2', { exact: true }).waitFor()
    const past = await browser.open('/captures/new?filter=tcp', { timezoneId: 'UTC' })
    await past.getByRole('radio', { name: 'In the past' }).click()
    await until('samples of the past', async () => {
      await past.getByLabel('Before', { exact: true }).fill(new Date().toISOString().slice(0, 19))
      await past.getByRole('button', { name: 'Get packets' }).click()
      await past.waitForURL((url) => /^\/captures\/[0-9a-f]{32}$/.test(url.pathname))
      await complete(past)
      const none = await past.getByText('0 packets, 0 B').count()
      if (none === 0) return true
      await past.getByRole('button', { name: 'Capture again…' }).click()
      return undefined
    })
    await past.getByText('Stored samples').first().waitFor()
    await past.getByRole('option').first().waitFor()
    expect(await past.getByRole('option').count()).toBeGreaterThan(0)
    await takeMenu(page, renamed.getByRole('button', { name: /^Actions for/ }), 'Edit…')
    await dialog.getByLabel('Name').fill(`edge-${colos[0]}`)
    await dialog.getByLabel('Always-on samples: 1 in').fill('')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await item.getByText('off', { exact: true }).waitFor()
  })

  it('prove a bucket by what is written into it', async () => {
    const page = await browser.open('/captures/buckets')
    const name = `s3://${bucket}/edge`
    await page.getByRole('button', { name: 'Add bucket' }).click()
    await dialogOf(page).getByLabel('Address').fill('s3://no-such-bucket')
    await dialogOf(page).getByRole('button', { name: 'Write the challenge' }).click()
    await dialogOf(page).getByRole('alert').waitFor()
    await dialogOf(page).getByLabel('Address').fill(name)
    await dialogOf(page).getByRole('button', { name: 'Write the challenge' }).click()
    const dialog = dialogOf(page).filter({ hasText: 'Prove that it is yours' })
    await dialog.getByRole('button', { name: 'Prove ownership' }).click()
    await dialog.getByText('Paste the contents of the file.').waitFor()
    await dialog.getByLabel('Contents of the file').fill('something else')
    await dialog.getByRole('button', { name: 'Prove ownership' }).click()
    await dialog.getByRole('alert').waitFor()
    const [file = ''] = /ownership-challenge-[0-9a-f]+\.txt/.exec((await dialog.textContent()) ?? '') ?? []
    const challenge = await store.object(bucket, `edge/${file}`)
    await dialog.getByLabel('Contents of the file').fill(String(challenge))
    await dialog.getByRole('button', { name: 'Prove ownership' }).click()
    await page.getByText('Proven', { exact: true }).waitFor()
    const form = await browser.open('/captures/new')
    await form.getByRole('radio', { name: 'Full' }).click()
    await openList(form.getByRole('combobox', { name: 'Bucket' }))
    await form.getByRole('option', { name: new RegExp(`^${name}`) }).waitFor()
    await page.getByRole('button', { name: /^Remove s3:/ }).click()
    await page.getByRole('button', { name: 'Remove bucket' }).click()
    await page.getByText('No bucket yet').waitFor()
    expect(await page.getByRole('button', { name: /^Remove s3:/ }).count()).toBe(0)
  })

  it('keep to the policy of the account', async () => {
    const page = await browser.open('/captures/buckets')
    const policy = region(page, 'Policy')
    await policy.getByLabel('Most bytes of each packet').fill('96')
    await policy.getByRole('switch', { name: 'Mask payload always' }).click()
    await policy.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The policy is saved').waitFor()
    const form = await browser.open('/captures/new')
    await form.getByText('The account’s policy masks it in every capture.').waitFor()
    await form.getByRole('button', { name: 'Start capture' }).click()
    // At the field and above the form.
    await form
      .getByText(/snap_length must not be above 96/)
      .first()
      .waitFor()
    await policy.getByLabel('Most bytes of each packet').fill('')
    await policy.getByRole('switch', { name: 'Mask payload always' }).click()
    // The message of the first time may still be there.
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT')
    await policy.getByRole('button', { name: 'Save' }).click()
    expect((await saved).ok()).toBe(true)
    await form.reload()
    await form.getByText('All behind the transport header').waitFor()
    expect(await form.getByText('masks it in every capture').count()).toBe(0)
  })

  it('let a rule capture', async () => {
    const page = await browser.open('/rules/new')
    await page.getByLabel('Name', { exact: true }).fill('page-captures')
    await page.getByLabel('Prefixes').fill('198.18.7.0/24')
    await page.getByLabel('Bits a second').fill('1G')
    await page.getByRole('switch', { name: 'Capture packets' }).click()
    await page.getByLabel('For at most (seconds)').fill('301')
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.getByText('A number of seconds from 1 to 300.').waitFor()
    await page.getByLabel('For at most (seconds)').fill('30')
    await page.getByRole('button', { name: 'Create rule' }).click()
    await page.waitForURL((url) => /^\/rules\/[0-9a-f]{32}$/.test(url.pathname))
    await page.reload()
    expect(await page.getByLabel('For at most (seconds)').inputValue()).toBe('30')
    expect(await page.getByRole('switch', { name: 'Capture packets' }).getAttribute('aria-checked')).toBe('true')
  })

  it('say what is not allowed, and what is not there', async () => {
    const refused = { status: 403, json: { success: false, errors: [{ code: 10000, message: 'no' }], messages: [], result: null } }
    const page = await browser.open('/')
    await page.route('**/drawbridge/captures?**', (route) => route.fulfill(refused))
    await page.getByRole('link', { name: 'Captures', exact: true }).click()
    await page.getByText('You may not see or do this').first().waitFor()
    const unknown = await browser.open(`/captures/${'0'.repeat(32)}`)
    await unknown.getByText('There is no such capture').waitFor()
    expect(await unknown.getByRole('link', { name: 'To the captures' }).getAttribute('href')).toBe('/captures')
  })

  it('are accessible and no wider than the screen', async () => {
    const result = await start('tcp', { ...short, 'Packet limit': '30' })
    await complete(result)
    const page = await browser.open(`${new URL(result.url()).pathname}?packet=3`, calm)
    const check = async (name: string) => expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] })
    await page.getByRole('button', { name: /^Source port/i }).click()
    await check('a capture')
    await page.goto(`${dashboard.url}/captures/new?filter=${encodeURIComponent('tcp and prt')}`)
    await page.getByText(/^Character \d+/).waitFor()
    await page.getByRole('button', { name: 'Fields and operators' }).click()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('radio', { name: 'At some colos' }).click()
    await check('the form')
    await page.goto(`${dashboard.url}/captures/new?filter=tcp`)
    await page.getByText('Agents that are asked').waitFor()
    await check('what to expect')
  })

  it('remove an agent', async () => {
    const page = await browser.open('/agents')
    const item = agentItem(page, `edge-${colos[1]}`)
    await item.getByText('Connected', { exact: true }).waitFor()
    await takeMenu(page, item.getByRole('button', { name: /^Actions for/ }), 'Remove…')
    await page.getByRole('button', { name: 'Remove agent' }).click()
    // Behind a dialog nothing has a role: only when this one is seen, found by its place because its name may be another by
    // now, the dialog has closed.
    const other = page.getByRole('listitem').filter({ has: page.getByText(colos[0], { exact: true }) })
    await other.waitFor()
    await item.waitFor({ state: 'detached' })
    expect(await other.count()).toBe(1)
  })
})
