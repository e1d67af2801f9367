// Asks the GraphQL API over HTTP for flows in a real embedded ClickHouse: the docs' query, the customers' patterns, every
// dimension, every operator, every tier.
import Cloudflare from 'cloudflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { startTestFlowStore, type TestFlowStore } from '../testing/test-flow-store.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { filterFields } from './filter-fields.ts'
import { orderValues } from './order-values.ts'

let flows: TestFlowStore
let server: TestServer

/** 2026-01-01T11:00:00Z, an hour before the clock of the test. */
const start = Date.UTC(2026, 0, 1, 11) / 1000
const at = (seconds: number) => `toDateTime(${start + seconds}, 'UTC')`
const ip = (text: string) => `toIPv6('${text}')`
const rule = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'

const common = { account: 1, router: ip('192.0.2.254'), export_protocol: "'netflow9'", sampling_rate: 1, sampling_source: "'account'" }

/** Sums of account 1: bits 8 × (1000×1 + 3000×1 + 500×100 + 250×100) = 632 000, packets 10 + 30 + 200 + 100 = 340. */
const rows = [
  {
    ...common,
    time_received: at(0),
    src_addr: ip('198.51.100.1'),
    dst_addr: ip('203.0.113.1'),
    src_port: 443,
    dst_port: 50_000,
    protocol: 6,
    tcp_flags: 18,
    ethertype: 2048,
    src_as: 13_335,
    src_country: "'US'",
    direction: "'inbound'",
    bytes: 1000,
    packets: 10,
    rule_ids: `[unhex('${rule}')]`,
  },
  {
    ...common,
    time_received: at(70),
    src_addr: ip('203.0.113.1'),
    dst_addr: ip('198.51.100.1'),
    src_port: 50_000,
    dst_port: 443,
    protocol: 6,
    tcp_flags: 16,
    ethertype: 2048,
    dst_as: 13_335,
    dst_country: "'US'",
    direction: "'outbound'",
    bytes: 3000,
    packets: 30,
    tos: 8,
  },
  {
    ...common,
    time_received: at(310),
    export_protocol: "'sflow5'",
    sampling_rate: 100,
    sampling_source: "'header'",
    src_addr: ip('2001:db8::1'),
    dst_addr: ip('2001:db8::2'),
    src_port: 53,
    dst_port: 53_000,
    protocol: 17,
    ethertype: 34_525,
    src_mac: 0x0a0b0c0d0e0f,
    direction: "'internal'",
    bytes: 500,
    packets: 2,
  },
  {
    ...common,
    time_received: at(3599),
    sampling_rate: 100,
    src_addr: ip('198.51.100.2'),
    dst_addr: ip('203.0.113.9'),
    protocol: 1,
    direction: "'inbound'",
    bytes: 250,
    packets: 1,
  },
  { ...common, account: 2, time_received: at(60), src_addr: ip('198.51.100.66'), protocol: 6, bytes: 1_000_000, packets: 1000 },
]

beforeAll(async () => {
  flows = await startTestFlowStore()
  await flows.insert(rows)
  server = await startTestServer({ flows: flows.store })
})

afterAll(async () => {
  await server?.close()
  await flows?.close()
})

interface Answer {
  readonly data: { readonly viewer: { readonly accounts: readonly Record<string, unknown>[] } } | null
  readonly errors: readonly { readonly message: string }[] | null
  readonly extensions?: { readonly drawbridge: Record<string, { tier: string; since: string; complete: boolean; exact: boolean }> }
}

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query, variables: { accountTag: server.context.local.account.id, ...variables } }),
  })
  return (await response.json()) as Answer
}

const hour = 'datetime_geq: "2026-01-01T11:00:00Z", datetime_lt: "2026-01-01T12:00:00Z"'

/** Rows of one dataset node. @param filter besides the hour of the flows */
async function rowsOf(body: string, { filter = '', args = '' } = {}): Promise<unknown> {
  const node = `mnmFlowDataAdaptiveGroups(filter: {${hour} ${filter}}, limit: 100 ${args}) { ${body} }`
  const { data, errors } = await ask(`{ viewer { accounts { rows: ${node} } } }`)
  expect(errors).toBeNull()
  return data?.viewer.accounts[0]?.['rows']
}

