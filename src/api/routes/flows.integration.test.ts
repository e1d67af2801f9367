// Questions about flows over HTTP, answered by a real ClickHouse: every field of an answer, faults with their places, tables,
// completion from the traffic, the same question in other words, cancelling, and who may ask.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '../../app/token/create.ts'
import type {
  FlowAnswerView,
  FlowCompletionView,
  FlowDimensionView,
  FlowQuestionBody,
  FlowStatementsView,
  FlowSumsView,
  RunningQuestionView,
} from '../../contract/flow-question.ts'
import { eventually } from '../testing/eventually.ts'
import { longNumber, startFlowScene, type FlowScene } from '../testing/flow-scene.ts'
import type { TestFlowStore } from '../testing/test-flow-store.ts'
import type { ApiBody, TestServer } from '../testing/test-server.ts'

let scene: FlowScene
let flows: TestFlowStore
let server: TestServer
let rule: string

beforeAll(async () => {
  scene = await startFlowScene()
  ;({ server, flows, rule } = scene)
})
afterAll(() => scene?.close())

const post = (path: string, body: unknown) => server.call('POST', `${server.account}/drawbridge/flows/${path}`, body)

async function result<T>(path: string, body: unknown): Promise<T> {
  const { status, body: answer } = await post(path, body)
  expect({ status, errors: answer.errors }).toEqual({ status: 200, errors: [] })
  return answer.result as T
}
const hour = { from: '2026-01-01T11:00:00Z', to: '2026-01-01T12:00:00Z' }
const ask = (question: FlowQuestionBody) => result<FlowAnswerView>('query', question)

const sums = (bits: number, packets: number, flows: number): FlowSumsView => ({ bits, packets, flows })
const sumsOf = ({ bits, packets, flows }: FlowSumsView) => sums(bits, packets, flows)

