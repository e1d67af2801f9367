// Tests that incidents are written, told once, and taken up after a restart, with the real state and the real queue of alerts.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noFacts, type DetectedIncident, type IncidentEventKind, type IncidentFacts } from '../../contract/incident.ts'
import { enqueueAlert } from '../../notify/enqueue-alert.ts'
import { buildIncidentAlert } from '../../notify/incident-alert.ts'
import { openTestContext, testTime, type TestContext } from '../testing/test-context.ts'
import { IncidentBook, type IncidentBookConfig, type IncidentBookDependencies } from './incident-book.ts'
import { readIncident, writeIncident } from './rows.ts'
import { addPolicy } from './testing/alert-policy.ts'
import { detectedIncident } from './testing/detected-incident.ts'
import { until } from './testing/until.ts'

let context: TestContext
let books: IncidentBook[]
let errors: unknown[]
/** Alerts that were built, also those that nobody is to get. */
let built: IncidentEventKind[]
/** Facts that wait for the test to give them; undefined answers at once. */
let asked: { incident: DetectedIncident; answer: (facts: IncidentFacts) => void; fail: (error: Error) => void }[]

beforeEach(async () => {
  context = await openTestContext()
  books = []
  errors = []
  built = []
  asked = []
  await addPolicy(context.state)
})

afterEach(async () => {
  for (const book of books) await book.stop()
  await context.close()
})

async function startBook(config: Partial<IncidentBookConfig> = {}, deps: Partial<IncidentBookDependencies> = {}): Promise<IncidentBook> {
  const note = (entry: unknown) => void errors.push(entry)
  const book = new IncidentBook(
    // The clock stands still: a tick only sees what a test moves on.
    { retentionDays: () => 400, tickMs: 5, ...config },
    {
      state: context.state,
      clock: context.clock,
      log: { error: note, warn: note },
      collectFacts: (incident) => new Promise((answer, fail) => asked.push({ incident, answer, fail })),
      buildAlert: (kind, report) => {
        built.push(kind)
        return buildIncidentAlert(kind, report, { base: 'http://localhost:8080' })
      },
      enqueueAlert,
      ...deps,
    },
  )
  books.push(book)
  await book.start()
  return book
}

const deliveries = () => context.state.selectFrom('alert_delivery').select(['phase', 'destination']).orderBy('number').execute()
const phases = async () => (await deliveries()).map(({ phase }) => phase.replace('ALERT_STATE_EVENT_', ''))
const stored = async (id = opened.id) => readIncident(context.state, 1, id)
const alertData = async () => {
  const rows = await context.state.selectFrom('alert_event').select('data').orderBy('id').execute()
  return rows.map(({ data }) => JSON.parse(data) as { top_sources: { value: string }[] })
}

const opened = detectedIncident({ id: 'a'.repeat(32) })
const closed = detectedIncident({ id: 'a'.repeat(32), state: 'closed', ended_at: '2026-01-01T12:10:00.000Z' })
const facts = (source: string): IncidentFacts => ({
  ...noFacts,
  as_of: '2026-01-01T12:00:00.000Z',
  sources: [{ value: source, name: '', bits_per_second: 1, packets_per_second: 1, share: 1 }],
})

