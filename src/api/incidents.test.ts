// Tests the routes of incidents over a listening server: lists that end, filters, one incident, notes.
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { detectedIncident } from '../app/incident/testing/detected-incident.ts'
import { writeIncident } from '../app/incident/rows.ts'
import { createToken } from '../app/token/create.ts'
import { noFacts, type DetectedIncident, type Incident, type IncidentSummary } from '../contract/incident.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let path: string

beforeEach(async () => {
  server = await startTestServer()
  path = `${server.account}/drawbridge/incidents`
})

afterEach(() => server.close())

const idOf = (number: number) => number.toString(16).padStart(32, '0')
/** Incident n began n minutes after noon. */
const minute = (number: number) => new Date(Date.UTC(2026, 0, 1, 12, number)).toISOString()

async function write(number: number, more: Partial<DetectedIncident> = {}): Promise<DetectedIncident> {
  const incident = detectedIncident({ id: idOf(number), started_at: minute(number), ...more })
  await writeIncident(server.context.state, { incident, facts: noFacts, startTold: true, endTold: incident.state === 'closed' })
  return incident
}

interface Listing {
  readonly result: readonly IncidentSummary[]
  readonly result_info: { readonly page: number; readonly count: number; readonly total_count: number; readonly total_pages: number }
}
async function list(query = ''): Promise<Listing> {
  const { status, body } = await server.call('GET', path + query)
  expect(status).toBe(200)
  return body as unknown as Listing
}
const numbers = ({ result }: Listing) => result.map(({ id }) => Number.parseInt(id, 16))

it('lists nothing as an empty list', async () => {
  expect(await list()).toMatchObject({
    success: true,
    result: [],
    result_info: { page: 1, per_page: 20, count: 0, total_count: 0, total_pages: 0 },
  })
})

it('lists summaries, the newest first', async () => {
  for (const number of [2, 1, 3]) await write(number)
  const listing = await list()
  expect(numbers(listing)).toEqual([3, 2, 1])
  const {
    account: _account,
    rule: _rule,
    timeline: _timeline,
    series: _series,
    series_step: _step,
    packets: _packets,
    ...summary
  } = detectedIncident({ id: idOf(3), started_at: minute(3) })
  expect(listing.result[0]).toEqual(summary)
})

it('filters by state and rule, and by both', async () => {
  const other = 'e'.repeat(32)
  await write(1)
  await write(2, { state: 'closed', ended_at: minute(20) })
  await write(3, { rule_id: other })
  await write(4, { rule_id: other, state: 'closed', ended_at: minute(20) })
  expect(numbers(await list('?state=open'))).toEqual([3, 1])
  expect(numbers(await list('?state=closed'))).toEqual([4, 2])
  expect(numbers(await list(`?rule_id=${other}`))).toEqual([4, 3])
  expect(numbers(await list(`?rule_id=${other}&state=open`))).toEqual([3])
  expect(numbers(await list(`?rule_id=${'f'.repeat(32)}`))).toEqual([])
})

it('pages through ten thousand and ends with an empty page', async () => {
  await write(0)
  // Ten of each begin at the same moment, so the order has to go on with the id.
  await sql`
    with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 10000)
    insert into incident (id, account, rule_id, state, started_at, opened_at, start_told, end_told, summary, body)
    select printf('%032x', number), account, rule_id, state, printf('2026-02-01T00:%04d', number / 10), opened_at, 1, 0,
      printf('{"id":"%032x"}', number), body
    from incident join numbers`.execute(server.context.state)
  const seen = new Set<number>()
  for (let page = 1; ; page++) {
    const listing = await list(`?page=${page}&per_page=100`)
    expect(listing.result_info).toMatchObject({ page, count: listing.result.length, total_count: 10_001, total_pages: 101 })
    if (listing.result.length === 0) break
    for (const number of numbers(listing)) seen.add(number)
  }
  expect(seen.size).toBe(10_001)
})

