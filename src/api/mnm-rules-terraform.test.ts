// Tests what Terraform's provider does, request by request (contract §1.3): create by POST, read, update by PUT without an
// id, read again. A plan shows a difference wherever an answer is not what was planned.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let path: string

beforeEach(async () => {
  server = await startTestServer()
  path = `${server.account}/mnm/rules`
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
})

afterEach(() => server.close())

type Attributes = Readonly<Record<string, unknown>>

/** What the provider keeps of a rule after create or update: what was planned, and from the answer only what is computed. */
function planned(plan: Attributes, answer: unknown): Attributes {
  const { id, duration } = answer as Attributes
  return { duration, ...plan, id }
}

/** Attributes that are null or absent are the same to Terraform. */
function set(attributes: unknown): Attributes {
  return Object.fromEntries(Object.entries(attributes as Attributes).filter(([, value]) => value !== null))
}

async function apply(plan: Attributes, state?: Attributes): Promise<Attributes> {
  // The computed duration is sent back as it is in the state; the computed id never is.
  const sent = { ...(state && { duration: state['duration'] }), ...plan }
  const { status, body } = await server.call(state ? 'PUT' : 'POST', path, sent)
  expect([status, body.errors]).toEqual([200, []])
  return planned(plan, body.result)
}

async function refresh(state: Attributes): Promise<Attributes | undefined> {
  const { status, body } = await server.call('GET', `${path}/${String(state['id'])}`)
  if (status === 404) return undefined
  expect(status).toBe(200)
  return set(body.result)
}

const minimal = { automatic_advertisement: false, name: 'minimal', prefixes: ['203.0.113.1/24'], type: 'threshold' }
const full = {
  automatic_advertisement: true,
  name: 'my_rule_1',
  prefixes: ['2001:DB8::/32', '203.0.113.1/32', '198.51.100.0/24'],
  type: 'zscore',
  bandwidth_threshold: 1000,
  packet_threshold: 10_000,
  duration: '60m',
  prefix_match: 'exact',
  zscore_sensitivity: 'high',
  zscore_target: 'bits',
}

describe.each([
  ['a minimal rule, without duration', minimal],
  ['a rule without advertisement', { ...minimal, automatic_advertisement: null }],
  ['a full rule', full],
])('%s', (_name, plan) => {
  it('applied twice shows no difference', async () => {
    const created = await apply(plan)
    const read = await refresh(created)
    expect(read).toEqual(set(created))
    const updated = await apply(plan, created)
    expect(updated).toEqual(created)
    expect(await refresh(updated)).toEqual(read)
  })

  it('changed in one attribute has that difference only', async () => {
    const created = await apply(plan)
    const changed = { ...plan, prefixes: ['192.0.2.0/24'], packet_threshold: 55 }
    const updated = await apply(changed, created)
    expect(await refresh(updated)).toEqual({ ...set(created), prefixes: ['192.0.2.0/24'], packet_threshold: 55 })
  })
})

it('an attribute that is removed is gone', async () => {
  const created = await apply(full)
  const { packet_threshold: _removed, ...without } = full
  const read = await refresh(await apply(without, created))
  expect(read).toEqual({ ...without, id: created['id'] })
})

it('a rename is refused with a sentence that says what to do, and changes nothing', async () => {
  const created = await apply(minimal)
  const { status, body } = await server.call('PUT', path, { ...minimal, name: 'renamed' })
  expect([status, body.errors[0]?.code]).toEqual([404, 1009])
  expect(body.errors[0]?.message).toMatch(/there is no rule named renamed; PUT finds a rule by its name, so to rename one send its id/)
  expect(await refresh(created)).toEqual(set(created))
})

it('a rename with the id in the body works', async () => {
  const created = await apply(minimal)
  const { status, body } = await server.call('PUT', path, { ...minimal, id: created['id'], name: 'renamed' })
  expect([status, body.result]).toMatchObject([200, { id: created['id'], name: 'renamed' }])
})

it('a rule deleted by somebody else is read as 404 and created anew', async () => {
  const created = await apply(minimal)
  await server.call('DELETE', `${path}/${String(created['id'])}`)
  expect(await refresh(created)).toBeUndefined()
  const again = await apply(minimal)
  expect(again['id']).not.toBe(created['id'])
})

it('an import reads what the plan says', async () => {
  const { id } = await apply(full)
  expect(await refresh({ id })).toEqual({ ...full, id })
})

it('what only the page can set survives an update', async () => {
  const created = await apply(minimal)
  await server.call('PATCH', `${path}/${String(created['id'])}`, { drawbridge: { enabled: false } })
  await apply({ ...minimal, packet_threshold: 9 }, created)
  expect(await refresh(created)).toMatchObject({ packet_threshold: 9, drawbridge: { enabled: false } })
})

it('data sources read one rule and all of them in the order of creation', async () => {
  const rules = [await apply(full), await apply(minimal)]
  const { body } = await server.call('GET', path)
  expect((body.result as Attributes[]).map(set)).toEqual(rules.map(set))
})
