// The statement for flows by interface: golden text, bound values.
import { expect, it } from 'vitest'
import { noOverrides } from './applied-rate.ts'
import { interfaceFlowsSql } from './interface-flows.ts'

const question = { account: 3, from: 1_700_000_040, to: 1_700_000_340, overrides: noOverrides, router: undefined }

it('reads the minute sums of an account, each flow for its interface in and its interface out', () => {
  const { sql, params } = interfaceFlowsSql(question)
  expect(sql).toBe(
    [
      'SELECT router, side.1 AS outgoing, side.2 AS if_index, sum(toFloat64(bytes) * sampling_rate) AS bytes_sum,',
      "  sum(toFloat64(bytes + if(export_protocol = 'sflow5', 0, packets * 18)) * sampling_rate) AS framed_sum,",
      '  sum(toFloat64(packets)) AS samples, sum(toFloat64(bytes)) AS exported,',
      "  sumIf(toFloat64(bytes), sampling_source IN ('unknown', 'account', 'router')) AS assumed",
      'FROM flows_1m',
      'ARRAY JOIN [(0, in_if), (1, out_if)] AS side',
      "WHERE account = {p0:UInt16} AND time_received >= toDateTime({p1:UInt32}, 'UTC') AND time_received < toDateTime({p2:UInt32}, 'UTC')",
      '  AND side.2 > 0',
      'GROUP BY router, outgoing, if_index',
      'ORDER BY bytes_sum DESC, router, outgoing, if_index',
      'LIMIT 2048 BY router',
      'LIMIT 32768',
    ].join('\n'),
  )
  expect(params).toEqual({ p0: 3, p1: 1_700_000_040, p2: 1_700_000_340 })
})

it('scales what a router did not tell by the factor that is set for it, and can ask for one router', () => {
  const { sql, params } = interfaceFlowsSql({ ...question, overrides: new Map([['192.0.2.1', 500]]), router: '192.0.2.1' })
  expect(sql).toContain(
    "if(sampling_source IN ('unknown', 'account'), transform(router, {p4:Array(IPv6)}, {p5:Array(UInt32)}, sampling_rate)",
  )
  expect(sql).toContain('AND side.2 > 0 AND router = {p3:IPv6}')
  expect(params).toMatchObject({ p3: '::ffff:192.0.2.1', p4: ['::ffff:192.0.2.1'], p5: [500] })
})