it.each([
  ['state=ended', '/state'],
  ['rule_id=x', '/rule_id'],
  ['page=0', '/page'],
  ['page=x', '/page'],
  ['per_page=101', '/per_page'],
])('refuses ?%s', async (query, pointer) => {
  const { status, body } = await server.call('GET', `${path}?${query}`)
  expect([status, body.errors[0]]).toMatchObject([400, { code: 20002, source: { pointer } }])
})

it('shows everything about one incident', async () => {
  const { account: _account, ...incident } = await write(1)
  const { body } = await server.call('GET', `${path}/${idOf(1)}`)
  expect(body.result).toEqual({ ...incident, facts: noFacts })
})

it('finds neither unknown incidents nor those of another account', async () => {
  const at = '2026-01-01T00:00:00.000Z'
  await server.context.state
    .insertInto('account')
    .values({ id: 'f'.repeat(32), name: 'other', created_at: at })
    .execute()
  await write(1, { account: 2 })
  for (const id of [idOf(1), idOf(2), 'nope']) {
    const { status, body } = await server.call('GET', `${path}/${id}`)
    expect([status, body.errors[0]]).toEqual([404, { code: 20004, message: `there is no incident ${id}` }])
    const note = await server.call('POST', `${path}/${id}/notes`, { text: 'x' })
    expect(note.status).toBe(404)
  }
  expect(numbers(await list())).toEqual([])
})

describe('notes', () => {
  const note = (body: unknown) => server.call('POST', `${path}/${idOf(1)}/notes`, body)

  it('stand in the timeline by their time, also after the detector has written the incident anew', async () => {
    const incident = await write(1)
    const answer = await note({ text: ' called the customer ' })
    const line = { at: '2026-01-01T12:00:00.000Z', kind: 'note', text: 'Administrator: called the customer' }
    expect((answer.body.result as Incident).timeline).toEqual([...incident.timeline, line])
    const calm = { at: '2026-01-01T12:09:00.000Z', kind: 'calm' as const, text: 'Traffic is below the limit' }
    await write(1, { timeline: [...incident.timeline, calm] })
    const { body } = await server.call('GET', `${path}/${idOf(1)}`)
    expect((body.result as Incident).timeline).toEqual([...incident.timeline, line, calm])
  })

  it('are in the audit', async () => {
    await write(1)
    await note({ text: 'x' })
    const rows = await server.context.state.selectFrom('audit').selectAll().where('action', '=', 'incident.note').execute()
    expect(rows).toMatchObject([{ target: idOf(1), detail: '{"text":"x"}', user: server.context.local.user.id }])
  })

  it.each([
    ['nothing', undefined, undefined],
    ['no text', {}, '/text'],
    ['blanks', { text: '  ' }, '/text'],
    ['a book', { text: 'x'.repeat(2001) }, '/text'],
  ])('of %s are refused', async (_what, body, pointer) => {
    await write(1)
    const answer = await note(body)
    expect([answer.status, answer.body.errors[0]?.code, answer.body.errors[0]?.source?.pointer]).toEqual([400, 20002, pointer])
  })

  it('are limited', async () => {
    await write(1)
    for (let count = 0; count < 200; count++) expect((await note({ text: 'x' })).status).toBe(200)
    const answer = await note({ text: 'x' })
    expect([answer.status, answer.body.errors[0]?.message]).toEqual([400, 'Invalid request: an incident has 200 notes at the most'])
  })

  it('need more than reading', async () => {
    await write(1)
    const { secret } = await createToken(server.context, server.context.local, { name: 'reader', scopes: ['mnm:read'] })
    const init = { method: 'POST', headers: { authorization: `Bearer ${secret}` }, body: '{"text":"x"}' }
    expect((await fetch(`${path}/${idOf(1)}/notes`, init)).status).toBe(403)
    expect((await fetch(path, { headers: init.headers })).status).toBe(200)
  })
})