/** Asks many nodes, as many in one request as it may have. */
async function askAll(nodes: readonly { readonly name: string; readonly node: string }[]): Promise<{ name: string; rows: unknown }[]> {
  const answers: { name: string; rows: unknown }[] = []
  for (let from = 0; from < nodes.length; from += 32) {
    const part = nodes.slice(from, from + 32)
    const { data, errors } = await ask(`{ viewer { accounts { ${part.map(({ node }, index) => `n${index}: ${node}`).join(' ')} } } }`)
    expect(errors).toBeNull()
    answers.push(...part.map(({ name }, index) => ({ name, rows: data?.viewer.accounts[0]?.[`n${index}`] })))
  }
  return answers
}

describe('the query of the docs', () => {
  const text = (string: string, time: string) => `query MagicNetworkMonitoring($accountTag: ${string}, $start: ${time}, $end: ${time}) {
    viewer { accounts(filter: { accountTag: $accountTag }) {
      mnmFlowDataAdaptiveGroups(filter: { datetime_gt: $start, datetime_leq: $end } limit: 10 orderBy: [datetimeFiveMinutes_DESC]) {
        sum { bits packets } dimensions { datetimeFiveMinutes } } } } }`
  const expected = [
    { dimensions: { datetimeFiveMinutes: '2026-01-01T11:55:00Z' }, sum: { bits: 200_000, packets: 100 } },
    { dimensions: { datetimeFiveMinutes: '2026-01-01T11:05:00Z' }, sum: { bits: 400_000, packets: 200 } },
    { dimensions: { datetimeFiveMinutes: '2026-01-01T11:00:00Z' }, sum: { bits: 32_000, packets: 40 } },
  ]
  const times = { start: '2026-01-01T10:59:59Z', end: '2026-01-01T12:00:00Z' }

  it.each([
    ['string!', 'Time'],
    ['String!', 'String'],
    ['string!', 'String!'],
  ])('is answered with %s and %s variables', async (string, time) => {
    const { data, errors } = await ask(text(string, time), times)
    expect(errors).toBeNull()
    expect(data).toEqual({ viewer: { accounts: [{ mnmFlowDataAdaptiveGroups: expected }] } })
  })

  it('is answered to the SDK', async () => {
    const client = new Cloudflare({ apiToken: server.token, apiKey: null, apiEmail: null, baseURL: `${server.url}/client/v4` })
    const variables = { accountTag: server.context.local.account.id, ...times }
    const answer = await client.post<{ data: unknown; errors: unknown }>('/graphql', {
      body: { query: text('string!', 'Time'), variables },
    })
    expect(answer).toMatchObject({ data: { viewer: { accounts: [{ mnmFlowDataAdaptiveGroups: expected }] } }, errors: null })
  })
})

it('answers the customers’ pattern: one filter as a variable, several top lists by aliases', async () => {
  const type = 'AccountMnmFlowDataAdaptiveGroups'
  const top = (alias: string, dimension: string) =>
    `${alias}: mnmFlowDataAdaptiveGroups(filter: $filter, limit: $limit, orderBy: [sum_bits_DESC]) { sum { bits packets } dimensions { ${dimension} } }`
  const query = `query Q($accountTag: String!, $filter: ${type}Filter_InputObject, $limit: Int) { viewer { accounts(filter: {accountTag: $accountTag}) {
    total: mnmFlowDataAdaptiveGroups(filter: $filter, limit: 1) { sum { bits packets egressBits egressPackets } }
    ${top('byProtocol', 'protocolString')} ${top('bySource', 'sourceAddress')} ${top('byDestination', 'destinationAddress')} ${top('byRouter', 'routerAddress')}
  } } }`
  const filter = {
    datetime_geq: '2026-01-01T11:00:00Z',
    datetime_lt: '2026-01-01T12:00:00Z',
    sourcePort: null,
    AND: [{ protocol_in: [1, 6, 17] }],
  }
  const { data, errors, extensions } = await ask(query, { filter, limit: 10 })
  expect(errors).toBeNull()
  const [account] = data?.viewer.accounts ?? []
  expect(account?.['total']).toEqual([{ sum: { bits: 632_000, packets: 340, egressBits: 24_000, egressPackets: 30 } }])
  expect(account?.['byProtocol']).toEqual([
    { sum: { bits: 400_000, packets: 200 }, dimensions: { protocolString: 'UDP' } },
    { sum: { bits: 200_000, packets: 100 }, dimensions: { protocolString: 'ICMP' } },
    { sum: { bits: 32_000, packets: 40 }, dimensions: { protocolString: 'TCP' } },
  ])
  expect(account?.['bySource']).toMatchObject([
    { dimensions: { sourceAddress: '2001:db8::1' } },
    { dimensions: { sourceAddress: '198.51.100.2' } },
    { dimensions: { sourceAddress: '203.0.113.1' } },
    { dimensions: { sourceAddress: '198.51.100.1' } },
  ])
  expect(account?.['byRouter']).toEqual([{ sum: { bits: 632_000, packets: 340 }, dimensions: { routerAddress: '192.0.2.254' } }])
  // sourcePort: null is no condition, so the rollup can answer what needs no addresses.
  const tiers = Object.entries(extensions?.drawbridge ?? {}).map(([alias, { tier, complete, exact }]) => [alias, tier, complete, exact])
  expect(Object.fromEntries(tiers.map(([alias, ...rest]) => [alias, rest]))).toEqual({
    total: ['hour', true, true],
    byProtocol: ['hour', true, true],
    byRouter: ['hour', true, true],
    bySource: ['raw', true, true],
    byDestination: ['raw', true, true],
  })
  expect(extensions?.drawbridge['bySource']?.since).toBe('2025-12-25T12:00:00Z')
})

