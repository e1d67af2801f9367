// The first page and the pages of single routers.
import { charted, envelope, firstLink, pageOf, unavailable } from './answers.mjs'

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
export async function serverGone(page) {
  await page.route('**/drawbridge/**', (route) => route.abort())
  await page.route('**/client/v4/graphql', (route) => route.abort())
}

/** The store answers, and knows nothing. */
async function noFlows(page) {
  const nothing = { data: { viewer: { accounts: [{}] } }, errors: null }
  await page.route('**/client/v4/graphql', (route) => route.fulfill({ json: nothing }))
}

const firstRouter = (page) => firstLink(page, '/', '/routers/')

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

/** The last incident goes on. */
async function underAttack(page) {
  await page.route('**/drawbridge/incidents?**', async (route) => {
    const response = await route.fetch({ url: route.request().url().replace('state=open', 'state=closed') })
    const { result } = await response.json()
    const began = new Date(Date.now() - 150_000).toISOString()
    const going = result
      .slice(0, 1)
      .map((incident) => ({ ...incident, state: 'open', started_at: began, opened_at: began, ended_at: null }))
    await route.fulfill(pageOf(going))
  })
}

async function openPalette(page) {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('203.0.113.7')
}

export const overviewShots = [
  { name: 'overview', path: '/', ready: charted },
  { name: 'overview-hour-packets', path: '/?range=1h&unit=packets', ready: charted },
  { name: 'overview-week', path: '/?range=7d', ready: charted },
  { name: 'overview-filtered', path: '/?range=6h&is=protocol:17&not=destinationPort:443', ready: charted },
  { name: 'overview-new', path: '/', ready: 'text=Waiting for the first router', prepare: newInstallation },
  { name: 'overview-no-flows', path: '/?range=24h', ready: 'text=No flows in this time', prepare: noFlows },
  { name: 'overview-store-error', path: '/?range=1h', ready: '[role=alert]', prepare: storeFails },
  { name: 'overview-offline', path: '/', ready: '[role=alert]', prepare: serverGone },
  { name: 'overview-attack', path: '/?range=5m', ready: 'main a[href^="/incidents/"]', prepare: underAttack },
  { name: 'overview-palette', path: '/', ready: charted, act: openPalette },
  { name: 'overview-shortcuts', path: '/', ready: charted, act: (page) => page.keyboard.press('?') },
  {
    name: 'overview-account',
    path: '/',
    ready: charted,
    act: (page) =>
      page
        .getByRole('button', { name: /^Account/ })
        .first()
        .click(),
  },
  { name: 'routers', path: '/routers', ready: 'main a[href^="/routers/127"] >> visible=true' },
  { name: 'routers-none', path: '/routers', ready: 'main h1', prepare: newInstallation },
  { name: 'routers-search', path: '/routers?q=nobody', ready: 'main h1' },
  { name: 'router', path: firstRouter, query: '?range=1h', ready: charted },
  { name: 'router-sampling-untold', path: firstRouter, ready: 'text=Set sampling to', prepare: samplingUntold },
  { name: 'router-nothing-known', path: firstRouter, ready: 'text=No interface known yet', prepare: nothingKnown },
  { name: 'router-loading', path: firstRouter, ready: '[aria-busy=true]', prepare: routerLoads },
  { name: 'router-error', path: firstRouter, ready: '[role=alert]', prepare: routerFails },
  { name: 'router-unregistered', path: '/routers/192.0.2.255', ready: 'text=is not a registered router' },
]
