// Asks the GraphQL API over HTTP for flows in a real embedded ClickHouse: the docs' query, the customers' patterns, every
// dimension, every operator, every tier.
import Cloudflare from 'cloudflare'
import { GraphQLClient } from 'graphql-request'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { filterFields } from './filter-fields.ts'
import { orderValues } from './order-values.ts'
import { filterCases } from './testing/filter-cases.ts'
import { common, FlowServer, hour, rule, start } from './testing/flow-server.ts'

let served: FlowServer
const ask: FlowServer['ask'] = (...args) => served.ask(...args)
const rowsOf: FlowServer['rowsOf'] = (...args) => served.rowsOf(...args)
const askAll: FlowServer['askAll'] = (...args) => served.askAll(...args)

beforeAll(async () => {
  served = await FlowServer.start()
})
afterAll(() => served?.close())

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

  it('is answered to graphql-request, also with rules and whole filters', async () => {
    const client = new GraphQLClient(`${served.server.url}/client/v4/graphql`, {
      headers: { authorization: `Bearer ${served.server.token}` },
    })
    const variables = { ...served.variables, ...times }
    expect(await client.request(text('string!', 'Time'), variables)).toEqual({
      viewer: { accounts: [{ mnmFlowDataAdaptiveGroups: expected }] },
    })
    for (const filter of [{ ruleIDs_has: rule }, { ruleIDs_hasall: [rule] }]) {
      const query = text('string!', 'Time')
        .replace('$end: Time', `$end: Time, $filter: AccountMnmFlowDataAdaptiveGroupsFilter_InputObject!`)
        .replace('datetime_leq: $end', 'datetime_leq: $end, AND: [$filter]')
      const rows = [{ dimensions: { datetimeFiveMinutes: '2026-01-01T11:00:00Z' }, sum: { bits: 8000, packets: 10 } }]
      expect(await client.request(query, { ...variables, filter })).toEqual({ viewer: { accounts: [{ mnmFlowDataAdaptiveGroups: rows }] } })
    }
    await expect(client.request('{ viewer { nope } }')).rejects.toMatchObject({
      response: { errors: [{ message: 'unknown field "nope"' }] },
    })
  })

  it('is answered to the SDK', async () => {
    const client = new Cloudflare({
      apiToken: served.server.token,
      apiKey: null,
      apiEmail: null,
      baseURL: `${served.server.url}/client/v4`,
    })
    const variables = { accountTag: served.server.context.local.account.id, ...times }
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

describe('groups', () => {
  it('are ordered by their dimensions where nothing else is asked for, and ties by the remaining ones', async () => {
    const body = 'dimensions { protocol sourcePort }'
    const keys = async (args: string) =>
      ((await rowsOf(body, { args })) as { dimensions: Record<string, number> }[]).map(({ dimensions }) => Object.values(dimensions))
    const ascending = [
      [1, 0],
      [6, 443],
      [6, 50_000],
      [17, 53],
    ]
    expect(await keys('')).toEqual(ascending)
    expect(await keys('orderBy: [protocol_DESC]')).toEqual([ascending[3], ascending[1], ascending[2], ascending[0]])
    expect(await keys('orderBy: [sum_egressBits_ASC, sourcePort_DESC]')).toEqual([ascending[1], ascending[3], ascending[0], ascending[2]])
    expect(await keys('orderBy: [sum_flows_DESC, sum_bits_DESC]')).toEqual([ascending[3], ascending[0], ascending[2], ascending[1]])
  })

  it('are read page by page from the last key on', async () => {
    const seen: number[] = []
    for (let last = -1, page: number[] = [0]; page.length > 0; last = seen.at(-1) ?? last) {
      const filter = last === -1 ? '' : `, sourcePort_gt: ${last}`
      const rows = await rowsOf('dimensions { sourcePort }', { filter, limit: 3, args: 'orderBy: [sourcePort_ASC]' })
      page = (rows as { dimensions: { sourcePort: number } }[]).map(({ dimensions }) => dimensions.sourcePort)
      seen.push(...page)
    }
    expect(seen).toEqual([0, 53, 443, 50_000])
  })

  it('form by the keys of names, which are beside them', async () => {
    const names = 'routerName inputInterfaceName sourceASName'
    const rows = await rowsOf(`sum { bits flows } dimensions { ${names} }`, {
      args: 'orderBy: [inputInterfaceName_DESC, sourceASName_ASC]',
    })
    expect(rows).toEqual([
      {
        sum: { bits: 8000, flows: 1 },
        dimensions: { routerName: 'edge-1', inputInterfaceName: 'xe-0/0/2', sourceASName: 'CLOUDFLARENET' },
      },
      { sum: { bits: 624_000, flows: 3 }, dimensions: { routerName: 'edge-1', inputInterfaceName: '', sourceASName: '' } },
    ])
  })

  it('have every average: the sum divided by the time of its name', async () => {
    const names = ['bitRate', 'packetRate', 'egressBitRate', 'egressPacketRate']
    const seconds = { '': 1, TenSeconds: 10, Minute: 60, FiveMinutes: 300, FifteenMinutes: 900, Hour: 3600, Day: 86_400 }
    const sums = [632_000, 340, 24_000, 30]
    const expected = names.flatMap((name, index) =>
      Object.entries(seconds).map(([suffix, divisor]) => [name + suffix, (sums[index] ?? 0) / divisor] as const),
    )
    const rows = await rowsOf(`avg { sampleInterval ${expected.map(([name]) => name).join(' ')} }`)
    expect(rows).toEqual([{ avg: { ...Object.fromEntries(expected), sampleInterval: (1 + 1 + 100 + 100) / 4 } }])
  })

  it('have intervals of sums and averages: no width without sampling, 1.96 ÷ √n of the estimate with it', async () => {
    const interval = '{ estimate lower upper sampleSize isValid }'
    const body = `dimensions { protocol } confidence(level: 0.95) { level sum { bits ${interval} egressBits ${interval} } avg { bitRateHour ${interval} } }`
    const rows = (await rowsOf(body, { filter: ', protocol_neq: 1' })) as { confidence: unknown }[]
    const exact = (estimate: number) => ({ estimate, lower: estimate, upper: estimate, sampleSize: 2, isValid: true })
    // One flow: 1.96 of the estimate, which cannot be below what was counted without sampling.
    const wide = (estimate: number) => ({ estimate, lower: 0, upper: expect.closeTo(2.96 * estimate, -4), sampleSize: 1, isValid: false })
    expect(rows.map(({ confidence }) => confidence)).toEqual([
      { level: 0.95, sum: { bits: exact(32_000), egressBits: exact(24_000) }, avg: { bitRateHour: exact(32_000 / 3600) } },
      {
        level: 0.95,
        sum: { bits: wide(400_000), egressBits: { ...wide(0), upper: 0 } },
        avg: { bitRateHour: { ...wide(400_000 / 3600), upper: expect.closeTo((2.96 * 400_000) / 3600, 1) } },
      },
    ])
    const none = await ask(
      `{ viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {${hour}}, limit: 1) { confidence(level: 1) { level } } } } }`,
    )
    expect(none.errors?.[0]?.message).toBe('error parsing args for "confidence": level must be between 0 and 1')
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
      observedAt: 'ingress',
      sourcePrefixLength: 24,
      destinationPrefixLength: 0,
      fragmentFlags: 64,
      natSourceAddress: '',
      natDestinationAddress: '192.0.2.9',
      natDestinationPort: 8443,
      tunnel: 'none',
      tunnelSourceAddress: '',
      sourceASName: 'CLOUDFLARENET',
      destinationASName: '',
      routerName: 'edge-1',
      inputInterfaceName: 'xe-0/0/2',
      outputInterfaceName: '',
      deviceID: '',
      version: 1,
      ipToSEncap: 0,
    })
    expect(third?.dimensions).toMatchObject({
      sourceMac: '0a:0b:0c:0d:0e:0f',
      ruleIDs: [],
      observedAt: '',
      tunnel: 'vxlan',
      tunnelSourceAddress: '192.0.2.100',
      tunnelDestinationAddress: '2001:db8:ffff::1',
      vni: 77,
      flowLabel: 0x12345,
      exportProtocol: 'sflow5',
      datetimeTenSeconds: '2026-01-01T11:05:10Z',
    })
  })

  it('can all be ordered by, in both directions', async () => {
    // Eight to a question: the engine has to take each.
    const all = [...orderValues]
    const nodes = Array.from({ length: Math.ceil(all.length / 8) }, (_, index) => all.slice(index * 8, index * 8 + 8)).map((part) => {
      const names = part.map(([name]) => name).join(', ')
      const body = part.map(([, order]) => ('dimension' in order ? order.dimension.name : 'protocol')).join(' ')
      return { name: names, node: `mnmFlowDataAdaptiveGroups(filter: {${hour}}, limit: 1, orderBy: [${names}]) { dimensions { ${body} } }` }
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
    const conditions = new Map<string, string[]>()
    for (const { name, type } of filterFields) {
      const [dimension = ''] = name.split('_')
      const address = dimension.endsWith('Address') || dimension === 'nextHop'
      const literal = address ? '"192.0.2.1"' : (literals[type.replaceAll(/[[\]!]/g, '')] ?? '1')
      const condition = `{${name}: ${type.startsWith('[') ? `[${literal}]` : literal}}`
      conditions.set(dimension, [...(conditions.get(dimension) ?? []), condition])
    }
    // All operators of a dimension in a question.
    const nodes = [...conditions].map(([name, parts]) => ({
      name,
      node: `mnmFlowDataAdaptiveGroups(filter: {${hour}, OR: [${parts.join(' ')}]}, limit: 1) { sum { bits } }`,
    }))
    for (const { name, rows } of await askAll(nodes)) expect([name, rows]).toEqual([name, expect.any(Array)])
  })

  it.each(filterCases)('mean what they say: %s', async (filter, ports) => {
    const rows = (await rowsOf('dimensions { sourcePort }', { filter: `, AND: [{${filter}}]`, args: 'orderBy: [sourcePort_ASC]' })) as {
      dimensions: { sourcePort: number }
    }[]
    expect(rows.map(({ dimensions }) => dimensions.sourcePort)).toEqual(ports)
  })

  it('take as many values as they may', async () => {
    const addresses = Array.from({ length: 500 }, (_, index) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${(index + 4096).toString(16)}`)
    const query = `query Q($in: [string!]) { viewer { accounts { rows: mnmFlowDataAdaptiveGroups(filter: {${hour}, sourceAddress_in: $in}, limit: 1) { sum { bits } } } } }`
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
        const refused = field.endsWith('_like') && text.length > 256
        const said = 'error parsing args for "mnmFlowDataAdaptiveGroups": protocolString: a pattern has at most 256 characters'
        expect([field, text, errors?.[0]?.message]).toEqual([field, text, refused ? said : undefined])
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
  await served.flows.insert([
    {
      ...common,
      account: 1,
      time_received: `toDateTime(${start - 7200}, 'UTC')`,
      bytes: '1152921504606846977',
      packets: '18446744073709551615',
    },
  ])
  const response = await fetch(`${served.server.url}/client/v4/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${served.server.token}` },
    body: JSON.stringify({
      query:
        '{ viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {datetimeHour: "2026-01-01T09:00:00Z"}, limit: 1) { sum { bits packets } } } } }',
    }),
  })
  expect(await response.text()).toContain('"sum":{"bits":9223372036854775816,"packets":18446744073709551615}')
})

it('says that the store is away, and answers again when it is back', async () => {
  const { pid } = served.flows.store.supervisor
  const { deaths } = served.flows.store.supervisor.counters()
  if (pid === undefined) throw new Error('the engine does not run')
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => served.flows.store.supervisor.counters().deaths, { timeout: 30_000 }).toBe(deaths + 1)
  const answer = await ask(`{ viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {${hour}}, limit: 1) { sum { bits } } } } }`)
  expect([answer.data, answer.errors?.[0]?.message]).toEqual([null, 'unable to execute query, please try again later'])
  expect(served.server.errors).toEqual([])
  await expect.poll(() => served.flows.store.ready, { timeout: 60_000 }).toBe(true)
  expect(await rowsOf('sum { bits }')).toEqual([{ sum: { bits: 632_000 } }])
})