describe('an incident', () => {
  it('is readable at once, and told when it is known who takes part', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(async () => (await stored()) !== undefined)
    expect([await stored(), await phases()]).toMatchObject([{ headline: opened.headline, facts: noFacts }, []])
    asked[0]?.answer(facts('192.0.2.66'))
    await until(async () => (await phases()).length === 1)
    expect((await alertData())[0]?.top_sources[0]?.value).toBe('192.0.2.66')
    expect((await stored())?.facts.sources[0]?.value).toBe('192.0.2.66')
    expect((await stored())?.timeline.at(-1)).toEqual({
      at: '2026-01-01T12:00:00.000Z',
      kind: 'alert',
      text: 'The alert goes to 1 destination',
    })
  })

  it('is told without facts when they take longer than the alert can wait', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    context.clock.time += 4999
    await until(async () => (await stored()) !== undefined)
    expect(await phases()).toEqual([])
    context.clock.time += 1
    await until(async () => (await phases()).length === 1)
    expect((await alertData())[0]?.top_sources).toEqual([])
    asked[0]?.answer(facts('192.0.2.66'))
    await until(async () => (await stored())?.facts.as_of !== null)
    expect(await phases()).toEqual(['START'])
  })

  it('is told although its facts fail', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.fail(new Error('no store'))
    await until(async () => (await phases()).length === 1)
    expect(book.counters()).toMatchObject({ opened: 1, facts_failures: 1 })
    expect(errors).toHaveLength(1)
  })

  it('ends once, with the facts of its end, and is then forgotten by the book', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === 1)
    book.onIncident('closed', closed)
    await until(() => asked.length === 2)
    await until(async () => (await stored())?.state === 'closed')
    expect(await phases()).toEqual(['START'])
    asked[1]?.answer(facts('192.0.2.2'))
    await until(() => book.size === 0)
    expect(await phases()).toEqual(['START', 'END'])
    expect((await alertData())[1]?.top_sources[0]?.value).toBe('192.0.2.2')
    context.clock.time += 3_600_000
    await book.stop()
    expect(await phases()).toEqual(['START', 'END'])
  })

  it('that ends while its first facts are asked for is told as START and END, in this order', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    book.onIncident('closed', closed)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(() => asked.length === 2)
    asked[1]?.answer(facts('192.0.2.2'))
    await until(() => book.size === 0)
    expect(await phases()).toEqual(['START', 'END'])
    expect((await alertData()).map((data) => data.top_sources[0]?.value)).toEqual(['192.0.2.2', '192.0.2.2'])
  })

  it('that ends, with its facts, while its START is being written is told as ended too', async () => {
    let ended = false
    const enqueue: IncidentBookDependencies['enqueueAlert'] = async (transaction, event) => {
      if (!ended) {
        ended = true
        book.onIncident('closed', closed)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return enqueueAlert(transaction, event)
    }
    const book = await startBook({}, { enqueueAlert: enqueue, collectFacts: async () => facts('192.0.2.1') })
    book.onIncident('opened', opened)
    await until(() => book.size === 0)
    expect(await phases()).toEqual(['START', 'END'])
  })

  it('whose last facts come after its END gets them, and is not told again', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === 1)
    book.onIncident('closed', closed)
    await until(() => asked.length === 2)
    context.clock.time += 5000
    await until(async () => (await phases()).length === 2)
    asked[1]?.answer(facts('192.0.2.2'))
    await until(() => book.size === 0)
    expect((await stored())?.facts.sources[0]?.value).toBe('192.0.2.2')
    expect(built).toEqual(['opened', 'closed'])
  })

  it('an alert waits for facts that are not stored at the first look', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.answer(noFacts)
    await new Promise((resolve) => setImmediate(resolve))
    context.clock.time += 500
    await until(() => asked.length === 2)
    expect(await phases()).toEqual([])
    asked[1]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === 1)
    expect((await stored())?.facts.sources[0]?.value).toBe('192.0.2.1')
  })

  it('keeps the facts that it has when none come', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === 1)
    context.clock.time += 30_000
    await until(() => asked.length === 2)
    asked[1]?.answer(noFacts)
    await new Promise((resolve) => setImmediate(resolve))
    book.onIncident('updated', { ...opened, headline: 'newer' })
    await until(async () => (await stored())?.headline === 'newer')
    expect((await stored())?.facts.sources[0]?.value).toBe('192.0.2.1')
  })

  it('is told again while it lasts to those who want to be reminded', async () => {
    await context.state.updateTable('alert_policy').set({ alert_interval: '1m' }).execute()
    const book = await startBook({ factsEveryMs: 30_000 })
    for (let half = 0; half < 5; half++) {
      const at = new Date(context.clock.time).toISOString()
      book.onIncident(half === 0 ? 'opened' : 'updated', { ...opened, timeline: [{ at, kind: 'vector', text: 'x' }] })
      await until(() => asked.length === half + 1)
      asked[half]?.answer({ ...facts('192.0.2.1'), as_of: at })
      await until(async () => (await stored())?.facts.as_of === at)
      // The notifier sends at once.
      await context.state.updateTable('alert_delivery').set({ state: 'sent' }).execute()
      context.clock.time += 30_000
    }
    expect(await phases()).toEqual(['START', 'START', 'START'])
  })

  it('whose state changes faster than it is written is written as it is in the end', async () => {
    const book = await startBook()
    book.onIncident('opened', opened)
    for (let second = 0; second < 100; second++) book.onIncident('updated', { ...opened, bits_per_second: second })
    await book.stop()
    expect(await stored()).toMatchObject({ bits_per_second: 99, state: 'open' })
  })
})

