// The page Explore in a real browser against the real server: any question about the flows of simulated routers.
import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { violations } from './accessibility.ts'
import { SignedInBrowser } from './browser.ts'
import { chromiumPath } from './chromium.mjs'
import { choose } from './choose.ts'
import { startDashboard, type RunningDashboard } from './dashboard.ts'

const skip = needs({ commands: ['chromium'], paths: ['node_modules/chdb'] })

const looks = [
  { width: 1440, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const

describe.skipIf(skip !== undefined)(`Explore in ${chromiumPath}`, () => {
  let dashboard: RunningDashboard
  let browser: SignedInBrowser

  beforeAll(async () => {
    dashboard = await startDashboard()
    browser = await SignedInBrowser.start(dashboard)
    await flowsAreThere(await browser.open('/explore?range=5m&by=destinationPort'))
    await browser.closePages()
  })
  afterAll(async () => {
    await browser?.stop()
    await dashboard?.stop()
  })
  afterEach(() => browser.closePages())

  const open = (path: string, options?: BrowserContextOptions) => browser.open(path, options)
  const filterOf = (page: Page) => page.getByRole('combobox', { name: 'Filter' })
  const table = (page: Page) => page.getByRole('table', { name: 'Groups of the answer' })
  const keys = (page: Page) => table(page).locator('tbody').getByRole('rowheader')
  const names = (page: Page) => keys(page).allInnerTexts()
  const chips = (page: Page) => page.getByRole('list', { name: 'Grouped by' }).getByRole('listitem')
  const parameters = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)

  /** Waits until the answer to the last question is there. */
  async function answered(page: Page): Promise<void> {
    await page.getByText(/^Asked at .*, answered in /).waitFor()
    await until('the end of loading', async () => ((await page.locator('[aria-busy=true]').count()) === 0 ? true : undefined))
  }

  /** The simulated routers take a few seconds to be heard of. */
  async function flowsAreThere(page: Page): Promise<void> {
    await until('flows', async () => {
      await answered(page)
      if ((await keys(page).count()) > 5) return true
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      return undefined
    })
  }

  /** Waits until the address says so, and the answer to it is there. */
  async function asked(page: Page, wanted: Record<string, string>): Promise<void> {
    await page.waitForURL((url) => Object.entries(wanted).every(([name, value]) => url.searchParams.get(name) === value))
    await answered(page)
  }

  it('is reached from the overview with its time and filters, and from its lists', async () => {
    const page = await open('/?range=1h&unit=packets&is=protocol:6&is=protocol:17&not=destinationPort:443')
    await page.getByRole('link', { name: 'Explore these flows' }).click()
    await asked(page, { filter: 'proto in {6, 17} and not dst_port 443', unit: 'packets' })
    expect(await filterOf(page).inputValue()).toBe('proto in {6, 17} and not dst_port 443')
    expect(await page.getByRole('tab', { name: '1 h', exact: true }).getAttribute('aria-selected')).toBe('true')
    await page.goBack()
    await page.getByRole('link', { name: 'Explore: Protocols' }).click()
    await asked(page, { by: 'protocol' })
    await table(page).getByRole('button', { name: /^TCP/ }).waitFor()
  })

  it('completes the filter by the keyboard alone, says where it is wrong, and mends it', async () => {
    const page = await open('/explore?range=5m&by=protocol')
    await answered(page)
    const field = filterOf(page)
    const options = page.getByRole('listbox', { name: 'What can stand here' }).getByRole('option')
    await field.focus()
    await page.keyboard.press('Control+Space')
    await options.first().waitFor()
    await page.keyboard.type('prot')
    await options.filter({ hasText: 'proto_name' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await field.inputValue()).toBe('proto ')
    // Values that there are, with how much of them there was.
    await options.filter({ hasText: /^udp.*bit\/s/ }).waitFor()
    await page.keyboard.type('udp')
    await page.keyboard.press('Escape')
    expect(await options.count()).toBe(0)
    await page.keyboard.press('Control+Enter')
    await asked(page, { filter: 'proto udp' })
    await until('UDP alone', async () => ((await names(page)).join() === 'UDP 17,Total' ? true : undefined))
    await field.fill('proto udp and dst_prt 53')
    await page.getByText(/^Character 15: /).waitFor()
    expect(await page.locator('.decoration-wavy').textContent()).toBe('dst_prt')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('alert').getByText('This cannot be asked like that').waitFor()
    await page.getByRole('button', { name: 'Put dst_port there' }).click()
    expect(await field.inputValue()).toBe('proto udp and dst_port 53')
    await page.getByText(/^Character \d+: /).waitFor({ state: 'detached' })
    await page.keyboard.press('Control+Enter')
    await asked(page, { filter: 'proto udp and dst_port 53' })
  })

  it('groups by dimensions that come, go and change their order, and Back undoes it', async () => {
    const page = await open('/explore?range=5m&by=src_as')
    await page.getByRole('combobox', { name: 'Add dimension' }).click()
    await page.getByRole('combobox', { name: 'Search dimensions' }).fill('dst_port')
    await page.getByRole('option', { name: /^Destination port/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await asked(page, { by: 'sourceAS,destinationPort' })
    await page.getByRole('button', { name: /^Destination port, 2 of 2/ }).focus()
    await page.keyboard.press('ArrowLeft')
    await asked(page, { by: 'destinationPort,sourceAS' })
    // The chip keeps the focus, and says where it is now.
    await page
      .getByRole('button', { name: /^Destination port, 1 of 2/ })
      .and(page.locator(':focus'))
      .waitFor()
    await chips(page).nth(1).dragTo(chips(page).nth(0))
    await asked(page, { by: 'sourceAS,destinationPort' })
    await page.getByRole('button', { name: 'Remove Source AS' }).click()
    await asked(page, { by: 'destinationPort' })
    await page.goBack()
    await asked(page, { by: 'sourceAS,destinationPort' })
    expect(await chips(page).count()).toBe(2)
    await page.getByRole('button', { name: 'Remove Source AS' }).click()
    await page.getByRole('button', { name: 'Remove Destination port' }).click()
    await asked(page, { by: '' })
    await page.getByText('Nothing: the total only').waitFor()
    await until('the total alone', async () => ((await names(page)).join() === 'Total' ? true : undefined))
  })

  it('shows the rest and the total, the period before, both directions, and which table answered', async () => {
    const page = await open('/explore?range=5m&by=destinationPort&limit=5')
    await answered(page)
    expect((await names(page)).slice(-2)).toEqual(['Other', 'Total'])
    expect(await keys(page).count()).toBe(7)
    await page.getByText(/^Answered from \S.*\.$/).waitFor()
    await page.getByRole('switch', { name: 'Previous period' }).click()
    await page.getByRole('switch', { name: 'Both directions' }).click()
    await page.getByRole('tab', { name: 'Lines' }).click()
    await asked(page, { previous: 'yes', reverse: 'yes', chart: 'lines' })
    await table(page).getByRole('columnheader', { name: 'Before' }).waitFor()
    await table(page).getByRole('columnheader', { name: 'Other direction' }).waitFor()
    // Five groups, the rest, each of them back, and the period before.
    await page.getByRole('img', { name: /, in 13 parts\.$/ }).waitFor()
    await choose(page.getByRole('combobox', { name: 'Groups' }), '20')
    await asked(page, { limit: '20' })
  })

  it('sorts by its columns, and makes conditions of its values', async () => {
    const page = await open('/explore?range=5m&by=protocol,destinationPort')
    await answered(page)
    await table(page).getByRole('button', { name: 'Maximum' }).click()
    await page.waitForURL((url) => url.searchParams.get('sort') === 'max')
    expect(await table(page).getByRole('columnheader', { name: 'Maximum' }).getAttribute('aria-sort')).toBe('descending')
    await table(page).getByRole('button', { name: /^UDP/ }).first().click()
    await asked(page, { filter: 'proto 17' })
    await until('UDP alone', async () => ((await table(page).getByRole('button', { name: /^TCP/ }).count()) === 0 ? true : undefined))
    const first = table(page)
      .getByRole('button', { name: /^Leave out / })
      .first()
    const left = await first.getAttribute('aria-label')
    await first.click()
    await page.waitForURL((url) => url.searchParams.get('filter')?.startsWith('proto 17 and not (proto 17 and dst_port ') ?? false)
    await page.getByRole('button', { name: left ?? '', exact: true }).waitFor({ state: 'detached' })
    await answered(page)
  })

  it('makes a rule of the question, which asks before it is left unsaved', async () => {
    const page = await open('/explore?range=5m&by=protocol&filter=proto 17 and dst 203.0.113.0/24')
    await answered(page)
    await page.getByRole('button', { name: 'Make a rule of this' }).click()
    await page.getByText('Filled in from what you looked at').waitFor()
    expect(await page.getByRole('textbox', { name: 'Prefixes' }).inputValue()).toBe('203.0.113.0/24')
    await page.getByText('nothing else of the filter: proto 17 and dst 203.0.113.0/24').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('ten')
    await page.goBack()
    const question = page.getByRole('dialog', { name: 'Leave without saving?' })
    await question.getByRole('button', { name: 'Stay' }).click()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('ten')
    await page.goBack()
    await question.getByRole('button', { name: 'Leave the page' }).click()
    await asked(page, { filter: 'proto 17 and dst 203.0.113.0/24' })
  })

  it('zooms into what was dragged over, and takes any other time', async () => {
    const page = await open('/explore?range=5m')
    await answered(page)
    const box = await until('a chart', async () => (await page.locator('canvas').first().boundingBox()) ?? undefined)
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 8 })
    await page.mouse.up()
    await page.waitForURL((url) => url.searchParams.has('from'))
    const { from = '', to = '' } = parameters(page)
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThan(60_000)
    expect(Date.parse(to) - Date.parse(from)).toBeLessThan(200_000)
    await page.getByRole('button', { name: 'From – to…' }).click()
    await page.getByLabel('From', { exact: true }).fill('2026-01-02T00:00:00')
    await page.getByLabel('To', { exact: true }).fill('2026-01-01T00:00:00')
    await page.getByRole('button', { name: 'Show this time' }).click()
    await page.getByText('A time that is after the other one.').waitFor()
    await page.getByLabel('To', { exact: true }).fill('2026-01-03T00:00:00')
    await page.getByRole('button', { name: 'Show this time' }).click()
    await page.getByText('No flows match').waitFor()
    await page.getByRole('button', { name: 'The last 7 days' }).click()
    await asked(page, { range: '7d' })
    await keys(page).first().waitFor()
  })

  it('is copied for other programs, saved as files, and says what GraphQL cannot ask', async () => {
    const page = await open('/explore?range=5m&by=protocol&filter=proto%20udp', { permissions: ['clipboard-read', 'clipboard-write'] })
    await answered(page)
    const take = async (menu: string, name: string) => {
      await page.getByRole('button', { name: menu, exact: true }).click()
      await page.getByRole('menuitem', { name, exact: true }).click()
    }
    await take('Copy', 'SQL')
    await page.getByText('SQL is copied').waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/^SELECT [^]*protocol = 17/)
    await take('Copy', 'Link')
    await page.getByText('Link is copied').waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(page.url())
    const save = async (name: string) => {
      const coming = page.waitForEvent('download')
      await take('Export', name)
      return readFile(await (await coming).path())
    }
    const lines = (await save('This table as CSV')).toString('utf8').trimEnd().split('\n')
    expect(lines[0]).toMatch(/^row,protocol,/)
    expect(lines.at(-1)).toMatch(/^total,/)
    expect((await save('Every flow as Parquet')).subarray(0, 4).toString('latin1')).toBe('PAR1')
    await page.getByRole('switch', { name: 'Count each flow once' }).click()
    await asked(page, { distinct: 'yes' })
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    const graphql = page.getByRole('menuitem', { name: 'GraphQL', exact: true })
    // The reason stands below the items.
    await page.getByRole('menu').getByText('GraphQL counts a flow at every router').waitFor()
    expect(await graphql.getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Escape')
    await page.getByRole('switch', { name: 'Count each flow once' }).click()
    await take('Copy', 'Open in GraphiQL')
    await page.waitForURL((url) => url.pathname === '/graphiql' && url.searchParams.has('query'))
  })

  it('draws the answer as a grid, a Sankey diagram along the key and a heat map', async () => {
    const page = await open('/explore?range=5m&by=protocol,destinationPort')
    await answered(page)
    const choose = (name: string) => page.getByRole('tab', { name }).click()
    await choose('Sankey')
    await page.getByRole('figure', { name: /^Where traffic goes along the dimensions, \d+ values/ }).waitFor()
    await choose('Heat map')
    await page.getByRole('figure', { name: /^How much traffic \d+ groups had when/ }).waitFor()
    await choose('Grid')
    await page
      .getByRole('img', { name: /^UDP.*: mean .*b\/s, most .*b\/s$/ })
      .first()
      .waitFor()
    await asked(page, { chart: 'grid' })
    // Every group of the answer has one; what is left over and the total stand in the table.
    expect(await page.getByRole('img', { name: /: mean .*, most / }).count()).toBe((await keys(page).count()) - 2)
  })

  it('is saved under a name, shared, renamed, and comes back after it was removed', async () => {
    const page = await open('/explore?range=5m&by=protocol&filter=proto%20udp&chart=lines')
    await answered(page)
    const saved = () => page.getByRole('button', { name: 'Saved', exact: true }).click()
    await saved()
    await page.getByRole('menuitem', { name: 'Save this question…' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Only UDP')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByLabel('Add dimension').first().waitFor()
    await page.getByRole('button', { name: 'Remove Protocol' }).click()
    await page.waitForURL((url) => url.searchParams.get('by') === '')
    await saved()
    await page.getByRole('menuitem', { name: /^Only UDP/ }).click()
    await asked(page, { by: 'protocol', filter: 'proto udp', chart: 'lines' })
    await saved()
    await page.getByRole('menuitem', { name: 'Rename, share, remove…' }).click()
    const name = page.getByLabel('Name of Only UDP')
    await name.fill('UDP by protocol')
    await name.press('Enter')
    await page.getByRole('button', { name: 'Remove UDP by protocol' }).click()
    await page.getByText('Nothing is saved yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByLabel('Name of UDP by protocol').waitFor()
    expect(await page.getByRole('switch', { name: 'Shared' }).isChecked()).toBe(false)
  })

  it('shows how far a long question is and cancels it, and says what to do about one that fails', async () => {
    const failed = (status: number, code: number, message: string) => ({
      status,
      json: { success: false, errors: [{ code, message }], messages: [], result: null },
    })
    const page = await open('/explore?range=5m&by=protocol')
    await answered(page)
    const before = await keys(page).count()
    const held: Route[] = []
    const watched = new Set<string | undefined>()
    await page.route('**/flows/query', (route) => void held.push(route))
    await page.route('**/flows/queries/*', async (route) => {
      watched.add(route.request().url().split('/').at(-1))
      const result = { rows_read: 61e6, rows_to_read: 148e6, progress: 0.41 }
      await route.fulfill({ json: { success: true, errors: [], messages: [], result } })
      if (route.request().method() === 'DELETE') await held.at(-1)?.fulfill(failed(400, 20_063, 'the question was cancelled'))
    })
    await page.getByRole('tab', { name: '24 h', exact: true }).click()
    await page.getByRole('meter').getByText('61 M of 148 M rows read').waitFor()
    // What was known stays to be seen.
    expect(await keys(page).count()).toBe(before)
    await page.getByRole('button', { name: 'Cancel' }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('The question was cancelled').waitFor()
    expect([...watched]).toEqual(held.map((route) => (route.request().postDataJSON() as { id: string }).id))
    await page.unroute('**/flows/query')
    const again = async (answer: ReturnType<typeof failed>, button: string, title: string) => {
      await page.route('**/flows/query', (route) => route.fulfill(answer))
      await alert.getByRole('button', { name: button }).click()
      await alert.getByText(title, { exact: true }).waitFor()
      await page.unroute('**/flows/query')
    }
    await again(failed(400, 20_062, 'the question is too large: shorten the time'), 'Ask again', 'The question is too large')
    await alert.getByText(/shorten the time\.$/).waitFor()
    await again(failed(403, 10_000, 'Authentication error'), 'Ask again', 'You may not see or do this')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await answered(page)
  })

  it.each(looks)('is accessible and no wider than the screen at $width pixels, $colorScheme', async ({ width, colorScheme }) => {
    const options = { viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' } as const
    const page = await open('/explore?range=5m&by=protocol,destinationPort&previous=yes&reverse=yes', options)
    const check = async (name: string) => {
      expect({ name, violations: await violations(page, colorScheme) }).toEqual({ name, violations: [] })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
    await answered(page)
    await page.locator('canvas').first().waitFor()
    await check('the answer')
    await filterOf(page).fill('proto udp and x')
    await page.getByText(/^Character \d+: /).waitFor()
    await filterOf(page).press('Home')
    await filterOf(page).press('Control+Space')
    await page.getByRole('option').first().waitFor()
    await check('a wrong filter with its completion')
  })
})
