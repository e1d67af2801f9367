// Tests many rules at once: the bulk routes, which do all or nothing, and the limits of rules and prefixes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let path: string

async function start(settings: Record<string, unknown> = {}) {
  server = await startTestServer({ settings })
  path = `${server.account}/mnm/rules`
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
}

beforeEach(() => start())
afterEach(() => server.close())

interface Listed {
  readonly id: string
  readonly name: string
  readonly packet_threshold?: number
}

const rule = (index: number, more: object = {}) => ({
  name: `rule_${index}`,
  prefixes: [`10.${index >> 8}.${index & 255}.0/24`],
  type: 'threshold',
  packet_threshold: 1000,
  ...more,
})
const many = (count: number, from = 0, more: object = {}) => Array.from({ length: count }, (_, index) => rule(from + index, more))
const hosts = (index: number) => Array.from({ length: 10 }, (_, host) => `10.${index >> 8}.${index & 255}.${host}`)
const bulk = (method: string, body: unknown) => server.call(method, `${path}/bulk`, body)
const list = async () => ((await server.call('GET', path)).body.result ?? []) as Listed[]
const names = async () => (await list()).map(({ name }) => name)

describe('bulk', () => {
  it('creates and replaces a hundred rules in the order of the list', async () => {
    const created = await bulk('POST', many(100))
    expect(created.status).toBe(200)
    expect(created.body.result).toEqual(await list())
    expect(await names()).toEqual(many(100).map(({ name }) => name))
    const replaced = await bulk('PUT', many(100, 0, { packet_threshold: 7 }))
    expect(replaced.body.result).toMatchObject(many(100, 0, { packet_threshold: 7 }))
    expect((replaced.body.result as Listed[]).map(({ id }) => id)).toEqual((created.body.result as Listed[]).map(({ id }) => id))
    expect(await list()).toEqual(replaced.body.result)
    expect(server.context.detector.watched).toHaveLength(100)
  })

  it('finds rules by id too, which can swap their names', async () => {
    const [first, second] = (await bulk('POST', many(2))).body.result as [Listed, Listed]
    const swapped = [rule(1, { id: first.id }), rule(0, { id: second.id })]
    expect((await bulk('PUT', swapped)).body.result).toMatchObject([
      { id: first.id, name: 'rule_1' },
      { id: second.id, name: 'rule_0' },
    ])
    expect(await names()).toEqual(['rule_1', 'rule_0'])
  })

  it.each([
    ['no rules', [], 'must be a list of at least one rule', undefined],
    ['101 rules', many(101), 'must not be more than 100 rules at once', undefined],
    ['one rule that is no list', rule(0), 'must be a list of rules', undefined],
    ['two types', [rule(0), rule(1, { type: 'zscore' })], 'the same type', '/1/type'],
    ['the same name twice', [rule(0), rule(1), rule(0)], 'rule name must be unique', '/2/name'],
    ['one that is wrong', [rule(0), rule(1, { prefixes: ['x'] })], '"x" is not a prefix', '/1/prefixes/0'],
  ])('creates nothing of %s', async (_what, body, reason, pointer) => {
    const answer = await bulk('POST', body)
    expect([answer.status, answer.body.errors[0]?.code]).toEqual([400, 1008])
    expect(answer.body.errors[0]?.message).toContain(reason)
    expect(answer.body.errors[0]?.source?.pointer).toBe(pointer)
    expect(await list()).toEqual([])
  })

  it('creates none when one name is taken, replaces none when one is unknown', async () => {
    await bulk('POST', many(2))
    const taken = await bulk('POST', [rule(5), rule(1)])
    expect([taken.status, taken.body.errors[0]]).toMatchObject([400, { code: 1008, source: { pointer: '/1/name' } }])
    const unknown = await bulk('PUT', [rule(0, { packet_threshold: 7 }), rule(5)])
    expect([unknown.status, unknown.body.errors[0]]).toMatchObject([404, { code: 1009, source: { pointer: '/1/name' } }])
    const twice = await bulk('PUT', [rule(0), rule(0)])
    expect([twice.status, twice.body.errors[0]]).toMatchObject([400, { code: 1008, source: { pointer: '/1' } }])
    expect(await list()).toMatchObject(many(2))
  })
})

describe('limits', () => {
  it('refuse one rule too many and say how to have more', async () => {
    await server.close()
    await start({ rules: { max: 3 } })
    await bulk('POST', many(2))
    const over = await bulk('POST', many(2, 2))
    expect([over.status, over.body.errors[0]?.code]).toEqual([400, 1008])
    expect(over.body.errors[0]?.message).toContain('there can be 3 rules and this would make 4; delete some or raise rules.max')
    expect((await server.call('POST', path, rule(2))).status).toBe(200)
    expect((await server.call('POST', path, rule(3))).status).toBe(400)
    expect(await names()).toEqual(['rule_0', 'rule_1', 'rule_2'])
  })

  it('refuse one prefix too many, but never fewer prefixes', async () => {
    await server.close()
    await start({ rules: { max_prefixes: 3 } })
    const [{ id }] = (await bulk('POST', [rule(0, { prefixes: ['192.0.2.0/25', '192.0.2.128/25'] }), rule(1)])).body.result as [Listed]
    const grown = { prefixes: ['192.0.2.0/25', '192.0.2.128/25', '198.51.100.0/24'] }
    for (const [method, below, body] of [
      ['PATCH', `/${id}`, grown],
      ['PUT', '', rule(0, grown)],
      ['POST', '', rule(2)],
    ] as const) {
      const answer = await server.call(method, path + below, body)
      expect([answer.status, answer.body.errors[0]?.code]).toEqual([400, 1008])
      expect(answer.body.errors[0]?.message).toContain('can have 3 prefixes and this would make 4')
    }
    expect((await server.call('PATCH', `${path}/${id}`, { packet_threshold: 5 })).status).toBe(200)
    expect((await server.call('PATCH', `${path}/${id}`, { prefixes: ['192.0.2.0/25'] })).status).toBe(200)
  })

  it('let a thousand rules with ten thousand prefixes in', async () => {
    for (let from = 0; from < 1000; from += 100) {
      const rules = Array.from({ length: 100 }, (_, index) => rule(from + index, { prefixes: hosts(from + index) }))
      expect((await bulk('POST', rules)).status).toBe(200)
    }
    expect(await list()).toHaveLength(1000)
    expect(server.context.counting.watched.flatMap(({ prefixes }) => prefixes)).toHaveLength(10_000)
    expect((await server.call('POST', path, rule(1000))).body.errors[0]?.message).toContain('there can be 1000 rules')
    await server.call('DELETE', `${path}/${(await list())[500]?.id}`)
    expect((await server.call('POST', path, rule(1000))).status).toBe(200)
    expect((await names()).at(-1)).toBe('rule_1000')
  })
})