describe('after a restart', () => {
  it('an open incident goes on, and its end is told once', async () => {
    const first = await startBook()
    first.onIncident('opened', opened)
    await until(() => asked.length === 1)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === 1)
    await first.stop()

    const second = await startBook()
    expect((await second.load()).incidents).toEqual([opened])
    second.onIncident('closed', closed)
    await until(() => asked.some(({ incident }) => incident.state === 'closed') || asked.length === 2)
    for (const { answer } of asked.slice(1)) answer(facts('192.0.2.2'))
    context.clock.time += 5000
    await until(async () => (await phases()).length === 2)
    expect(await phases()).toEqual(['START', 'END'])
  })

  it.each([
    ['a START that was not told', opened, { startTold: false }, ['START']],
    ['an END that was not told', closed, { startTold: true }, ['END']],
    ['neither START nor END', closed, { startTold: false }, ['START', 'END']],
  ])('%s is told', async (_what, incident, { startTold }, expected) => {
    if (startTold)
      await enqueueAlert(context.state, buildIncidentAlert('opened', { incident: opened, facts: noFacts }, { base: 'http://localhost' }))
    await writeIncident(context.state, { incident, facts: noFacts, startTold, endTold: false })
    const book = await startBook()
    await until(() => asked.length === 1)
    asked[0]?.answer(facts('192.0.2.1'))
    await until(async () => (await phases()).length === expected.length + Number(startTold))
    expect(await phases()).toEqual([...(startTold ? ['START'] : []), ...expected])
    expect((await book.load()).incidents).toHaveLength(incident.state === 'open' ? 1 : 0)
  })

  it('what the detector remembers of rules that are still there is handed back', async () => {
    const rule = { account: 1, name: 'a', type: 'threshold', prefixes: '[]', prefix_count: 0, duration: '1m', extension: '{}' }
    const at = '2026-01-01T00:00:00.000Z'
    for (const id of ['1', '2'])
      await context.state
        .insertInto('rule')
        .values({ ...rule, id, name: id, created_at: at, modified_at: at, watched_since: at })
        .execute()
    const first = await startBook()
    first.saveBreaches(['1', '2', '3'].map((rule) => ({ rule, breach: '{"since":1}' })))
    first.saveBreaches([{ rule: '1', breach: '{"since":2}' }])
    first.saveBreaches([{ rule: '2', breach: null }])
    await first.stop()
    const second = await startBook()
    expect((await second.load()).breaches).toEqual([{ rule: '1', breach: '{"since":2}' }])
    expect(await context.state.selectFrom('rule_state').selectAll().execute()).toHaveLength(1)
  })
})

describe('when writing fails', () => {
  it('the incident is tried again, its alert is neither lost nor doubled, and others are not held up', async () => {
    let broken = true
    const enqueue: IncidentBookDependencies['enqueueAlert'] = async (transaction, event) => {
      const added = await enqueueAlert(transaction, event)
      if (broken && event.correlation_id === opened.id) throw new Error('disk full')
      return added
    }
    const book = await startBook({}, { enqueueAlert: enqueue, collectFacts: async () => facts('192.0.2.1') })
    book.onIncident('opened', opened)
    book.onIncident('opened', detectedIncident({ id: 'b'.repeat(32) }))
    await until(async () => (await phases()).length === 1)
    expect(await context.state.selectFrom('alert_delivery').select('correlation_id').execute()).toEqual([
      { correlation_id: 'b'.repeat(32) },
    ])
    expect(book.counters()['write_failures']).toBeGreaterThan(0)
    broken = false
    context.clock.time += 1000
    await until(async () => (await phases()).length === 2)
    expect(await phases()).toEqual(['START', 'START'])
  })
})

it('asks for the facts of many incidents two at a time and writes all of them', async () => {
  let running = 0
  let most = 0
  const collectFacts = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return facts('192.0.2.1')
  }
  const book = await startBook({}, { collectFacts })
  for (let index = 0; index < 100; index++) book.onIncident('opened', detectedIncident({ id: index.toString(16).padStart(32, '0') }))
  const told = async () => {
    const query = context.state.selectFrom('incident').select(({ fn }) => fn.countAll<number>().as('count'))
    return (await query.where('start_told', '=', 1).executeTakeFirstOrThrow()).count
  }
  await until(async () => (await told()) === 100)
  expect(most).toBe(2)
  expect(await phases()).toHaveLength(100)
})

it('deletes incidents that ended longer ago than they are kept, with their lines', async () => {
  const day = 86_400_000
  const ended = (days: number) => new Date(testTime - days * day).toISOString()
  const write = (id: string, ended_at: string | null, endTold: boolean) =>
    writeIncident(context.state, {
      incident: detectedIncident({ id, state: ended_at === null ? 'open' : 'closed', ended_at }),
      facts: noFacts,
      startTold: true,
      endTold,
    })
  await write('old', ended(401), true)
  await write('young', ended(399), true)
  await write('untold', ended(500), false)
  await write('open', null, false)
  await context.state
    .insertInto('incident_entry')
    .values({ incident: 'old', at: ended(401), kind: 'note', text: 'x' })
    .execute()
  await startBook()
  await until(async () => (await stored('old')) === undefined)
  const left = await context.state.selectFrom('incident').select('id').orderBy('id').execute()
  expect(left.map(({ id }) => id)).toEqual(['open', 'untold', 'young'])
  expect(await context.state.selectFrom('incident_entry').selectAll().execute()).toEqual([])
  context.clock.time += 2 * day
  await until(async () => (await stored('young')) === undefined)
})
