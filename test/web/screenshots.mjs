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
  await shot.prepare?.(page)
  await page.goto(url + shot.path)
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
