// Signatures and the edge firewall.
import * as capturing from '../capture-answers.mjs'
import * as filtering from '../signature-answers.mjs'
import { charted, envelope, forbidden, pageOf, press, refusal, unavailable } from './answers.mjs'
import { captures } from './captures.mjs'

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

const filtersForbidden = answerFilters((route) => route.fulfill(refusal(403, forbidden)))

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

export const filteringShots = [
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
]