describe('a question', () => {
  it('has all that it asked for in its answer', async () => {
    const question = { filter: 'proto tcp', by: ['router', 'src_as'], limit: 2, previous: true, reverse: true, series: true, ...hour }
    const answer = await ask(question)
    /** What came in the first minute, in the second, and in none of the others. */
    const series = (bits: number[], packets: number[]) => {
      const perSecond = (sums: number[]) => [...sums.map((sum) => sum / 60), ...Array<number>(58).fill(0)]
      return { bits: perSecond(bits), packets: perSecond(packets) }
    }
    /** Of 60 minutes two with traffic are in the highest twentieth. */
    const rate = (minutes: number[]) => {
      return { average: minutes.reduce((sum, minute) => sum + minute) / 3600, p95: 0, max: Math.max(...minutes) / 60 }
    }
    const figures = (bits: number[], packets: number[]) => ({
      share: bits.reduce((sum, minute) => sum + minute) / 39_200,
      bits_per_second: rate(bits),
      packets_per_second: rate(packets),
      series: series(bits, packets),
    })
    const [core1, cloudflare] = [{ routerAddress: 'core-1' }, { routerAddress: 'core-1', sourceAS: 'CLOUDFLARENET' }]
    const [web, back, otherWeb] = [sums(8000, 10, 1), sums(24_000, 30, 1), sums(7200, 9, 1)]
    expect(answer).toEqual({
      ...hour,
      tier: 'minute',
      tier_reason: expect.stringMatching(/^sums by minute: /),
      exact: true,
      complete: true,
      since: '2025-10-03T12:00:00Z',
      by: ['routerAddress', 'sourceAS'],
      groups: [
        {
          key: { routerAddress: '192.0.2.1', sourceAS: 0 },
          labels: core1,
          ...back,
          ...figures([0, 24_000], [0, 30]),
          previous: sums(0, 0, 0),
          reverse: { ...web, series: series([8000, 0], [10, 0]) },
        },
        {
          key: { routerAddress: '192.0.2.1', sourceAS: 13_335 },
          labels: cloudflare,
          ...web,
          ...figures([8000, 0], [10, 0]),
          previous: sums(4000, 5, 1),
          reverse: { ...back, series: series([0, 24_000], [0, 30]) },
        },
      ],
      other: {
        ...otherWeb,
        ...figures([7200, 0], [9, 0]),
        previous: sums(0, 0, 0),
        reverse: { ...otherWeb, series: series([7200, 0], [9, 0]) },
      },
      total: {
        ...sums(39_200, 49, 3),
        ...figures([15_200, 24_000], [19, 30]),
        previous: sums(4000, 5, 1),
        reverse: { ...sums(39_200, 49, 3), series: series([15_200, 24_000], [19, 30]) },
      },
      steps: { from: hour.from, seconds: 60, count: 60 },
      inflation: null,
      question: {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        elapsed_ms: expect.any(Number),
        rows_read: expect.any(Number),
        bytes_read: expect.any(Number),
      },
    })
    expect(answer.question.rows_read).toBeGreaterThan(0)
  })

  it('without any field is about all flows of the last hour, of this account alone', async () => {
    const { groups, other, total, from, to, by } = await ask({})
    expect({ from, to, by, other, total: sumsOf(total) }).toEqual({
      from: hour.from,
      to: '2026-01-01T12:00:01Z',
      by: [],
      other: null,
      total: sums(439_200, 249, 4),
    })
    expect(groups).toEqual([{ key: {}, labels: {}, ...total }])
  })

  it('tells names of interfaces where the filter leaves one router, and prints times as times', async () => {
    const named = await ask({ by: ['in_if', 'date', 'hour'], filter: 'router 192.0.2.1 and in_if 3' })
    expect(named.groups.map(({ key, labels }) => ({ key, labels }))).toEqual([
      { key: { inputInterface: 3, date: '2026-01-01', datetimeHour: hour.from }, labels: { inputInterface: 'xe-0/0/3' } },
    ])
    const names = await ask({ by: ['inputInterfaceName', 'routerName'], filter: 'in_if 3' })
    expect(names.groups.map(({ key }) => key)).toEqual([{ inputInterfaceName: 'xe-0/0/3', routerName: 'core-1' }])
  })

  it('names rules by name in the filter, and tells their names', async () => {
    const { groups, tier, tier_reason } = await ask({ by: ['rule', 'proto'], filter: 'rule "web"' })
    expect(groups.map(({ key, labels }) => ({ key, labels }))).toEqual([
      { key: { ruleIDs: [rule], protocol: 6 }, labels: { ruleIDs: 'web', protocol: 'TCP' } },
    ])
    expect(`${tier}: ${tier_reason}`).toMatch(/^raw: every flow: /)
  })

  it('counts a flow once where that is wanted, and says how often it was counted', async () => {
    const filter = 'proto tcp'
    const all = await ask({ filter, by: ['src'] })
    expect(all.inflation).toEqual({ factor: 4900 / 4000, routers: 2 })
    const once = await ask({ filter, by: ['src'], distinct: true })
    expect([all, once].map(({ total }) => total.bits)).toEqual([39_200, 32_000])
  })

  it('scales what a router told no factor for by the one that is set now', async () => {
    const set = (sampling_override: number | null) =>
      server.call('PATCH', `${server.account}/drawbridge/routers/192.0.2.2`, { sampling_override })
    await set(10)
    const { total } = await ask({ filter: 'router 192.0.2.2', ...hour })
    await set(null)
    expect(sumsOf(total)).toEqual(sums(8 * (900 * 10 + 500 * 100), 9 * 10 + 2 * 100, 2))
  })

  it('that finds nothing has no group', async () => {
    const { groups, other, total } = await ask({ filter: 'src 192.0.2.77', by: ['dst'], ...hour })
    expect({ groups, other, total: sumsOf(total) }).toEqual({ groups: [], other: null, total: sums(0, 0, 0) })
  })
})