describe('every tier', () => {
  it.each([
    ['hour', 'datetime_geq: "2026-01-01T11:00:00Z", datetime_lt: "2026-01-01T12:00:00Z"', 'protocol'],
    ['minute', 'datetime_geq: "2026-01-01T10:59:00Z", datetime_lt: "2026-01-01T12:00:00Z"', 'protocol'],
    ['raw', 'datetime_geq: "2026-01-01T10:59:59Z", datetime_lt: "2026-01-01T12:00:00Z"', 'protocol'],
  ])('says the same: %s', async (tier, filter, dimension) => {
    const body = `sum { bits packets egressBits egressPackets } avg { sampleInterval bitRateHour } confidence(level: 0.95) { sum { bits { estimate sampleSize isValid } } } dimensions { ${dimension} }`
    const query = `{ viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {${filter}}, limit: 10, orderBy: [protocol_ASC]) { ${body} } } } }`
    const { data, errors, extensions } = await ask(query)
    expect(errors).toBeNull()
    expect(extensions?.drawbridge['rows']?.tier).toBe(tier)
    const row = (protocol: number, [bits, packets, egressBits, egressPackets]: number[], [interval, size]: number[]) => ({
      dimensions: { protocol },
      sum: { bits, packets, egressBits, egressPackets },
      avg: { sampleInterval: interval, bitRateHour: (bits ?? 0) / 3600 },
      confidence: { sum: { bits: { estimate: bits, sampleSize: size, isValid: protocol === 6 } } },
    })
    expect(data?.viewer.accounts[0]?.['rows']).toEqual([
      row(1, [200_000, 100, 0, 0], [100, 1]),
      row(6, [32_000, 40, 24_000, 30], [1, 2]),
      row(17, [400_000, 200, 0, 0], [100, 1]),
    ])
  })
})

describe('dimensions', () => {
  it('can all be selected and print as they should', async () => {
    const names = flowDimensions.map(({ name }) => name).join(' ')
    const [first, , third] = (await rowsOf(`dimensions { ${names} }`, { args: 'orderBy: [datetime_ASC]' })) as { dimensions: unknown }[]
    expect(first?.dimensions).toMatchObject({
      date: '2026-01-01',
      datetime: '2026-01-01T11:00:00Z',
      datetimeHour: '2026-01-01T11:00:00Z',
      routerAddress: '192.0.2.254',
      exportProtocol: 'netflow9',
      sourceAddress: '198.51.100.1',
      sourcePort: 443,
      protocol: 6,
      protocolString: 'TCP',
      tcpFlags: 18,
      tcpFlagsString: 'SYN,ACK',
      ethertype: 2048,
      sourceAS: 13_335,
      destinationAS: 0,
      sourceCountry: 'US',
      destinationCountry: '',
      sourceMac: '',
      direction: 'inbound',
      samplingSource: 'account',
      ruleIDs: [rule],
      deviceID: '',
      version: 1,
      ipToSEncap: 0,
    })
    expect(third?.dimensions).toMatchObject({
      sourceMac: '0a:0b:0c:0d:0e:0f',
      ruleIDs: [],
      exportProtocol: 'sflow5',
      datetimeTenSeconds: '2026-01-01T11:05:10Z',
    })
  })

  it('can all be ordered by, in both directions', async () => {
    const nodes = [...orderValues].map(([name, order]) => {
      const body = 'dimension' in order ? order.dimension.name : 'protocol'
      return { name, node: `mnmFlowDataAdaptiveGroups(filter: {${hour}}, limit: 1, orderBy: [${name}]) { dimensions { ${body} } }` }
    })
    for (const { name, rows } of await askAll(nodes)) expect([name, rows]).toEqual([name, [expect.anything()]])
  })

  it('come through fragments, aliases and @skip', async () => {
    const query = `query Q($no: Boolean!) { viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {${hour}, protocol: 17}, limit: 1) {
      dimensions { p: protocol ...More } ... on AccountMnmFlowDataAdaptiveGroups { sum { b: bits egressBits @include(if: $no) } } avg @skip(if: $no) { bitRateMinute } } } } }
      fragment More on AccountMnmFlowDataAdaptiveGroupsDimensions { port: sourcePort }`
    const { data, errors } = await ask(query, { no: false })
    expect(errors).toBeNull()
    expect(data?.viewer.accounts[0]?.['rows']).toEqual([
      { dimensions: { p: 17, port: 53 }, sum: { b: 400_000 }, avg: { bitRateMinute: 400_000 / 60 } },
    ])
  })
})

