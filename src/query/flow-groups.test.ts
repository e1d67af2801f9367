// Golden cases of the SQL for questions about flows, the choice of the tier, and what is refused.
import { describe, expect, it } from 'vitest'
import { flowDimension, type FlowDimension } from './flow-dimensions.ts'
import type { ComparisonOperator, FlowFilter } from './flow-filter.ts'
import { flowGroupsSql, type FlowGroupsQuestion } from './flow-groups.ts'
import type { TimeOperator } from './time-ranges.ts'

const now = Date.UTC(2026, 0, 31, 12, 30, 30) / 1000
const hour = 3600
const day = 24 * hour
/** A whole hour some days before now. */
const ago = (seconds: number) => Math.floor(now / hour) * hour - seconds
const retention = { raw_days: 7, minute_days: 90, hour_days: 730, top_days: 730 }

function dimension(name: string): FlowDimension {
  const found = flowDimension(name)
  if (!found) throw new Error(`no dimension ${name}`)
  return found
}

function time(operator: TimeOperator, value: number, name = 'datetime'): FlowFilter {
  const found = dimension(name)
  if (found.type !== 'time') throw new Error(`${name} is no time`)
  return { time: found, operator, values: [value] }
}

const between = (from: number, to: number): FlowFilter => ({ all: [time('geq', from), time('lt', to)] })

function where(name: string, operator: ComparisonOperator, ...values: (string | number)[]): FlowFilter {
  const found = dimension(name)
  if (found.type === 'time' || found.type === 'named') throw new Error(`${name} is no dimension that can be compared`)
  return { dimension: found, operator, values }
}

const rules = (operator: 'has' | 'nothas' | 'hasall' | 'hasany' | 'isempty', ...values: (string | boolean)[]): FlowFilter => {
  const found = dimension('ruleIDs')
  if (found.type !== 'column') throw new Error('ruleIDs is no column')
  return { list: found, operator, values }
}

function question(change: Partial<Omit<FlowGroupsQuestion, 'dimensions'>> & { dimensions?: string[] }): FlowGroupsQuestion {
  return {
    node: 'mnmFlowDataAdaptiveGroups',
    account: 1,
    sums: new Set(['bits', 'packets']),
    sampleInterval: false,
    confidence: false,
    filter: between(ago(day), ago(0)),
    orderBy: [],
    limit: 10,
    overrides: new Map(),
    ...change,
    dimensions: (change.dimensions ?? []).map(dimension),
  }
}

const build = (change: Parameters<typeof question>[0]) => flowGroupsSql(question(change), retention, now)

