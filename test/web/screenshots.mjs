// Writes a PNG of every page and state: light and dark, 1440 and 390 pixels wide.
//   node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only START]
// The secret is that of a sign-in link, or an API token. Empty and error states are made by answering requests here.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as advertising from './advertising-answers.mjs'
import * as capturing from './capture-answers.mjs'
import { launchChromium, signInState } from './chromium.mjs'
import * as exploring from './explore-answers.mjs'
import { setUpShots } from './set-up-shots.mjs'
import * as filtering from './signature-answers.mjs'

const { values } = parseArgs({
  options: { url: { type: 'string' }, secret: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' } },
})
const { url, secret, out, only } = values
if (url === undefined || secret === undefined || out === undefined) {
  console.error('usage: node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only START]')
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

/** The first link of a list to a page of its own; a running server knows its address, this program does not. */
async function firstLink(page, list, start) {
  await page.goto(url + list)
  const link = page.locator(`main a[href^="${start}"]:not([href$="/new"])`).first()
  await link.waitFor({ state: 'attached' })
  return await link.getAttribute('href')
}

const firstRouter = (page) => firstLink(page, '/', '/routers/')
const firstRule = (page) => firstLink(page, '/rules', '/rules/')
const firstIncident = (page) => firstLink(page, '/incidents', '/incidents/')

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

/** No rule was ever made, so nothing fired and nobody was told. */
async function noRules(page) {
  const nothing = { json: { ...envelope([]).json, result_info: { page: 1, per_page: 25, count: 0, total_count: 0, total_pages: 0 } } }
  await page.route('**/mnm/rules', (route) => route.fulfill(envelope(null)))
  await page.route('**/drawbridge/rules/status', (route) => route.fulfill(envelope([])))
  await page.route('**/drawbridge/incidents?**', (route) => route.fulfill(nothing))
  for (const list of ['policies', 'destinations/webhooks', 'destinations/pagerduty', 'silences']) {
    await page.route(`**/alerting/v3/${list}`, (route) => route.fulfill(envelope([])))
  }
  await page.route('**/alerting/v3/history?**', (route) => route.fulfill(nothing))
}

const answerRules = (answer) => async (page) => {
  for (const path of ['**/mnm/rules', '**/drawbridge/rules/**', '**/drawbridge/incidents**', '**/alerting/v3/**']) {
    await page.route(path, answer)
  }
}
const rulesFail = answerRules((route) => route.fulfill(unavailable))
const rulesLoad = answerRules(() => {})
const forbidden = { code: 10000, message: 'Authentication error' }
const rulesForbidden = answerRules((route) =>
  route.fulfill({ status: 403, json: { success: false, errors: [forbidden], messages: [], result: null } }),
)

const refusal = (status, error) => ({ status, json: { success: false, errors: [error], messages: [], result: null } })

const pageOf = (result) => ({
  json: {
    ...envelope(result).json,
    result_info: { page: 1, per_page: 25, count: result.length, total_count: result.length, total_pages: 1 },
  },
})

/** Advertising as the answers tell, with some of them replaced. The last route that fits a path answers it. */
const advertises =
  (answers = {}) =>
  async (page) => {
    const { status, announcements, prefixes } = { ...advertising, ...answers }
    await page.route('**/drawbridge/advertisements/*', (route) => route.fulfill(envelope(advertising.history)))
    await page.route('**/drawbridge/advertisements?**', (route) => route.fulfill(pageOf(announcements)))
    await page.route('**/drawbridge/advertisements/preview', (route) => route.fulfill(envelope(advertising.preview)))
    await page.route('**/drawbridge/advertisements/status', (route) => route.fulfill(envelope(status)))
    await page.route('**/drawbridge/prefixes', (route) => route.fulfill(envelope(prefixes)))
  }
const advertisesNothing = advertises({ status: advertising.unconfigured, announcements: [], prefixes: [] })
const advertisingStopped = advertises({ status: advertising.stopped, announcements: advertising.announcements.slice(0, 2) })
const answerAdvertising = (answer) => async (page) => {
  for (const path of ['**/drawbridge/advertisements**', '**/drawbridge/advertisements/**', '**/drawbridge/prefixes'])
    await page.route(path, answer)
}
const advertisingFails = answerAdvertising((route) => route.fulfill(unavailable))
const advertisingLoads = answerAdvertising(() => {})

/** Captures as the answers tell, with some of them replaced. The last route that fits a path answers it. */
const captures =
  (answers = {}) =>
  async (page) => {
    const { running, ended, agents, buckets, one, previewed } = {
      ...capturing,
      one: capturing.finished,
      previewed: envelope(capturing.preview),
      ...answers,
    }
    const answer = (path, result) => page.route(`**/client/v4/accounts/*/${path}`, (route) => route.fulfill(result))
    await answer('drawbridge/captures/*', envelope(one))
    await answer('drawbridge/captures?**', pageOf(ended))
    await answer('drawbridge/captures?state=running**', pageOf(running))
    await answer('drawbridge/captures?incident_id=**', pageOf(capturing.ended.slice(0, 1)))
    await answer('drawbridge/captures/preview', previewed)
    await answer('drawbridge/captures/policy', envelope(capturing.policy))
    await answer('drawbridge/captures/*/packets?**', envelope(capturing.packets))
    await answer('drawbridge/captures/*/packets/*', envelope(capturing.detail))
    await answer('drawbridge/captures/*/manifest', envelope(capturing.manifest))
    await answer('drawbridge/agents', envelope(agents))
    await answer('drawbridge/agents/enrolments', envelope(capturing.enrolment))
    await answer('pcaps/ownership', envelope(buckets))
    // Live messages come from a server only; the page asks instead.
    await page.routeWebSocket('**/live', (socket) => socket.close())
  }
const capturesNothing = captures({ running: [], ended: [], agents: [], buckets: [] })
const noCapture = captures({ running: [], ended: [] })
const faultyFilter = captures({
  previewed: {
    status: 400,
    json: {
      success: false,
      errors: [{ code: 20026, message: 'Invalid filter', source: { pointer: '/filter' }, fault: capturing.fault }],
      messages: [],
      result: null,
    },
  },
})
const answerCaptures = (answer) => async (page) => {
  for (const path of ['drawbridge/captures**', 'drawbridge/captures/**', 'drawbridge/agents', 'pcaps/ownership'])
    await page.route(`**/client/v4/accounts/*/${path}`, answer)
}
const capturesFail = answerCaptures((route) => route.fulfill(unavailable))
const capturesLoad = answerCaptures(() => {})
const capturesForbidden = answerCaptures((route) =>
  route.fulfill({ status: 403, json: { success: false, errors: [forbidden], messages: [], result: null } }),
)
const capturePath = `/captures/${'3'.repeat(32)}`
const filtered = `/captures/new?filter=${encodeURIComponent(capturing.preview.filter)}`

/** The first packet with a field marked in its bytes. */
async function markField(page) {
  await page.getByRole('option').first().click()
  await page.getByRole('button', { name: /^Destination 203/ }).click()
}

async function enrol(page) {
  await press('Enrol an agent')(page)
  await page.getByLabel('Colo', { exact: true }).fill('ord03')
  await press('Make a code')(page)
  await page.getByText('7K3M').first().waitFor()
}

const press = (name) => async (page) => {
  await page.getByRole('button', { name, exact: true }).first().click()
}

async function removeFirst(page) {
  await page
    .getByRole('button', { name: /^Actions for/ })
    .and(page.locator(':visible'))
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
}

/** Whole packets to a bucket, with all that the form has. */
async function fullCapture(page) {
  await page.getByRole('radio', { name: 'Full' }).click()
  await page.getByRole('radio', { name: 'At some colos' }).click()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('button', { name: 'Fields and operators' }).click()
  await page.getByRole('button', { name: 'Start capture' }).click()
}

async function captureByRule(page) {
  await page.getByRole('switch', { name: 'Capture packets' }).click()
}

/** What is to be announced, as far as its preview. */
async function previewAnnouncement(page) {
  await page.getByLabel('Prefix', { exact: true }).fill('203.0.113.0/24')
  await page.getByLabel('Why').fill('Customer reports a flood')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('this will be sent').waitFor()
}

/** The form of a FlowSpec rule without what it needs. */
async function flowSpecMistake(page) {
  await page.getByRole('radio', { name: 'FlowSpec' }).click()
  await page.getByLabel('Source ports').fill('53-')
  await page.getByRole('button', { name: 'Preview' }).click()
}

/** Signatures and firewall as the answers tell, with some of them replaced. The last route that fits a path answers it. */
const filters =
  (answers = {}) =>
  async (page) => {
    const { signatures, one, rules, rule, firewall, previewed } = {
      ...filtering,
      one: filtering.whole,
      rule: filtering.wholeRule,
      previewed: envelope(filtering.firewallPreview),
      ...answers,
    }
    await captures()(page)
    const answer = (path, result) => page.route(`**/client/v4/accounts/*/drawbridge/${path}`, (route) => route.fulfill(result))
    await answer('signatures?**', pageOf(signatures))
    await answer('signatures/*', envelope(one))
    await answer('firewall/rules?**', pageOf(rules))
    await answer('firewall/rules?state=withdrawn**', pageOf(filtering.withdrawn))
    await answer('firewall/rules?signature_id=**', pageOf(rules.slice(1, 2)))
    // Rates go up and down, so that there is something to draw.
    await page.route('**/drawbridge/firewall/rules/*', (route) => {
      const swing = 1 + 0.3 * Math.sin(Date.now() / 900)
      const agents = rule.agents.map((agent) => ({ ...agent, packets_per_second: (agent.packets_per_second ?? 0) * swing }))
      return route.fulfill(envelope({ ...rule, agents }))
    })
    await answer('firewall/status', envelope(firewall))
    await answer('firewall/preview', previewed)
  }
const filtersNothing = filters({ signatures: [], rules: [] })
const firewallStopped = filters({ rules: [], firewall: filtering.stopped })
const answerFilters = (answer) => async (page) => {
  for (const path of ['**/drawbridge/signatures**', '**/drawbridge/signatures/**', '**/drawbridge/firewall/**'])
    await page.route(path, answer)
}
const filtersFail = answerFilters((route) => route.fulfill(unavailable))
const filtersLoad = answerFilters(() => {})
const filtersForbidden = answerFilters((route) =>
  route.fulfill({ status: 403, json: { success: false, errors: [forbidden], messages: [], result: null } }),
)
const faultyRule = filters({
  previewed: {
    status: 400,
    json: { success: false, errors: [{ code: 20030, ...filtering.faulty }], messages: [], result: null },
  },
})
const firstSignature = `/signatures/${'a'.repeat(32)}`
const firstFirewallRule = `/firewall/${'1'.repeat(32)}`

/** Edits the filter, with a fault. */
async function editFilter(page) {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('textbox', { name: 'Filter', exact: true }).fill('udp and src prt 53')
  await page.getByText('Character 13').waitFor()
}

const chooseTab = (name) => (page) => page.getByRole('tab', { name }).click()

/** An uploaded attack with nothing to compare with, asked for without a file. */
async function fileWithoutBaseline(page) {
  await page.getByRole('radio', { name: 'A file' }).first().click()
  await page.getByRole('radio', { name: 'Nothing' }).click()
  await page.getByRole('button', { name: 'Derive signature' }).click()
}

/** From the form to what agents would be told. */
async function previewDeployment(page) {
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('nftables, as agents are told').waitFor()
}

const refused = (error, status = 400) => ({ status, json: { success: false, errors: [error], messages: [], result: null } })

/** Questions are answered as the answers tell, with some of them replaced. The period before is asked without a key. */
const explores =
  ({ answer = exploring.answer, statements = envelope(exploring.statements), query } = {}) =>
  async (page) => {
    const fixed = (path, result) => page.route(`**/drawbridge/flows/${path}`, (route) => route.fulfill(result))
    await fixed('dimensions', envelope(exploring.dimensions))
    await fixed('complete', envelope(exploring.completion))
    await fixed('statements', statements)
    await fixed('queries/*', envelope(exploring.running))
    await page.route('**/drawbridge/flows/query', async (route) => {
      const asked = route.request().postDataJSON()
      if (query === undefined) await route.fulfill(envelope(asked.by.length === 0 ? exploring.before() : answer(asked)))
      else await query(route)
    })
  }
const exploreFails = (error, status) => explores({ query: (route) => route.fulfill(refused(error, status)) })
const exploreFaulty = explores({
  statements: refused(exploring.fault),
  query: (route) => route.fulfill(refused(exploring.fault)),
})
const byTwo = '/explore?by=sourceAS,destinationPort'
const answered = 'text=Answered from'

async function completeFilter(page) {
  await page.getByRole('combobox', { name: 'Filter' }).pressSequentially('src_as ')
  await page.getByRole('listbox').waitFor()
  await page.keyboard.press('ArrowDown')
}

/** A rule with automatic advertisement. */
async function advertiseByRule(page) {
  await page.getByRole('radio', { name: 'Attack patterns' }).click()
  await page.getByLabel('Prefixes').fill('203.0.113.0/24\n192.0.2.0/24')
  await page.getByRole('switch', { name: 'Automatic advertisement' }).click()
}

/** An anomaly rule with a mistake in its prefixes. */
async function mistake(page) {
  await page.getByRole('radio', { name: 'Anomaly' }).click()
  await page.getByLabel('Prefixes').fill('203.0.113.0/24\n203.0.113.300\n0.0.0.0/0')
  await page.getByRole('button', { name: 'Create rule' }).click()
}

/** A threshold rule with suggested limits and a backtest. */
async function tryOut(page) {
  await page.getByLabel('Name', { exact: true }).fill('web-servers')
  await page
    .getByRole('button', { name: /^Add [\da-f]/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Suggest limits' }).click()
  await page.getByText(/history. The largest minute/).waitFor()
  await page.getByRole('button', { name: 'Run backtest' }).click()
  await page.locator('canvas').first().waitFor()
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
  { name: 'explore', path: byTwo, ready: answered, prepare: explores() },
  { name: 'explore-both', path: `${byTwo}&previous=yes&reverse=yes`, ready: answered, prepare: explores() },
  { name: 'explore-lines', path: `${byTwo}&previous=yes&chart=lines&sort=p95`, ready: answered, prepare: explores() },
  { name: 'explore-old', path: '/explore?by=sourceAddress', ready: answered, prepare: explores({ answer: exploring.old }) },
  {
    name: 'explore-empty',
    path: '/explore?filter=dst_port 5',
    ready: 'text=No flows match',
    prepare: explores({ answer: exploring.empty }),
  },
  { name: 'explore-loading', path: byTwo, ready: '[role=meter]', prepare: explores({ query: () => {} }) },
  { name: 'explore-mistake', path: '/explore?filter=proto 6 prt 5', ready: '[aria-invalid=true]', prepare: exploreFaulty },
  { name: 'explore-too-large', path: byTwo, ready: '[role=alert]', prepare: exploreFails(exploring.tooLarge) },
  { name: 'explore-cancelled', path: byTwo, ready: '[role=alert]', prepare: exploreFails(exploring.cancelled) },
  { name: 'explore-forbidden', path: byTwo, ready: '[role=alert]', prepare: exploreFails(forbidden, 403) },
  { name: 'explore-completion', path: byTwo, ready: answered, prepare: explores(), act: completeFilter },
  { name: 'explore-dimensions', path: byTwo, ready: answered, prepare: explores(), act: (page) => page.getByText('Add dimension').click() },
  { name: 'explore-copy', path: byTwo, ready: answered, prepare: explores(), act: press('Copy') },
  { name: 'explore-real', path: '/explore?range=5m&by=protocol,destinationPort', ready: answered },
  { name: 'router', path: firstRouter, query: '?range=1h', ready: charted },
  { name: 'router-sampling-untold', path: firstRouter, ready: 'text=Set sampling to', prepare: samplingUntold },
  { name: 'router-nothing-known', path: firstRouter, ready: 'text=No interface known yet', prepare: nothingKnown },
  { name: 'router-loading', path: firstRouter, ready: '[aria-busy=true]', prepare: routerLoads },
  { name: 'router-error', path: firstRouter, ready: '[role=alert]', prepare: routerFails },
  { name: 'router-unregistered', path: '/routers/192.0.2.255', ready: 'text=is not a registered router' },
  { name: 'rules', path: '/rules', ready: 'main a[href^="/rules/"]' },
  { name: 'rules-none', path: '/rules', ready: 'text=No rules yet', prepare: noRules },
  { name: 'rules-loading', path: '/rules', ready: '[aria-busy=true]', prepare: rulesLoad },
  { name: 'rules-error', path: '/rules', ready: '[role=alert]', prepare: rulesFail },
  { name: 'rules-forbidden', path: '/rules', ready: '[role=alert]', prepare: rulesForbidden },
  {
    name: 'rules-delete',
    path: '/rules',
    ready: 'main a[href^="/rules/"]',
    act: async (page) =>
      page
        .getByRole('button', { name: /^Delete / })
        .first()
        .click(),
  },
  { name: 'rule', path: firstRule, ready: charted },
  { name: 'rule-new', path: '/rules/new', ready: 'form' },
  { name: 'rule-new-mistake', path: '/rules/new', ready: 'form', act: mistake },
  { name: 'rule-new-backtest', path: '/rules/new', ready: 'form', act: tryOut },
  { name: 'incidents', path: '/incidents', ready: 'main a[href^="/incidents/"]' },
  { name: 'incidents-none', path: '/incidents', ready: 'text=No incidents', prepare: noRules },
  { name: 'incidents-error', path: '/incidents', ready: '[role=alert]', prepare: rulesFail },
  { name: 'incident', path: firstIncident, ready: charted },
  { name: 'incident-unknown', path: '/incidents/00000000000000000000000000000000', ready: 'text=There is no such incident' },
  { name: 'alerts', path: '/alerts', ready: 'text=History' },
  { name: 'alerts-none', path: '/alerts', ready: 'text=No policy yet', prepare: noRules },
  { name: 'alerts-error', path: '/alerts', ready: '[role=alert]', prepare: rulesFail },
  { name: 'alerts-policy', path: '/alerts', ready: 'text=Policies', act: press('New policy') },
  { name: 'alerts-webhook', path: '/alerts', ready: 'text=Destinations', act: press('Add webhook') },
  { name: 'advertising', path: '/advertisements', ready: 'text=Who is told', prepare: advertises() },
  { name: 'advertising-none', path: '/advertisements', ready: 'text=No prefix is registered', prepare: advertisesNothing },
  { name: 'advertising-stopped', path: '/advertisements', ready: '[role=alert]', prepare: advertisingStopped },
  { name: 'advertising-loading', path: '/advertisements', ready: '[aria-busy=true]', prepare: advertisingLoads },
  { name: 'advertising-error', path: '/advertisements', ready: '[role=alert]', prepare: advertisingFails },
  { name: 'advertising-withdraw', path: '/advertisements', ready: 'main a', prepare: advertises(), act: press('Withdraw 203.0.113.0/24') },
  { name: 'advertising-stop', path: '/advertisements', ready: 'main a', prepare: advertises(), act: press('Stop all…') },
  { name: 'advertising-announce', path: '/advertisements?announce=new', ready: 'form', prepare: advertises() },
  { name: 'advertising-flowspec', path: '/advertisements?announce=new', ready: 'form', prepare: advertises(), act: flowSpecMistake },
  { name: 'advertising-preview', path: '/advertisements?announce=new', ready: 'form', prepare: advertises(), act: previewAnnouncement },
  { name: 'advertising-history', path: '/advertisements/history', ready: 'main a', prepare: advertises() },
  { name: 'advertising-prefixes', path: '/advertisements/prefixes', ready: 'text=Nothing outside of them', prepare: advertises() },
  {
    name: 'advertising-register',
    path: '/advertisements/prefixes',
    ready: 'text=Nothing outside of them',
    prepare: advertises(),
    act: press('Register prefix'),
  },
  { name: 'advertisement', path: `/advertisements/${'a'.repeat(32)}`, ready: 'text=Timeline', prepare: advertises() },
  { name: 'overview-advertising', path: '/', ready: 'text=Announced now', prepare: advertises() },
  { name: 'overview-stopped', path: '/', ready: 'text=Advertising is stopped', prepare: advertisingStopped },
  { name: 'rule-advertising', path: '/rules/new', ready: 'form', prepare: advertises(), act: advertiseByRule },
  { name: 'captures', path: '/captures', ready: 'main a[href^="/captures/"]', prepare: captures() },
  { name: 'captures-none', path: '/captures', ready: 'text=No capture yet', prepare: noCapture },
  { name: 'captures-no-agent', path: '/captures', ready: 'text=No agent is enrolled yet', prepare: capturesNothing },
  { name: 'captures-loading', path: '/captures', ready: '[aria-busy=true]', prepare: capturesLoad },
  { name: 'captures-error', path: '/captures', ready: '[role=alert]', prepare: capturesFail },
  { name: 'captures-forbidden', path: '/captures', ready: '[role=alert]', prepare: capturesForbidden },
  { name: 'captures-remove', path: '/captures', ready: 'text=Ended', prepare: captures(), act: removeFirst },
  { name: 'capture-new', path: filtered, ready: 'text=How an agent says it', prepare: captures() },
  { name: 'capture-new-full', path: filtered, ready: 'text=How an agent says it', prepare: captures(), act: fullCapture },
  { name: 'capture-new-past', path: `${filtered}&before=2026-11-22T08:30:15Z`, ready: 'text=Answered at once', prepare: captures() },
  {
    name: 'capture-new-mistake',
    path: `/captures/new?filter=${encodeURIComponent('dst in 203.0.113.0/24 and udp and src prt 53')}`,
    ready: '[aria-invalid=true]',
    prepare: faultyFilter,
  },
  { name: 'capture-running', path: capturePath, ready: 'text=By agent', prepare: captures({ one: capturing.running[0] }) },
  { name: 'capture-result', path: capturePath, ready: '[role=option]', prepare: captures(), act: markField },
  { name: 'capture-failed', path: capturePath, ready: 'text=It failed', prepare: captures({ one: capturing.failed }) },
  { name: 'capture-full', path: capturePath, ready: 'text=Files in the bucket', prepare: captures({ one: capturing.full }) },
  { name: 'capture-manifest', path: capturePath, ready: '[role=option]', prepare: captures(), act: press('Compute') },
  { name: 'capture-buckets', path: '/captures/buckets', ready: 'text=pcaps-bucket', prepare: captures() },
  {
    name: 'capture-bucket-prove',
    path: '/captures/buckets',
    ready: 'text=pcaps-bucket',
    prepare: captures(),
    act: press('Prove s3://captures?region=us-east-1&endpoint=https://minio.example.net'),
  },
  { name: 'capture-bucket-add', path: '/captures/buckets', ready: 'text=pcaps-bucket', prepare: captures(), act: press('Add bucket') },
  { name: 'capture-agents', path: '/agents', ready: 'text=edge-fra-1', prepare: captures() },
  { name: 'capture-agents-none', path: '/agents', ready: 'text=No agent is enrolled yet', prepare: capturesNothing },
  { name: 'capture-agents-enrol', path: '/agents', ready: 'text=edge-fra-1', prepare: captures(), act: enrol },
  { name: 'capture-overview', path: '/?is=destinationAddress:203.0.113.7', ready: 'text=Capturing now', prepare: captures() },
  { name: 'capture-incident', path: firstIncident, ready: 'text=Packet captures', prepare: captures() },
  { name: 'capture-rule', path: '/rules/new', ready: 'form', prepare: captures(), act: captureByRule },
  { name: 'signatures', path: '/signatures', ready: 'main a[href^="/signatures/"] >> visible=true', prepare: filters() },
  { name: 'signatures-none', path: '/signatures', ready: 'text=No signature yet', prepare: filtersNothing },
  { name: 'signatures-loading', path: '/signatures', ready: '[aria-busy=true]', prepare: filtersLoad },
  { name: 'signatures-error', path: '/signatures', ready: '[role=alert]', prepare: filtersFail },
  { name: 'signatures-forbidden', path: '/signatures', ready: '[role=alert]', prepare: filtersForbidden },
  { name: 'signature', path: firstSignature, ready: 'text=For other systems', prepare: filters() },
  { name: 'signature-flowspec', path: firstSignature, ready: 'text=For other systems', prepare: filters(), act: chooseTab('FlowSpec') },
  { name: 'signature-uncompared', path: firstSignature, ready: 'text=For other systems', prepare: filters({ one: filtering.uncompared }) },
  { name: 'signature-edit', path: firstSignature, ready: 'text=For other systems', prepare: faultyRule, act: editFilter },
  { name: 'signature-measuring', path: firstSignature, ready: 'text=For other systems', prepare: filters({ one: filtering.remeasured }) },
  { name: 'signature-running', path: firstSignature, ready: '[role=meter]', prepare: filters({ one: filtering.running }) },
  { name: 'signature-failed', path: firstSignature, ready: '[role=alert]', prepare: filters({ one: filtering.failed }) },
  { name: 'signature-new', path: `/signatures/new?capture=${capturing.finished.id}`, ready: 'form', prepare: filters() },
  { name: 'signature-new-file', path: '/signatures/new', ready: 'form', prepare: filters(), act: fileWithoutBaseline },
  { name: 'firewall', path: '/firewall', ready: 'main a[href^="/firewall/"]:not([href$="history"]) >> visible=true', prepare: filters() },
  { name: 'firewall-none', path: '/firewall', ready: 'text=No rule is on the edges', prepare: filtersNothing },
  { name: 'firewall-stopped', path: '/firewall', ready: '[role=alert]', prepare: firewallStopped },
  { name: 'firewall-error', path: '/firewall', ready: '[role=alert]', prepare: filtersFail },
  {
    name: 'firewall-history',
    path: '/firewall/history',
    ready: 'main a[href^="/firewall/"]:not([href$="history"]) >> visible=true',
    prepare: filters(),
  },
  { name: 'firewall-deploy', path: `/firewall?deploy=${'a'.repeat(32)}`, ready: 'form', prepare: filters() },
  { name: 'firewall-preview', path: `/firewall?deploy=${'a'.repeat(32)}`, ready: 'form', prepare: filters(), act: previewDeployment },
  { name: 'firewall-rule', path: firstFirewallRule, ready: charted, prepare: filters() },
  {
    name: 'firewall-enforce',
    path: firstFirewallRule,
    ready: 'text=Timeline',
    prepare: filters({ rule: filtering.wholeCounting }),
    act: press('Enforce SYN flood, options missing'),
  },
  { name: 'ledger', path: '/ledger', ready: 'dl' },
  { name: 'ledger-error', path: '/ledger', ready: '[role=alert]', prepare: serverGone },
  ...setUpShots({ envelope, refusal, unavailable }),
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
  await shot.act?.(page)
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
    if (only !== undefined && !shot.name.startsWith(only)) continue
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1440, 390]) await shoot({ browser, state, shot, colorScheme, width })
    }
    console.log(shot.name)
  }
} finally {
  await browser.close()
}
