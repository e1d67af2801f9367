// Settings and sign-in for screenshots: their states, made by answering requests, and what is pressed before.
import * as settling from '../settings-answers.mjs'
import { envelope, press, refusal, unavailable } from './answers.mjs'

const route = (page, path, answer) => page.route(`**/client/v4/accounts/*/drawbridge/${path}`, answer)
const usual = {
  me: settling.me,
  'me/sessions': settling.sessions,
  members: settling.members,
  tokens: settling.tokens,
  settings: settling.settings,
  'audit?*': settling.audit,
}

/** As the answers tell, with some of them replaced. */
const settled =
  (answers = {}) =>
  async (page) => {
    for (const [path, answer] of Object.entries({ ...usual, ...answers }))
      await route(page, path, (asked) => asked.fulfill(envelope(answer)))
  }
const always = (answer) => async (page) => {
  for (const path of Object.keys(usual)) await route(page, path, answer)
}
const loads = always(() => {})
const fails = always((asked) => asked.fulfill(unavailable))

/** What a viewer is told. */
async function asViewer(page) {
  await settled({ me: settling.viewer, settings: settling.unchangeable })(page)
  await page.route('**/drawbridge/status', async (asked) => {
    const response = await asked.fetch()
    const answer = await response.json()
    await asked.fulfill({ response, json: { ...answer, result: { ...answer.result, scopes: ['mnm:read', 'analytics:read'] } } })
  })
}

async function severalAccounts(page) {
  await settled()(page)
  await page.route('**/client/v4/accounts', async (asked) => {
    const response = await asked.fetch()
    const answer = await response.json()
    await asked.fulfill({ response, json: { ...answer, result: [...answer.result, settling.accounts[1]] } })
  })
}

const answerPost = (path, answer) => async (page) => {
  await settled()(page)
  await route(page, path, (asked) => (asked.request().method() === 'POST' ? asked.fulfill(envelope(answer)) : asked.fallback()))
}

async function invite(page) {
  await press('Invite')(page)
  const form = page.getByRole('dialog')
  await form.getByLabel('E-mail address').fill('noc-screen@example.net')
  await form.getByLabel('Name', { exact: true }).fill('NOC screen')
}

async function invited(page) {
  await invite(page)
  await press('Make the link')(page)
  await page.getByRole('textbox', { name: 'Sign-in link' }).waitFor()
}

async function mint(page) {
  await press('New token')(page)
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('wall screen')
}

async function chooseScopes(page) {
  await mint(page)
  await page.getByRole('radio', { name: 'Choose scopes' }).click()
}

async function minted(page) {
  await mint(page)
  await press('Make token')(page)
  await page.getByRole('tab', { name: 'Terraform' }).click()
}

async function shorter(page) {
  await page.getByLabel('Single flows: days').fill('3')
  await page.getByLabel('Top lists by the hour: days').fill('900')
}

async function wrongNetworks(page) {
  await page.getByLabel('Prefixes, one a line').fill('198.51.100.0/24\n203.0.113.0/33, 192.0.2.0/24\n198.51.100.0/24\nfe80::/10')
}

async function openLine(page) {
  await page.getByRole('button', { name: /withdrew 203/ }).click()
}

async function wrongPassword(page) {
  await page.getByLabel('E-mail address').fill('mika.sato@example.net')
  await page.getByLabel('Password').fill('not this one')
  await press('Sign in')(page)
  await page.getByRole('alert').waitFor()
}

const wrongSignIn = (page) =>
  page.route('**/sign-in', (asked) =>
    asked.request().method() === 'POST' ? asked.fulfill(refusal(401, { code: 10000, message: 'Authentication error' })) : asked.fallback(),
  )

export const settingsShots = [
  { name: 'settings-you', path: '/settings', ready: 'text=Chrome on Linux', prepare: settled() },
  { name: 'settings-you-token', path: '/settings', ready: 'text=Who you are', prepare: settled({ 'me/sessions': settling.byToken }) },
  { name: 'settings-password', path: '/settings', ready: 'text=A password is set', prepare: settled(), act: press('Change password') },
  { name: 'settings-loading', path: '/settings', ready: '[aria-busy=true]', prepare: loads },
  { name: 'settings-error', path: '/settings', ready: '[role=alert]', prepare: fails },
  { name: 'settings-people', path: '/settings/people', ready: 'text=Joren', prepare: settled() },
  { name: 'settings-people-forbidden', path: '/settings/people', ready: 'text=Only administrators', prepare: asViewer },
  { name: 'settings-invite', path: '/settings/people', ready: 'text=Joren', prepare: settled(), act: invite },
  {
    name: 'settings-invited',
    path: '/settings/people',
    ready: 'text=Joren',
    prepare: answerPost('members', settling.invitation),
    act: invited,
  },
  { name: 'settings-tokens', path: '/settings/tokens', ready: 'text=grafana', prepare: settled(), act: press('Show 1 that has ended') },
  { name: 'settings-tokens-none', path: '/settings/tokens', ready: 'text=No token yet', prepare: settled({ tokens: [] }) },
  { name: 'settings-mint', path: '/settings/tokens', ready: 'text=grafana', prepare: settled(), act: mint },
  { name: 'settings-mint-scopes', path: '/settings/tokens', ready: 'text=grafana', prepare: settled(), act: chooseScopes },
  { name: 'settings-minted', path: '/settings/tokens', ready: 'text=grafana', prepare: answerPost('tokens', settling.minted), act: minted },
  { name: 'settings-revoke', path: '/settings/tokens', ready: 'text=grafana', prepare: settled(), act: press('Revoke grafana') },
  { name: 'settings-accounts', path: '/settings/accounts', ready: 'text=Lab', prepare: severalAccounts },
  { name: 'settings-data', path: '/settings/data', ready: 'text=Single flows', prepare: settled() },
  { name: 'settings-data-change', path: '/settings/data', ready: 'text=Single flows', prepare: settled(), act: shorter },
  {
    name: 'settings-data-storeless',
    path: '/settings/data',
    ready: 'text=does not answer',
    prepare: settled({ settings: settling.storeless }),
  },
  { name: 'settings-data-forbidden', path: '/settings/data', ready: 'text=Single flows', prepare: asViewer },
  { name: 'settings-networks', path: '/settings/networks', ready: 'textarea', prepare: settled() },
  { name: 'settings-networks-wrong', path: '/settings/networks', ready: 'textarea', prepare: settled(), act: wrongNetworks },
  { name: 'settings-audit', path: '/settings/audit', ready: 'text=withdrew', prepare: settled(), act: openLine },
  {
    name: 'settings-audit-none',
    path: '/settings/audit',
    ready: 'text=Nothing was changed',
    prepare: settled({ 'audit?*': settling.quietAudit }),
  },
  { name: 'settings-audit-error', path: '/settings/audit', ready: '[role=alert]', prepare: fails },
]

export const signInShots = [
  { name: 'sign-in', path: '/sign-in', ready: 'form', signedOut: true },
  { name: 'sign-in-wrong', path: '/sign-in', ready: 'form', signedOut: true, prepare: wrongSignIn, act: wrongPassword },
  { name: 'sign-in-refused', path: '/sign-in#not-a-valid-secret', ready: '[role=alert]', signedOut: true },
  { name: 'sign-in-invited', path: '/sign-in#link=waits-for-a-press', ready: 'text=You have a sign-in link', signedOut: true },
]
