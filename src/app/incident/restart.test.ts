// Tests rule, detector, book and queue of alerts together over kills of the process: the real state, virtual time.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noFacts } from '../../contract/incident.ts'
import type { Rule } from '../../contract/rule.ts'
import { Detector } from '../../detect/detector.ts'
import { enqueueAlert } from '../../notify/enqueue-alert.ts'
import { buildIncidentAlert } from '../../notify/incident-alert.ts'
import { createMnmConfig } from '../mnm-config/create.ts'
import { createRule } from '../rule/create.ts'
import { deleteRule } from '../rule/delete.ts'
import { publishRules } from '../rule/publish.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { newId } from '../../base/secret.ts'
import { getIncident } from './get.ts'
import { IncidentBook } from './incident-book.ts'
import { listIncidents } from './list.ts'
import { addPolicy } from './testing/alert-policy.ts'
import { until } from './testing/until.ts'

let context: TestContext
let book: IncidentBook
let detector: Detector
let rule: { readonly id: string }

beforeEach(async () => {
  context = await openTestContext()
  await addPolicy(context.state)
  await createMnmConfig(context, context.local, { name: 'a', default_sampling: 1 })
  const body = { name: 'my_rule_1', prefixes: ['203.0.113.0/24'], bandwidth_threshold: 1e9, duration: '1m' }
  rule = (await createRule(context, context.local, body)).result
  await start()
})

afterEach(async () => {
  await book.stop()
  await context.close()
})

async function start(): Promise<void> {
  const log = { warn: () => undefined, error: (entry: unknown) => expect(entry).toBeUndefined() }
  book = new IncidentBook(
    { retentionDays: () => 400, tickMs: 5, factsWaitMs: 0 },
    {
      state: context.state,
      clock: context.clock,
      log,
      enqueueAlert,
      collectFacts: async () => noFacts,
      buildAlert: (kind, report) => buildIncidentAlert(kind, report, { base: 'http://localhost' }),
    },
  )
  detector = new Detector(
    { threads: 1 },
    {
      clock: context.clock,
      log,
      newId,
      journal: book,
      history: { minutes: async () => [] },
      onIncident: (event, incident) => book.onIncident(event, incident),
      onMinutes: () => undefined,
      every: () => () => undefined,
    },
  )
  await book.start()
  await detector.start()
  await publishRules({ ...context, detector })
  context.clock.time += 2000
  count(0)
}

/** As after kill -9, once what was on its way to the disk is there: nobody is stopped in order. */
async function killAndStart(downSeconds: number): Promise<void> {
  await book.stop()
  context.clock.time += downSeconds * 1000
  await start()
}

/** One second of traffic, told when it is over. */
function count(bits: number): void {
  const second = Math.floor(context.clock.time / 1000)
  context.clock.time = (second + 1) * 1000 + 50
  const seconds = { rules: [rule.id], from: second, seconds: 1, bytes: Float64Array.of(bits / 8), packets: Float64Array.of(bits / 8000) }
  detector.add({ thread: 0, closed: second, ...seconds })
}

function run(seconds: number, bits: number): void {
  for (let second = 0; second < seconds; second++) count(bits)
}

const incidents = async () => (await listIncidents(context, context.local, {})).incidents
const phases = async () => {
  const rows = await context.state.selectFrom('alert_delivery').select('phase').orderBy('number').execute()
  return rows.map(({ phase }) => phase.replace('ALERT_STATE_EVENT_', ''))
}

it('a breach keeps its clock and an incident goes on over kills, told once as START and once as END', async () => {
  run(5, 1e8)
  const began = Math.floor(context.clock.time / 1000)
  run(40, 5e9)
  await killAndStart(10)
  run(30, 5e9)
  await until(async () => (await incidents()).length === 1)
  expect(await incidents()).toMatchObject([{ state: 'open', started_at: new Date(began * 1000).toISOString(), rule_id: rule.id }])
  await until(async () => (await phases()).length === 1)

  await killAndStart(10)
  run(30, 5e9)
  run(90, 1e8)
  await until(async () => (await incidents())[0]?.state === 'closed')
  await until(() => book.size === 0)
  await killAndStart(10)
  run(90, 1e8)
  await book.stop()
  expect(await phases()).toEqual(['START', 'END'])
  const [{ id } = { id: '' }] = await incidents()
  const { timeline } = await getIncident(context, context.local, id)
  const kinds = timeline.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'alert')).toHaveLength(2)
  expect(kinds).toEqual(expect.arrayContaining(['breach', 'opened', 'restart', 'closed']))
})

it('an incident ends when its rule is deleted, and outlives it', async () => {
  run(70, 5e9)
  await until(async () => (await incidents()).length === 1)
  await deleteRule({ ...context, detector }, context.local, rule.id)
  await until(() => book.size === 0)
  const [{ id, state } = { id: '', state: '' }] = await incidents()
  const incident = await getIncident(context, context.local, id)
  expect([state, incident.rule.name, await phases()]).toEqual(['closed', 'my_rule_1' satisfies Rule['name'], ['START', 'END']])
  expect(incident.timeline.at(-1)?.text).toContain('goes to 1 destination')
})
