// Advertisements: prefixes, announcements, history.
import * as advertising from '../advertising-answers.mjs'
import { envelope, pageOf, press, unavailable } from './answers.mjs'

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

/** A rule with automatic advertisement. */
async function advertiseByRule(page) {
  await page.getByRole('radio', { name: 'Attack patterns' }).click()
  await page.getByLabel('Prefixes').fill('203.0.113.0/24\n192.0.2.0/24')
  await page.getByRole('switch', { name: 'Automatic advertisement' }).click()
}

export const advertisingShots = [
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
]