describe('SQL', () => {
  it('of the query in the docs', () => {
    const filter: FlowFilter = { all: [time('gt', ago(hour)), time('leq', ago(0))] }
    const orderBy = [{ dimension: dimension('datetimeFiveMinutes'), descending: true }]
    const { sql, params } = build({ dimensions: ['datetimeFiveMinutes'], filter, orderBy })
    expect(sql).toBe(
      [
        'SELECT intDiv(toUnixTimestamp(time_received), 300) * 300 AS d0, sum(bytes * sampling_rate) * 8 AS sum_bits, sum(packets * sampling_rate) AS sum_packets',
        'FROM flows',
        "WHERE account = {p0:UInt16} AND (((time_received >= toDateTime({p1:UInt32}, 'UTC'))) AND ((time_received < toDateTime({p2:UInt32}, 'UTC'))))",
        'GROUP BY d0',
        'HAVING count() > 0',
        'ORDER BY d0 DESC',
        'LIMIT {p3:UInt32}',
      ].join('\n'),
    )
    expect(params).toEqual({ p0: 1, p1: ago(hour) + 1, p2: ago(0) + 1, p3: 10 })
  })

  it('of a top list, with ties broken by the keys', () => {
    const { sql } = build({
      dimensions: ['sourceAddress', 'protocolString'],
      sums: new Set(['egressBits']),
      orderBy: [{ measure: 'egressBits', descending: true }],
    })
    expect(sql).toContain(
      "SELECT src_addr AS d0, protocol AS d1, sumIf(bytes * sampling_rate, direction = 'outbound') * 8 AS sum_egressBits\n",
    )
    expect(sql).toMatch(
      /ORDER BY sumIf\(bytes \* sampling_rate, direction = 'outbound'\) \* 8 DESC, d0 ASC, transform\(protocol, .*\) ASC\n/,
    )
  })

  it('of a total has no groups and no order', () => {
    const { sql } = build({})
    expect(sql).not.toContain('GROUP BY')
    expect(sql).not.toContain('ORDER BY')
  })

  it('binds every value, whatever it holds', () => {
    const evil = "'; DROP TABLE flows; --"
    const filter: FlowFilter = {
      all: [
        where('sourceCountry', 'eq', evil),
        where('protocolString', 'like', `%${evil}\\`),
        where('sourceAS', 'in', 1, 2),
        rules('has', 'a'.repeat(32)),
      ],
    }
    const { sql, params } = build({ filter })
    expect(sql).not.toContain('DROP')
    expect(Object.values(params)).toEqual([1, evil, `%${evil}\\\\`, [1, 2], 'a'.repeat(32), 10])
    expect(sql).toContain('toStringCutToZero(src_country) = {p1:String}')
    expect(sql).toContain('LIKE {p2:String}')
    expect(sql).toContain('src_as IN {p3:Array(UInt64)}')
    expect(sql).toContain('has(rule_ids, toFixedString(unhex({p4:String}), 16))')
  })

  it.each([
    ['hasany nothing', rules('hasany'), '0'],
    ['hasany of ids that are none', rules('hasany', 'x'), '0'],
    ['hasall nothing', rules('hasall'), '1'],
    ['has an id that is none', rules('has', 'x'), '0'],
    ['nothas an id that is none', rules('nothas', 'x'), 'NOT 0'],
    ['isempty', rules('isempty', true), 'empty(rule_ids)'],
    ['not isempty', rules('isempty', false), 'notEmpty(rule_ids)'],
    ['in no prefix', where('sourceAddress', 'incidr'), '(0)'],
    ['not in no prefix', where('sourceAddress', 'notincidr'), 'NOT (0)'],
    ['in nothing', where('sourceAS', 'in'), '0'],
    ['not in nothing', where('sourceAS', 'notin'), '1'],
    ['no conditions', { all: [] }, '1'],
    ['none of several', { any: [] }, '1'],
    ['a constant', where('deviceID', 'eq', 'x'), "'' = {p1:String}"],
  ] satisfies [string, FlowFilter, string][])('of %s', (_what, filter, sql) => {
    expect(build({ filter }).sql).toContain(`WHERE account = {p0:UInt16} AND ${sql}\n`)
  })

  it('compares addresses as numbers and takes the empty text for none', () => {
    const { sql, params } = build({ filter: where('sourceAddress', 'in', '192.0.2.1', '2001:db8::1', '') })
    expect(sql).toContain('src_addr IN {p1:Array(IPv6)}')
    expect(params['p1']).toEqual(['::ffff:192.0.2.1', '2001:db8::1', '::'])
  })

  it('of prefixes has their first and last addresses, IPv4 as it is stored and no IPv6 prefix with IPv4', () => {
    const one = build({ filter: where('sourceAddress', 'incidr', '203.0.113.77/24') })
    expect(one.sql).toContain('WHERE account = {p0:UInt16} AND ((src_addr >= {p1:IPv6} AND src_addr <= {p2:IPv6}))\n')
    expect([one.params['p1'], one.params['p2']]).toEqual(['::ffff:203.0.113.0', '::ffff:203.0.113.255'])
    const several = build({ filter: where('nextHop', 'notincidr', '192.0.2.1', '10.0.0.0/8', '2001:db8::/32') })
    expect(several.sql).toContain(
      'AND NOT (((next_hop >= {p1:IPv6} AND next_hop <= {p2:IPv6}) OR (next_hop >= {p3:IPv6} AND next_hop <= {p4:IPv6})) OR ' +
        "((next_hop >= {p5:IPv6} AND next_hop <= {p6:IPv6}) AND NOT (next_hop >= toIPv6('::ffff:0.0.0.0') AND next_hop <= toIPv6('::ffff:255.255.255.255'))))\n",
    )
    expect([several.params['p2'], several.params['p4']]).toEqual(['::ffff:192.0.2.1', '::ffff:10.255.255.255'])
    expect(several.params['p6']).toBe('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff')
    const many = build({ filter: where('nextHop', 'incidr', ...Array.from({ length: 17 }, (_, index) => `10.${index}.0.0/16`)) })
    expect(many.sql).toContain('AND ((arrayExists((a, b) -> next_hop >= a AND next_hop <= b, {p1:Array(IPv6)}, {p2:Array(IPv6)})))\n')
    expect(many.params['p2']).toHaveLength(17)
  })

  it('of names groups and orders by what they are names of', () => {
    const orderBy = [{ dimension: dimension('inputInterfaceName'), descending: true }]
    const { sql } = build({ dimensions: ['inputInterfaceName', 'protocol', 'routerName'], orderBy, sums: new Set() })
    expect(sql).toContain('SELECT router AS d0, in_if AS d1, protocol AS d2, 1 AS present\nFROM flows_1h\n')
    expect(sql).toContain('GROUP BY d0, d1, d2\n')
    expect(sql).toContain('ORDER BY d0 DESC, d1 DESC, d2 ASC\n')
  })

  it('of the number of flows counts rows, or adds up those of the rollup; sampling does not matter', () => {
    const change = { sums: new Set(['flows'] as const), orderBy: [{ measure: 'flows', descending: true }] as const }
    expect(build({ ...change, dimensions: ['sourcePort'] }).sql).toMatch(/^SELECT src_port AS d0, count\(\) AS sum_flows\n/)
    const rollup = build({ ...change, dimensions: ['protocol'] })
    expect(rollup.sql).toMatch(/^SELECT protocol AS d0, sum\(flows\) AS sum_flows\nFROM flows_1h_total\n/)
    expect(rollup.sql).toContain('ORDER BY sum(flows) DESC, d0 ASC\n')
  })

  it('of intervals counts the flows that were sampled', () => {
    expect(build({ confidence: true, dimensions: ['sourcePort'] }).sql).toContain(
      'count() AS flow_count, countIf(sampling_rate > 1) AS sampled_flow_count',
    )
    expect(build({ confidence: true, sampleInterval: true }).sql).toContain(
      'sum(sampling_rate * flows) / sum(flows) AS sample_interval, sumIf(bytes * sampling_rate, sampling_rate > 1) * 8 AS sampled_bits',
    )
  })
})