describe('a question that cannot be asked', () => {
  const invalid = (body: unknown, pointer: string | undefined, message: RegExp) => [body, pointer, 20_060, message] as const
  it.each([
    invalid([], undefined, /: must be a JSON object$/),
    invalid({ sort: 'bits' }, undefined, /there is no field sort$/),
    invalid({ by: ['src_as', 'dst_prt'] }, '/by/1', /by\[1\] there is no dimension dst_prt; did you mean dst_port\?$/),
    invalid({ by: ['src_as', 'sourceAS'] }, '/by/1', /by\[1\] sourceAS is there already$/),
    invalid({ by: Array<string>(7).fill('src') }, '/by', /by must not have more than 6 dimensions$/),
    invalid({ limit: 1001 }, '/limit', /limit must be a whole number from 1 to 1000$/),
    invalid({ last: '1 hour' }, '/last', /last must be a number with s, m, h, d or w, such as 15m$/),
    invalid({ from: 'yesterday' }, '/from', /from must be a time such as 2026-01-01T00:00:00Z$/),
    invalid({ from: hour.to, to: hour.from }, '/to', /to must be later than from$/),
    invalid({ filter: 'x'.repeat(4097) }, '/filter', /filter must not be longer than 4096 characters$/),
    invalid({ by: ['src'], tier: 'hour' }, undefined, /hour cannot answer this: src_addr is kept in no sums$/),
    [{ from: '1999-01-01T00:00:00Z' }, '/from', 20_062, /^the question is too large: flows are kept for \d+ days; begin later$/] as const,
  ])('is told what is wrong: %#', async (body, pointer, code, message) => {
    const { status, body: answer } = await post('query', body)
    expect({ status, errors: answer.errors.length }).toEqual({ status: 400, errors: 1 })
    expect(answer.errors[0]).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(answer.errors[0]?.source?.pointer).toBe(pointer)
  })

  it('has the place of what is wrong in its filter', async () => {
    const { status, body } = await post('query', { filter: 'src_as 13335 and dst_prt 53' })
    expect({ status, ...body.errors[0] }).toMatchObject({
      status: 400,
      code: 20_026,
      source: { pointer: '/filter' },
      fault: { from: 17, to: 24, expected: expect.arrayContaining(['dst_port']) },
    })
  })
})

describe('a table', () => {
  const question = { by: ['src_as'], ...hour }
  async function table(format: string): Promise<{ type: string | null; name: string | null; text: string }> {
    const init = { method: 'POST', headers: { authorization: `Bearer ${server.token}` }, body: JSON.stringify(question) }
    const response = await fetch(`${server.account}/drawbridge/flows/query?format=${format}`, init)
    const { headers } = response
    return { type: headers.get('content-type'), name: headers.get('content-disposition'), text: await response.text() }
  }

  it('is CSV', async () => {
    const { type, name, text } = await table('csv')
    expect([type, name]).toEqual(['text/csv; charset=utf-8; header=present', 'attachment; filename="flows-20260101T110000Z.csv"'])
    const cells = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(',').slice(0, 6).join(','))
    expect(cells).toEqual([
      'row,sourceAS,sourceAS_label,bits,packets,flows',
      'group,0,,424000,230,2',
      'group,13335,CLOUDFLARENET,15200,19,2',
      'total,,,439200,249,4',
    ])
  })

  it('is a line of JSON for each row', async () => {
    const { type, text } = await table('ndjson')
    expect(type).toBe('application/x-ndjson')
    const { groups, total } = await ask(question)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([...groups.map((group) => Object.assign({ row: 'group' }, group)), { row: 'total', ...total }])
  })

  it('is of a format that there is', async () => {
    expect(JSON.parse((await table('xml')).text)).toMatchObject({ errors: [{ source: { pointer: '/format' } }] })
  })
})

describe('completion', () => {
  async function offered(text: string): Promise<string[]> {
    const { from, to, candidates } = await result<FlowCompletionView>('complete', { text, at: text.length })
    expect({ from, to }).toEqual({ from: text.length - (/\S*$/.exec(text)?.[0].length ?? 0), to: text.length })
    return candidates.filter(({ kind }) => kind === 'value').map((candidate) => `${candidate.text}: ${candidate.description}`)
  }

  it('offers values of the traffic by their beginning and by their name', async () => {
    expect(await offered('src_as clou')).toEqual(['13335: CLOUDFLARENET, 4.22 bit/s'])
    expect(await offered('src_as 133')).toEqual(['13335: CLOUDFLARENET, 4.22 bit/s'])
    expect(await offered('proto udp and in_if xe')).toEqual([expect.stringMatching(/^3: xe-0\/0\/3 of core-1, 2\.22 bit\/s$/)])
    expect(await offered('router core')).toEqual([expect.stringMatching(/^192\.0\.2\.1: core-1, /)])
    expect(await offered('rule we')).toEqual([expect.stringMatching(`^${rule}: web`)])
  })

  it('offers no value of another account', async () => {
    expect(await offered('src_as 64666')).toEqual([])
  })

  it('offers fields without values', async () => {
    const { candidates } = await result<FlowCompletionView>('complete', { text: 'dst_po', at: 6 })
    expect(candidates).toContainEqual(expect.objectContaining({ text: 'dst_port', kind: 'field' }))
  })

  it('needs a place', async () => {
    const { status, body } = await post('complete', { text: 'src' })
    expect([status, body.errors[0]?.source?.pointer]).toEqual([400, '/at'])
  })
})

