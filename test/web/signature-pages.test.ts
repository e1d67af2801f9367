// Signatures and the edge firewall in a real browser: the real server derives from uploaded captures, simulated edges count and drop.
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { attackPackets, fileOf, normalPackets } from '../../src/signature/jobs/testing/attack-packets.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { faults } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })

/** Colours that are still on their way have other contrasts. */
const calm = { reducedMotion: 'reduce' } as const

const pcap = (name: string, packets: readonly Uint8Array[]) => ({
  name,
  mimeType: 'application/vnd.tcpdump.pcap',
  buffer: Buffer.from(fileOf(packets)),
})
const attack = pcap('ntp-attack.pcap', attackPackets(1500))
const normal = pcap('usual.pcap', normalPackets(2500))

describe.skipIf(skip !== undefined)(`signatures and firewall in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser
  /** Paths of the pages that the tests make. */
  let signature = ''
  let rule = ''

  beforeAll(async () => {
    // Nobody waits so long: enforcing before is a decision in every test.
    dashboard = await startDashboard(['firewall.count_seconds=3600', 'firewall.protected_prefixes=192.0.2.0/28'])
    browser = await SignedInBrowser.start(dashboard)
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
  })
  afterEach(() => browser.closePages())

  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  // Toasts are dialogs as well.
  const dialogOf = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('form') })
  const upload = (page: Page, card: string, file: typeof attack) => region(page, card).locator('input[type=file]').setInputFiles(file)
  /** The name stands there while it is being uploaded too. */
  async function hasFile(page: Page, card: string, name: string): Promise<void> {
    await region(page, card)
      .getByText(/ uploaded$/)
      .waitFor()
    await region(page, card).getByText(name, { exact: true }).waitFor()
  }
  const pathOf = (page: Page) => new URL(page.url()).pathname
  const one = (list: string) => (url: URL) => new RegExp(`^/${list}/[0-9a-f]{32}$`).test(url.pathname)

  async function takeMenu(page: Page, button: Locator, item: string): Promise<void> {
    await button.click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  /** The number in a text such as `1,234`. */
  const numberIn = (text: string | null) => Number((text ?? '').replaceAll(/[^\d.]/g, ''))
  const figure = (page: Page, name: string) =>
    page
      .locator('dl > div')
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator('dd span')
      .first()

  it('derive a signature from an uploaded attack and uploaded normal traffic', async () => {
    const page = await browser.open('/')
    await page.getByRole('link', { name: 'Firewall', exact: true }).click()
    await page.getByRole('link', { name: 'Signatures', exact: true }).click()
    await page.getByRole('button', { name: 'New signature' }).first().click()
    await region(page, 'The attack').getByRole('radio', { name: 'A file' }).click()
    await page.getByRole('button', { name: 'Derive signature' }).click()
    await page.getByText('Choose a file.').waitFor()
    await upload(page, 'The attack', { ...attack, name: 'notes.pcap', buffer: Buffer.from('these are no packets at all') })
    await region(page, 'The attack').getByRole('alert').filter({ hasText: 'cannot be read' }).waitFor()
    await upload(page, 'The attack', attack)
    await hasFile(page, 'The attack', 'ntp-attack.pcap')
    await region(page, 'Normal traffic').getByRole('radio', { name: 'Nothing' }).click()
    await page.getByText('Without normal traffic nothing tells').waitFor()
    await region(page, 'Normal traffic').getByRole('radio', { name: 'A file' }).click()
    await upload(page, 'Normal traffic', normal)
    await hasFile(page, 'Normal traffic', 'usual.pcap')
    const recall = page.getByRole('slider', { name: 'Attack that it has to hold' })
    await recall.press('ArrowRight')
    expect(await recall.getAttribute('aria-valuetext')).toBe('at least 96%')
    await page.getByRole('button', { name: 'Derive signature' }).click()
    await page.waitForURL(one('signatures'))
    signature = pathOf(page)
    await page.getByText(/^Holds (?:100|99\.\d)% of the attack and 0% of normal traffic\.$/).waitFor()
    await page.getByText('As it was learnt').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('ntp-attack')
    expect(await page.getByText(/^Attack \d/).count()).toBeGreaterThan(1)
    await region(page, 'What was read').getByText('1,500', { exact: true }).waitFor()
    await region(page, 'Targets').getByText('203.0.113.7').waitFor()
  })

  it('show it for other systems, to copy and as files', async () => {
    const page = await browser.open(signature)
    const card = region(page, 'For other systems')
    await card.getByRole('heading', { name: /nftables/ }).waitFor()
    await card.getByRole('tab', { name: 'Wireshark' }).click()
    await card
      .getByText(/udp\.srcport|udp/)
      .first()
      .waitFor()
    const coming = page.waitForEvent('download')
    await card.getByRole('button', { name: 'Download' }).click()
    expect((await coming).suggestedFilename()).toBe('ntp-attack-wireshark.txt')
    await card.getByRole('tab', { name: 'FlowSpec' }).click()
    await card
      .getByRole('link', { name: /^Announce / })
      .first()
      .click()
    const dialog = dialogOf(page)
    expect(await dialog.getByLabel('Prefix', { exact: true }).inputValue()).toBe('203.0.113.7/32')
    expect(await dialog.getByRole('radio', { name: 'FlowSpec' }).isChecked()).toBe(true)
    expect(await dialog.getByLabel('Protocol').inputValue()).toBe('17')
    expect(await dialog.getByLabel('Why').inputValue()).toBe('Signature ntp-attack')
  })

  it('measure an edited filter, and go back to the learnt one', async () => {
    const page = await browser.open(signature)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const field = page.getByRole('textbox', { name: 'Filter', exact: true })
    await field.fill('udp and src prt 123')
    await page.getByText(/^Character \d+: .*prt/).waitFor()
    expect(await page.locator('.decoration-wavy').textContent()).toBe('prt')
    await field.fill('udp')
    await page.getByText(/^Character/).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Measure', exact: true }).click()
    await page.getByText('As it was edited by hand').waitFor()
    await page.getByText('Holds 100% of the attack and 20% of normal traffic.').waitFor()
    await page.getByRole('button', { name: 'Back to the learnt one' }).click()
    await page.getByText(/of the attack and 0% of normal traffic\.$/).waitFor()
    await page.getByText('As it was learnt').waitFor()
  })

  it('deploy it, with what agents are told before', async () => {
    const page = await browser.open(signature)
    await page.getByRole('button', { name: 'Deploy…' }).first().click()
    const dialog = dialogOf(page)
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('ntp-attack')
    const filter = dialog.getByRole('textbox', { name: 'Filter', exact: true })
    expect(await filter.inputValue()).toContain('123')
    // Something that the simulated edges see.
    await filter.fill('tcp and dst port 443')
    await dialog.getByLabel('Why').fill('')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByText('Say why.').waitFor()
    await dialog.getByLabel('Why').fill('Attack of this morning')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog
      .getByText(/th dport 443/)
      .first()
      .waitFor()
    await dialog.getByText('Matching now').waitFor()
    await dialog.getByRole('button', { name: 'Deploy, counting' }).click()
    await page.waitForURL(one('firewall'))
    rule = pathOf(page)
    await region(page, 'Timeline').getByText('Attack of this morning').waitFor()
    await region(page, 'Facts').getByRole('link', { name: 'Show the signature' }).waitFor()
    await until('matched packets', async () => (numberIn(await figure(page, 'Matched, in all').textContent()) > 0 ? true : undefined))
    expect(await figure(page, 'Dropped, in all').textContent()).toBe('0')
  })

  it('enforce it, count again, undo, extend', async () => {
    const page = await browser.open(rule)
    await page.getByRole('button', { name: 'Enforce ntp-attack' }).click()
    const dialog = dialogOf(page)
    await dialog.getByText(/^It matches .* would be dropped\.$/).waitFor()
    await dialog.getByRole('radio', { name: 'Limit' }).click()
    await dialog.getByLabel('Why').fill('Only web traffic matches')
    await dialog.getByRole('button', { name: /^Enforce \(in / }).click()
    await dialog.getByText('Wait, or enforce it all the same.').waitFor()
    await dialog.getByText('A number of packets a second.').waitFor()
    await dialog.getByLabel('Packets a second, on each agent').fill('10')
    await dialog.getByRole('switch', { name: 'Enforce it all the same' }).click()
    await dialog.getByRole('button', { name: 'Enforce', exact: true }).click()
    await page.getByText('limits to 10 pps on each agent').first().waitFor()
    await until('dropped packets', async () => (numberIn(await figure(page, 'Dropped, in all').textContent()) > 0 ? true : undefined))
    await page.getByRole('button', { name: 'Count only' }).click()
    await page.getByRole('button', { name: 'Enforce ntp-attack' }).waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('button', { name: 'Count only' }).waitFor()
    await region(page, 'Timeline').getByText('undone on the page').waitFor()
    await page.getByRole('img', { name: /^Matched .* dropped .* a second now/i }).waitFor()
    await takeMenu(page, page.getByRole('button', { name: 'Actions for ntp-attack' }), 'Extend…')
    await dialog.getByLabel('Why').fill('It goes on')
    await dialog.getByRole('button', { name: 'Extend' }).click()
    await region(page, 'Timeline').getByText('It goes on').waitFor()
    const overview = await browser.open('/firewall')
    await overview.getByText(/^1 rule drops .* now\.$/).waitFor()
    await region(overview, 'What no rule touches').getByText('192.0.2.0/28').waitFor()
    expect(await overview.getByRole('button', { name: 'Withdraw ntp-attack' }).count()).toBe(1)
  })

  it('derive from a capture', async () => {
    const page = await browser.open('/captures/new?filter=tcp')
    await page.getByLabel('Packet limit').fill('30')
    await page.getByLabel('Sampling: 1 in').fill('1')
    await page.getByRole('button', { name: 'Start capture' }).click()
    await page.getByRole('button', { name: 'Derive a signature…' }).click()
    await region(page, 'The attack')
      .getByText(/tcp · 30 packets/)
      .waitFor()
    expect(await page.getByLabel('Hours before', { exact: true }).inputValue()).toBe('24')
    expect(await page.getByLabel('Until', { exact: true }).count()).toBe(0)
  })

  it('are accessible and no wider than the screen', async () => {
    const page = await browser.open(signature, calm)
    const check = async (name: string) => expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] })
    await page.getByText('For other systems').waitFor()
    await page.getByRole('tab', { name: 'FlowSpec' }).click()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await check('a signature')
    await page.goto(`${dashboard.url}/firewall?deploy=${signature.split('/').at(-1)}`)
    await dialogOf(page).getByRole('button', { name: 'Preview' }).click()
    await dialogOf(page).getByText('nftables, as agents are told').waitFor()
    await check('the preview of a rule')
  })

  it('withdraw it by one click, deploy it again, stop everything and resume', async () => {
    const page = await browser.open('/firewall')
    await page.getByRole('button', { name: 'Withdraw ntp-attack' }).first().click()
    await page.getByText('No rule is on the edges').waitFor()
    await page.getByRole('button', { name: 'Deploy again' }).click()
    const dialog = dialogOf(page)
    expect(await dialog.getByRole('textbox', { name: 'Filter', exact: true }).inputValue()).toBe('tcp and dst port 443')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByRole('button', { name: 'Deploy, counting' }).click()
    await page.waitForURL(one('firewall'))
    await page.goto(`${dashboard.url}/firewall`)
    await page.getByRole('button', { name: 'Stop all…' }).click()
    await dialog.getByLabel('Why').fill('Customers report losses')
    await dialog.getByRole('button', { name: 'Stop everything' }).click()
    await page.getByRole('alert').getByText('The edge firewall is stopped').waitFor()
    await page.getByText('No rule is on the edges').waitFor()
    expect(await page.getByRole('button', { name: 'New rule' }).isDisabled()).toBe(true)
    await page.getByRole('link', { name: 'History', exact: true }).click()
    await page.getByText('the firewall was stopped: Customers report losses').first().waitFor()
    await page.getByText('withdrawn from the page').first().waitFor()
    await page.getByRole('alert').getByRole('button', { name: 'Resume…' }).click()
    await dialog.getByLabel('Why').fill('It was something else')
    await dialog.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByRole('alert').getByText('The edge firewall is stopped').waitFor({ state: 'detached' })
  })

  it('rename and remove a signature, and say what is not there or not allowed', async () => {
    const page = await browser.open(signature)
    const menu = () => page.getByRole('button', { name: /^Actions for/ })
    await takeMenu(page, menu(), 'Rename…')
    await dialogOf(page).getByLabel('Name').fill('monlist')
    await dialogOf(page).getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { level: 1, name: 'monlist' }).waitFor()
    await takeMenu(page, menu(), 'Remove…')
    await page.getByRole('button', { name: 'Remove signature' }).click()
    await page.waitForURL((url) => url.pathname === '/signatures')
    await page.getByText('No signature yet').waitFor()
    await page.goto(dashboard.url + signature)
    await page.getByText('There is no such signature').waitFor()
    await page.goto(`${dashboard.url}/firewall/${'0'.repeat(32)}`)
    await page.getByText('There is no such rule').waitFor()
    const refused = { status: 403, json: { success: false, errors: [{ code: 10000, message: 'no' }], messages: [], result: null } }
    await page.route('**/drawbridge/signatures?**', (route) => route.fulfill(refused))
    await page.goto(`${dashboard.url}/signatures`)
    await page.getByText('You may not see or do this').waitFor()
    expect(await page.getByRole('button', { name: 'New signature' }).count()).toBe(1)
  })
})