describe('a factor set for a router whose flows told none', () => {
  const overrides = new Map([
    ['192.0.2.1', 1000],
    ['2001:db8::1', 64],
  ])
  const rate =
    "if(sampling_source IN ('unknown', 'account'), transform(router, {p3:Array(IPv6)}, {p4:Array(UInt32)}, sampling_rate), sampling_rate)"

  it.each([
    ['flows', between(ago(day) + 1, ago(0))],
    ['flows_1m', between(ago(day) + 60, ago(0))],
    ['flows_1h_total', between(ago(day), ago(0))],
  ])('takes the place of the stored one in %s, bound', (table, filter) => {
    const { sql, params } = build({ overrides, filter })
    expect(sql).toContain(`SELECT sum(bytes * ${rate}) * 8 AS sum_bits, sum(packets * ${rate}) AS sum_packets\nFROM ${table}\n`)
    expect(params['p3']).toEqual(['::ffff:192.0.2.1', '2001:db8::1'])
    expect(params['p4']).toEqual([1000, 64])
  })

  it('counts in orders, means and intervals too', () => {
    const orderBy = [{ measure: 'bits', descending: true }] as const
    const { sql } = build({ overrides, orderBy, sampleInterval: true, confidence: true, dimensions: ['protocol'] })
    expect(sql).toContain(`ORDER BY sum(bytes * ${rate}) * 8 DESC`)
    expect(sql).toContain(`sum(${rate} * flows) / sum(flows) AS sample_interval`)
    expect(sql).toContain(`sumIf(bytes * ${rate}, ${rate} > 1) * 8 AS sampled_bits`)
    expect(sql).toContain(`sumIf(flows, ${rate} > 1) AS sampled_flow_count`)
  })
})

