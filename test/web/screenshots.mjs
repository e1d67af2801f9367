// Writes a PNG of every page and state: light and dark, 1440 and 390 pixels wide.
//   node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only NAME]
// The secret is that of a sign-in link, or an API token. Empty and error states are made by answering requests here.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchChromium, signInState } from './chromium.mjs'

const { values } = parseArgs({
  options: { url: { type: 'string' }, secret: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' } },
})
const { url, secret, out, only } = values
if (url === undefined || secret === undefined || out === undefined) {
  console.error('usage: node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only NAME]')
  process.exit(2)
}

const envelope = (result) => ({ json: { success: true, errors: [], messages: [], result } })
const unavailable = {
  status: 503,
  json: {
    success: false,
    errors: [{ code: 15001, message: 'the flow store does not answer; try again in a few seconds' }],
    messages: [],
    result: null,
  },
}

/** No router yet, nobody sends. */
async function newInstallation(page) {
  await page.route('**/drawbridge/routers', (route) => route.fulfill(envelope([])))
  await page.route('**/drawbridge/unregistered', (route) => route.fulfill(envelope([])))
}

/** Everything that comes from the store fails. */
async function storeFails(page) {
  await page.route('**/client/v4/graphql', (route) => route.fulfill(unavailable))
  await page.route('**/drawbridge/live**', (route) => route.fulfill(unavailable))
}

/** The server is gone after the page has loaded its account. */
async function serverGone(page) {
  await page.route('**/drawbridge/**', (route) => route.abort())
  await page.route('**/client/v4/graphql', (route) => route.abort())
}

/** The store answers, and knows nothing. */
async function noFlows(page) {
  const nothing = { data: { viewer: { accounts: [{}] } }, errors: null }
  await page.route('**/client/v4/graphql', (route) => route.fulfill({ json: nothing }))
}

/** The first registered router, whose page is shown; a running server knows its address, this program does not. */
async function firstRouter(page) {
  await page.goto(url)
  const link = page.locator('a[href^="/routers/"]').first()
  await link.waitFor({ state: 'attached' })
  return await link.getAttribute('href')
}

/** Nothing is known of the router's export yet: no template, no interface. */
async function nothingKnown(page) {
  await page.route('**/drawbridge/routers/*/interfaces', (route) => route.fulfill(envelope([])))
  await page.route('**/drawbridge/routers/*/health', async (route) => {
    const response = await route.fetch()
    const { result } = await response.json()
    const empty = { templates: [], samplers: [], drops: [], skipped_formats: [] }
    await route.fulfill(envelope({ ...result, ...empty }))
  })
  await noFlows(page)
}

/** Health and interfaces of routers cannot be read. */
async function routerFails(page) {
  await page.route('**/drawbridge/routers/*/*', (route) => route.fulfill(unavailable))
  await storeFails(page)
}

/** Neither of the router's answers comes. */
async function routerLoads(page) {
  await page.route('**/drawbridge/routers/*/*', () => {})
  await page.route('**/client/v4/graphql', () => {})
}

/** An interface whose sampling nobody told, so that the button which sets it is to be seen. */
async function samplingUntold(page) {
  const direction = (counter_bps) => ({ counter_bps, flow_bps: counter_bps / 1000, ratio: 0.001, cause: 'sampling_untold' })
  const untold = { in: direction(3.2e9), out: direction(1.1e9), suggested_sampling: 1000, updated: new Date().toISOString() }
  const known = { if_index: 1, name: 'et-0/0/0', description: 'Transit', speed: 100e9 }
  await page.route('**/drawbridge/routers/*/interfaces', (route) => route.fulfill(envelope([{ ...known, ...untold }])))
  await page.route('**/drawbridge/routers', async (route) => {
    const response = await route.fetch()
    const { result } = await response.json()
    const unset = { sampling_source: 'account', sampling_rate: 1, sampling_override: null }
    for (const router of result) Object.assign(router, unset)
    await route.fulfill(envelope(result))
  })
}

const charted = 'canvas'
const shots = [
  { name: 'overview', path: '/', ready: charted },
  { name: 'overview-hour-packets', path: '/?range=1h&unit=packets', ready: charted },
  { name: 'overview-week', path: '/?range=7d', ready: charted },
  { name: 'overview-filtered', path: '/?range=6h&is=protocol:17&not=destinationPort:443', ready: charted },
  { name: 'overview-new', path: '/', ready: 'text=Waiting for the first router', prepare: newInstallation },
  { name: 'overview-no-flows', path: '/?range=24h', ready: 'text=No flows in this time', prepare: noFlows },
  { name: 'overview-store-error', path: '/?range=1h', ready: '[role=alert]', prepare: storeFails },
  { name: 'overview-offline', path: '/', ready: '[role=alert]', prepare: serverGone },
  { name: 'router', path: firstRouter, query: '?range=1h', ready: charted },
  { name: 'router-sampling-untold', path: firstRouter, ready: 'text=Set sampling to', prepare: samplingUntold },
  { name: 'router-nothing-known', path: firstRouter, ready: 'text=No interface known yet', prepare: nothingKnown },
  { name: 'router-loading', path: firstRouter, ready: '[aria-busy=true]', prepare: routerLoads },
  { name: 'router-error', path: firstRouter, ready: '[role=alert]', prepare: routerFails },
  { name: 'router-unregistered', path: '/routers/192.0.2.255', ready: 'text=is not a registered router' },
  { name: 'ledger', path: '/ledger', ready: 'dl' },
  { name: 'ledger-error', path: '/ledger', ready: '[role=alert]', prepare: serverGone },
  { name: 'sign-in', path: '/sign-in', ready: 'form', signedOut: true },
  { name: 'sign-in-refused', path: '/sign-in#not-a-valid-secret', ready: '[role=alert]', signedOut: true },
]

async function shoot({ browser, state, shot, colorScheme, width }) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: width < 600 ? 844 : 900 },
    hasTouch: width < 600,
    ...(shot.signedOut ? {} : { storageState: state }),
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`${shot.name}: ${error.message}`))
  const path = typeof shot.path === 'string' ? shot.path : `${await shot.path(page)}${shot.query ?? ''}`
  await shot.prepare?.(page)
  await page.goto(url + path)
  await page.locator(shot.ready).first().waitFor({ timeout: 20_000 })
  // Lists and names come after the first answer; a quiet network cannot be waited for because the page polls.
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(out, `${shot.name}-${colorScheme}-${width}.png`), fullPage: true })
  await context.close()
}

mkdirSync(out, { recursive: true })
const browser = await launchChromium()
try {
  const state = await signInState(browser, url, secret)
  for (const shot of shots) {
    if (only !== undefined && shot.name !== only) continue
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1440, 390]) await shoot({ browser, state, shot, colorScheme, width })
    }
    console.log(shot.name)
  }
} finally {
  await browser.close()
}
