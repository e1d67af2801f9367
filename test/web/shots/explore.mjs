// Explore: answers, mistakes, waiting.
import * as exploring from '../explore-answers.mjs'
import { envelope, forbidden, press, refusal } from './answers.mjs'

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

const exploreFails = (error, status = 400) => explores({ query: (route) => route.fulfill(refusal(status, error)) })

const exploreFaulty = explores({
  statements: refusal(400, exploring.fault),
  query: (route) => route.fulfill(refusal(400, exploring.fault)),
})

const owner = { id: 'a'.repeat(32), name: 'Ada', email: 'ada@example.net' }
const kept = { shared: false, owner, editable: true, created_at: '2026-11-20T08:00:00Z', modified_at: '2026-11-20T08:00:00Z' }
const questions = [
  { ...kept, id: '1'.repeat(32), name: 'Who sends to the web servers', search: 'filter=dst+203.0.113.0%2F24' },
  { ...kept, id: '2'.repeat(32), name: 'Ports by AS', search: 'by=sourceAS%2CdestinationPort', shared: true },
]

async function saves(page) {
  await explores()(page)
  await page.route('**/drawbridge/saved-questions', (route) => route.fulfill(envelope(questions)))
}

async function saveQuestion(page) {
  await press('Saved')(page)
  await page.getByRole('menuitem', { name: 'Save this question…' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Ports by AS, last hour')
}

const byTwo = '/explore?by=sourceAS,destinationPort'

const answered = 'text=Answered from'

async function completeFilter(page) {
  await page.getByRole('combobox', { name: 'Filter' }).pressSequentially('src_as ')
  await page.getByRole('listbox').waitFor()
  await page.keyboard.press('ArrowDown')
}

export const exploreShots = [
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
  { name: 'explore-grid', path: `${byTwo}&chart=grid`, ready: answered, prepare: explores() },
  { name: 'explore-sankey', path: '/explore?range=5m&by=protocol,destinationPort,direction&chart=sankey', ready: answered },
  { name: 'explore-heatmap', path: `${byTwo}&chart=heatmap`, ready: answered, prepare: explores() },
  { name: 'explore-saved', path: byTwo, ready: answered, prepare: saves, act: press('Saved') },
  { name: 'explore-save', path: byTwo, ready: answered, prepare: saves, act: saveQuestion },
  { name: 'explore-copy', path: byTwo, ready: answered, prepare: explores(), act: press('Copy') },
  { name: 'explore-real', path: '/explore?range=5m&by=protocol,destinationPort', ready: answered },
]
