// Rules, incidents, alerts.
import { charted, envelope, firstLink, forbidden, press, refusal, unavailable } from './answers.mjs'

const firstRule = (page) => firstLink(page, '/rules', '/rules/')

export const firstIncident = (page) => firstLink(page, '/incidents', '/incidents/')

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

const rulesForbidden = answerRules((route) => route.fulfill(refusal(403, forbidden)))

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

export const ruleShots = [
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
]
