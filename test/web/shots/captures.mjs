// Captures, buckets, agents.
import * as capturing from '../capture-answers.mjs'
import { envelope, forbidden, pageOf, press, refusal, unavailable } from './answers.mjs'
import { firstIncident } from './rules.mjs'

/** Captures as the answers tell, with some of them replaced. The last route that fits a path answers it. */
export const captures =
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

const capturesForbidden = answerCaptures((route) => route.fulfill(refusal(403, forbidden)))

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

export const captureShots = [
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
]