describe('the tier', () => {
  const tierOf = (change: Parameters<typeof question>[0]) => {
    const { choice } = build(change)
    return [choice.tier.tier, choice.exact ? 'exact' : 'rounded', choice.complete ? 'complete' : 'short']
  }

  it.each([
    ['hour for whole hours', {}, ['hour', 'exact', 'complete']],
    ['hour for the day', { dimensions: ['date', 'sourceAS'] }, ['hour', 'exact', 'complete']],
    ['minute for minutes', { dimensions: ['datetimeFiveMinutes'] }, ['minute', 'exact', 'complete']],
    ['minute for whole minutes', { filter: between(ago(day) + 60, ago(0)) }, ['minute', 'exact', 'complete']],
    ['raw for seconds', { filter: between(ago(day) + 1, ago(0)) }, ['raw', 'exact', 'complete']],
    ['raw for buckets of ten seconds', { dimensions: ['datetimeTenSeconds'] }, ['raw', 'exact', 'complete']],
    ['raw for addresses', { dimensions: ['sourceAddress'] }, ['raw', 'exact', 'complete']],
    [
      'raw for filters on ports',
      { filter: { all: [between(ago(day), ago(0)), where('sourcePort', 'gt', 1)] } },
      ['raw', 'exact', 'complete'],
    ],
    ['hour when the end is yet to come', { filter: between(ago(day), now + 17) }, ['hour', 'exact', 'complete']],
    ['hour for all that there is', { filter: { all: [] } }, ['hour', 'exact', 'complete']],
    ['minute, rounded, when raw is gone', { filter: between(ago(20 * day) + 1, ago(0)) }, ['minute', 'rounded', 'complete']],
    ['hour, rounded, when minutes are gone', { filter: between(ago(200 * day) + 1, ago(0)) }, ['hour', 'rounded', 'complete']],
    [
      'the first of each hour for addresses of last month',
      { dimensions: ['sourceAddress'], filter: between(ago(20 * day), ago(0)) },
      ['top', 'rounded', 'complete'],
    ],
    [
      'minute, short, for minutes of last year',
      { dimensions: ['datetimeMinute'], filter: between(ago(200 * day), ago(0)) },
      ['minute', 'exact', 'short'],
    ],
    [
      'raw within its time though asked a moment late',
      { dimensions: ['sourceAddress'], filter: between(now - 7 * day - 5, now) },
      ['raw', 'exact', 'complete'],
    ],
    [
      'hour for conditions on whole hours',
      { filter: { all: [between(ago(day), ago(0)), time('neq', ago(hour), 'datetimeHour')] } },
      ['hour', 'exact', 'complete'],
    ],
    [
      'minute for a condition on a minute',
      { filter: { all: [between(ago(day), ago(0)), time('neq', ago(hour), 'datetimeMinute')] } },
      ['minute', 'exact', 'complete'],
    ],
  ] satisfies [string, Parameters<typeof question>[0], string[]][])('is %s', (_what, change, expected) => {
    expect(tierOf(change)).toEqual(expected)
  })

  it('rounds bounds to its nearest rows', () => {
    const { params } = build({ filter: { all: [time('gt', ago(20 * day)), time('leq', ago(0))] } })
    expect([params['p1'], params['p2']]).toEqual([ago(20 * day), ago(0)])
  })

  it('rounds bounds that are yet to come up: the hour that is filling counts', () => {
    const { params, choice } = build({ filter: between(ago(day), now + 1) })
    expect([choice.tier.tier, choice.exact, params['p2']]).toEqual(['hour', true, ago(-hour)])
  })

  it('takes the weaker side of an OR', () => {
    const filter: FlowFilter = { any: [between(ago(day), ago(0)), between(ago(20 * day), ago(19 * day))] }
    expect(tierOf({ dimensions: ['sourceAddress', 'destinationAddress'], filter })).toEqual(['raw', 'exact', 'short'])
  })
})

describe('refused', () => {
  it.each([
    ['limit 0', { limit: 0 }, 'limit must be positive number and not greater than 10000'],
    ['limit 10001', { limit: 10_001 }, 'limit must be positive number and not greater than 10000'],
    ['three years ago', { filter: between(ago(1000 * day), ago(0)) }, `cannot request data older than ${730 * day}s`],
    ['until long after now', { filter: between(ago(day), now + 1000 * day) }, 'query time range is too large'],
    ['an address that is none', { filter: where('sourceAddress', 'eq', '10.0.0.0/8') }, 'sourceAddress: "10.0.0.0/8" is not an IP address'],
    [
      'a prefix that is none',
      { filter: where('sourceAddress', 'incidr', '10.0.0.0/8', '10.0.0.0/33') },
      'sourceAddress: "10.0.0.0/33" is not a prefix such as 203.0.113.0/24 or 2001:db8::/32',
    ],
    ['a prefix of ports', { filter: where('sourcePort', 'incidr', '10.0.0.0/8') }, 'sourcePort: only addresses can be in a prefix'],
    ['a text with NUL', { filter: where('sourceCountry', 'eq', 'D\0') }, 'sourceCountry: a NUL character cannot be searched for'],
    [
      'an address with a zone',
      { filter: where('routerAddress', 'in', 'fe80::1%eth0') },
      'routerAddress: "fe80::1%eth0" is not an IP address',
    ],
    [
      'an order by what is not grouped',
      { orderBy: [{ dimension: dimension('sourcePort'), descending: true }] },
      'orderBy sourcePort needs sourcePort among the selected dimensions',
    ],
  ] satisfies [string, Parameters<typeof question>[0], string][])('is %s', (_what, change, message) => {
    expect(() => build(change)).toThrow(message)
  })
})