describe('the same question in other words', () => {
  const question: FlowQuestionBody = {
    filter: `dst {203.0.113.0/24, 2001:db8::/32} and not src_port 22`,
    by: ['src_as', 'proto'],
    limit: 3,
    order: 'packets',
    previous: true,
    ...hour,
  }
  let statements: FlowStatementsView
  let answer: FlowAnswerView
  beforeAll(async () => {
    statements = await result('statements', question)
    answer = await ask(question)
  })

  it('is SQL that gives the same sums', async () => {
    expect(answer.groups).toHaveLength(2)
    const { rows } = await flows.store.query<Record<string, string>>(statements.sql)
    const found = rows.map(({ packets_sum, flow_count }) => [Number(packets_sum), Number(flow_count)])
    expect(found).toEqual([answer.total, ...answer.groups].map(({ packets, flows }) => [packets, flows]))
  })

  it.each<FlowQuestionBody>([
    question,
    { order: 'flows', by: ['minute', 'in_if_name'] },
    { filter: 'rule "web" or not (port 53 or src 203.0.113.0/24)', by: ['rule', 'proto_name', 'date'] },
    { filter: 'proto tcp and router != 192.0.2.2 and src_country unknown and time >= 2026-01-01T11:00:00Z', by: ['src'] },
  ])('is GraphQL that gives the same groups: %#', async (body) => {
    const { groups } = await ask({ ...body, ...hour })
    const { graphql, graphql_reason } = await result<FlowStatementsView>('statements', { ...body, ...hour })
    expect(graphql_reason).toBeNull()
    const init = { method: 'POST', headers: { authorization: `Bearer ${server.token}` }, body: JSON.stringify({ query: graphql }) }
    const response = await fetch(`${server.url}/client/v4/graphql`, init)
    const rows = groups.map((group) => ({ dimensions: group.key, sum: sumsOf(group) }))
    expect(rows.length).toBeGreaterThan(0)
    const data = { viewer: { accounts: [{ mnmFlowDataAdaptiveGroups: rows }] } }
    expect(await response.json()).toMatchObject({ data, errors: null })
  })

  it('is no GraphQL where that cannot ask it, with the reason', async () => {
    const { graphql, graphql_reason } = await result<FlowStatementsView>('statements', { distinct: true })
    expect([graphql, graphql_reason]).toEqual([null, 'GraphQL counts a flow at every router that saw it'])
  })

  it('is a curl line that a shell takes as it is meant', async () => {
    const odd = { ...question, filter: `${question.filter} and dst_country like "'; echo $TOKEN%"` }
    const { curl } = await result<FlowStatementsView>('statements', odd)
    // printf in the place of curl says what words the shell makes of the line.
    const line = curl.replace(/^curl /, String.raw`printf '%s\0' `)
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env: { ...process.env, TOKEN: 'secret' } })
    const words = stdout.split('\0').slice(0, -1)
    const url = `${server.account}/drawbridge/flows/query`
    expect(words.slice(0, -1)).toEqual([url, '-H', 'Authorization: Bearer secret', '-H', 'Content-Type: application/json', '--data'])
    expect(JSON.parse(words.at(-1) ?? '')).toEqual(odd)
  })

  it('is a command', () => {
    const filter = `'dst {203.0.113.0/24, 2001:db8::/32} and not src_port 22'`
    expect(statements.command).toBe(
      `drawbridge query ${filter} --by src_as,proto --from ${hour.from} --to ${hour.to} --limit 3 --order packets --previous`,
    )
  })

  it('is nothing where the question cannot be asked', async () => {
    const { status, body } = await post('statements', { by: ['src'], tier: 'hour' })
    expect([status, body.errors[0]?.code]).toEqual([400, 20_060])
  })
})