describe('filters', () => {
  it('can all be asked', async () => {
    const literals: Record<string, string> = { string: '"x"', Time: '"2026-01-01T11:00:00Z"', Date: '"2026-01-01"', bool: 'true' }
    const nodes = filterFields.map(({ name, type }) => {
      const address = name.includes('Address') || name.startsWith('nextHop')
      const literal = address ? '"192.0.2.1"' : (literals[type.replaceAll(/[[\]!]/g, '')] ?? '1')
      const condition = `${name}: ${type.startsWith('[') ? `[${literal}]` : literal}`
      return { name, node: `mnmFlowDataAdaptiveGroups(filter: {${hour}, AND: [{${condition}}]}, limit: 1) { sum { bits } }` }
    })
    for (const { name, rows } of await askAll(nodes)) expect([name, rows]).toEqual([name, expect.any(Array)])
  })

  it.each([
    ['sourceAddress: "198.51.100.1"', [443]],
    ['sourceAddress: "2001:DB8:0::1"', [53]],
    ['sourceAddress_neq: "198.51.100.1"', [0, 53, 50_000]],
    ['sourceAddress_in: ["198.51.100.1", "2001:db8::1"]', [53, 443]],
    ['sourceAddress_notin: ["198.51.100.1", "2001:db8::1"]', [0, 50_000]],
    ['sourceAddress_like: "198.51.100.%"', [0, 443]],
    ['sourceAddress_notlike: "198.%"', [53, 50_000]],
    ['sourceAddress_gt: "198.51.100.2"', [53, 50_000]],
    ['sourcePort_gt: 53, sourcePort_leq: 443', [443]],
    ['sourcePort_in: [443, 53]', [53, 443]],
    ['sourcePort_in: []', []],
    ['protocolString: "TCP"', [443, 50_000]],
    ['protocolString_like: "%MP"', [0]],
    ['tcpFlagsString: "SYN,ACK"', [443]],
    ['tcpFlagsString: ""', [0, 53]],
    ['sourceCountry: "US"', [443]],
    ['sourceCountry: ""', [0, 53, 50_000]],
    ['direction_in: ["inbound", "outbound"]', [0, 443, 50_000]],
    ['direction: "nowhere"', []],
    ['exportProtocol: "sflow5"', [53]],
    ['sourceMac: "0a:0b:0c:0d:0e:0f"', [53]],
    ['sourceMac: ""', [0, 443, 50_000]],
    ['ipToS_gt: 0', [50_000]],
    ['deviceID: ""', [0, 53, 443, 50_000]],
    ['deviceID_neq: ""', []],
    ['version: 1', [0, 53, 443, 50_000]],
    [`ruleIDs_has: "${rule}"`, [443]],
    [`ruleIDs_has: "${rule.toUpperCase()}"`, [443]],
    [`ruleIDs_nothas: "${rule}"`, [0, 53, 50_000]],
    [`ruleIDs_hasany: ["${rule}", "x"]`, [443]],
    [`ruleIDs_hasall: ["${rule}", "${'0'.repeat(32)}"]`, []],
    ['ruleIDs_isempty: true', [0, 53, 50_000]],
    ['ruleIDs_isempty: false', [443]],
    ['OR: [{sourcePort: 443}, {protocol: 17}]', [53, 443]],
    ['OR: [{sourcePort: 443, protocol: 17}, {AND: [{protocol: 6}, {sourcePort_gt: 443}]}]', [50_000]],
    ['datetimeMinute: "2026-01-01T11:01:00Z"', [50_000]],
    ['datetimeMinute_neq: "2026-01-01T11:01:00Z"', [0, 53, 443]],
    ['datetimeFiveMinutes_in: ["2026-01-01T11:05:00Z", "2026-01-01T11:55:00Z"]', [0, 53]],
    ['datetimeTenSeconds_gt: "2026-01-01T11:05:00Z"', [0, 53]],
    ['date: "2026-01-01"', [0, 53, 443, 50_000]],
    ['date_neq: "2026-01-01"', []],
    ['datetime_notin: ["2026-01-01T11:00:00Z"]', [0, 53, 50_000]],
  ])('mean what they say: %s', async (filter, ports) => {
    const rows = (await rowsOf('dimensions { sourcePort }', { filter: `, AND: [{${filter}}]`, args: 'orderBy: [sourcePort_ASC]' })) as {
      dimensions: { sourcePort: number }
    }[]
    expect(rows.map(({ dimensions }) => dimensions.sourcePort)).toEqual(ports)
  })

  it('take as many values as they may', async () => {
    const addresses = Array.from({ length: 500 }, (_, index) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${(index + 4096).toString(16)}`)
    const query =
      'query Q($in: [string!]) { viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {sourceAddress_in: $in}, limit: 1) { sum { bits } } } } }'
    const { data, errors } = await ask(query, { in: [...addresses.slice(1), '2001:db8::1'] })
    expect(errors).toBeNull()
    expect(data?.viewer.accounts[0]?.['rows']).toEqual([{ sum: { bits: 400_000 } }])
    const texts = Array.from({ length: 500 }, (_, index) => `${index}${'x'.repeat(1100)}`)
    const tooLong = await ask(query.replaceAll('sourceAddress_in', 'sourceCountry_in'), { in: texts })
    expect(tooLong.errors?.[0]?.message).toContain('the values of the filter are too long together')
  })

  it('survive hostile texts', async () => {
    const texts = ["'", '\\', "\\'", '%', '_', '{p0:UInt16}', "'; DROP TABLE flows --", '\n\t\r', '日本', '\\N', 'x'.repeat(5000)]
    for (const text of texts) {
      for (const field of ['sourceCountry', 'protocolString_like', 'exportProtocol_in', 'deviceID', 'ruleIDs_has', 'tcpFlagsString_gt']) {
        const query = `query Q($v: String) { viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {${hour}, ${field}: ${field.endsWith('_in') ? '[$v]' : '$v'}}, limit: 1) { sum { bits } } } } }`
        const { errors } = await ask(query.replace('$v: String', field.endsWith('_in') ? '$v: String!' : '$v: String'), { v: text })
        expect([field, text, errors]).toEqual([field, text, null])
      }
    }
  })
})

it('never shows the flows of another account', async () => {
  expect(await rowsOf('dimensions { sourceAddress }', { filter: ', sourceAddress: "198.51.100.66"' })).toEqual([])
  expect(await rowsOf('sum { bits }', { filter: ', OR: [{protocol: 6}, {protocol_neq: 6}]' })).toEqual([{ sum: { bits: 632_000 } }])
})

it('answers nothing where nothing is', async () => {
  expect(await rowsOf('sum { bits }', { filter: ', protocol: 99' })).toEqual([])
})

it('keeps all digits of large sums', async () => {
  await flows.insert([
    {
      ...common,
      account: 1,
      time_received: `toDateTime(${start - 7200}, 'UTC')`,
      bytes: '1152921504606846977',
      packets: '18446744073709551615',
    },
  ])
  const response = await fetch(`${server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify({
      query:
        '{ viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {datetimeHour: "2026-01-01T09:00:00Z"}, limit: 1) { sum { bits packets } } } } }',
    }),
  })
  expect(await response.text()).toContain('"sum":{"bits":9223372036854775816,"packets":18446744073709551615}')
})

it('says that the store is away, and answers again when it is back', async () => {
  const { pid } = flows.store.supervisor
  const { deaths } = flows.store.supervisor.counters()
  if (pid === undefined) throw new Error('the engine does not run')
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => flows.store.supervisor.counters().deaths, { timeout: 30_000 }).toBe(deaths + 1)
  const answer = await ask(`{ viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {${hour}}, limit: 1) { sum { bits } } } } }`)
  expect([answer.data, answer.errors?.[0]?.message]).toEqual([null, 'unable to execute query, please try again later'])
  expect(server.errors).toEqual([])
  await expect.poll(() => flows.store.ready, { timeout: 60_000 }).toBe(true)
  expect(await rowsOf('sum { bits }')).toEqual([{ sum: { bits: 632_000 } }])
})