describe('dimensions', () => {
  it('are listed with their names, tables and operators', async () => {
    const { body } = await server.call('GET', `${server.account}/drawbridge/flows/dimensions`)
    const dimensions = body.result as FlowDimensionView[]
    const byName = Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimension]))
    expect(byName['sourceAS']).toMatchObject({
      other_names: expect.arrayContaining(['src_as']),
      tiers: ['raw', 'minute', 'hour', 'top'],
      extension: false,
    })
    expect(byName['sourceAddress']).toMatchObject({ tiers: ['raw', 'top'], operators: expect.arrayContaining(['==', '!=', 'in', 'like']) })
    expect(byName['datetimeMinute']?.tiers).toEqual(['raw', 'minute'])
    expect(byName['inputInterfaceName']).toMatchObject({ tiers: ['raw', 'minute', 'hour', 'top'], operators: [], extension: true })
    expect(byName['ruleIDs']).toMatchObject({ tiers: ['raw'], operators: ['==', '!=', 'in'] })
  })
})

describe('a question that takes long', () => {
  async function running(): Promise<RunningQuestionView[]> {
    const { body } = await server.call('GET', `${server.account}/drawbridge/flows/queries`)
    expect(body.errors).toEqual([])
    return body.result as RunningQuestionView[]
  }
  async function endlessQueries(): Promise<number> {
    const { rows } = await flows.store.query<{ n: string }>(
      `SELECT count() AS n FROM system.processes WHERE query LIKE '%AS endless FROM%' AND query NOT LIKE '%processes%'`,
    )
    return Number(rows[0]?.n)
  }
  const id = '0b54f3a2-7c1d-4e5f-8a9b-0c1d2e3f4a5b'
  const question = { filter: `src_port ${longNumber}`, by: ['src_as'], id }

  it('is seen while it runs, and ends in the engine when its client hangs up', async () => {
    const controller = new AbortController()
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}` },
      body: JSON.stringify(question),
      signal: controller.signal,
    }
    const asked = fetch(`${server.account}/drawbridge/flows/query`, init).catch((error: Error) => error.name)
    await eventually(running).toEqual([expect.objectContaining({ id, text: 'src_port 4242, by src_as, last 1h' })])
    await eventually(endlessQueries).toBe(1)
    controller.abort()
    expect(await asked).toBe('AbortError')
    await eventually(running).toEqual([])
    await eventually(endlessQueries).toBe(0)
  })

  it('is told to be cancelled when somebody cancels it', async () => {
    const asked = post('query', question)
    await eventually(async () => (await running()).length).toBe(1)
    expect((await server.call('DELETE', `${server.account}/drawbridge/flows/queries/${id}`)).status).toBe(200)
    const { status, body } = await asked
    expect([status, body.errors[0]?.code, body.errors[0]?.message]).toEqual([400, 20_063, 'the question was cancelled'])
  })
})

describe('who may ask', () => {
  it('has the scope analytics:read', async () => {
    const { context } = server
    const { secret } = await createToken(context, context.local, { name: 'no analytics', scopes: ['mnm:read'] })
    const requests = [...['query', 'complete', 'statements'].map((path) => ['POST', path]), ['GET', 'dimensions']]
    const answers = requests.map(async ([method = '', path]) => {
      const init: RequestInit = { method, headers: { authorization: `Bearer ${secret}` } }
      if (method === 'POST') init.body = JSON.stringify({ text: '', at: 0 })
      const response = await fetch(`${server.account}/drawbridge/flows/${path}`, init)
      return [response.status, ((await response.json()) as ApiBody).errors[0]?.code]
    })
    expect(await Promise.all(answers)).toEqual(requests.map(() => [403, 10_000]))
  })

  it('sees no flow of another account, whatever is asked', async () => {
    const tries: FlowQuestionBody[] = [
      { filter: 'src_as 64666' },
      { filter: 'not (src_as 13335) or src_as 64666 or src_as != 1', by: ['src_as'] },
    ]
    for (const question of tries) expect((await ask(question)).total.bits).toBeLessThan(500_000)
    expect((await ask({ by: ['src_as'] })).groups.map(({ key }) => key['sourceAS'])).toEqual([0, 13_335])
    const { status } = await server.call('POST', server.account.replace(/[\da-f]{32}$/, '0'.repeat(32)) + '/drawbridge/flows/query', {})
    expect(status).toBe(403)
  })
})

it('logged no fault', () => {
  expect(server.errors).toEqual([])
})
