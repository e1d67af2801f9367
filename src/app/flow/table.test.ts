import { describe, expect, it } from 'vitest'
import type { FlowAnswerView, FlowFigures } from '../../contract/flow-question.ts'
import { answerTable, readAnswerFormat } from './table.ts'

const rate = (average: number) => ({ average, p95: null, max: average * 2 })

const figures: FlowFigures = { bits: 80, packets: 4, flows: 2, share: 0.5, bits_per_second: rate(8), packets_per_second: rate(0.5) }

const answer: FlowAnswerView = {
  from: '2026-01-01T11:00:00Z',
  to: '2026-01-01T12:00:00Z',
  tier: 'raw',
  tier_reason: 'every flow: it was asked for',
  exact: true,
  complete: true,
  since: '2025-12-25T12:00:00Z',
  by: ['sourceAS', 'ruleIDs', 'tcpFlagsString'],
  groups: [
    { key: { sourceAS: 13_335, ruleIDs: ['aa', 'bb'], tcpFlagsString: 'SYN,ACK' }, labels: { sourceAS: '=HYPERLINK("x")' }, ...figures },
    { key: { sourceAS: 0, ruleIDs: [], tcpFlagsString: '-1' }, labels: { ruleIDs: 'my "rule"\nof two' }, ...figures },
  ],
  other: null,
  total: { ...figures, bits: 160 },
  inflation: null,
  question: { id: 'b6d3', elapsed_ms: 3, rows_read: 10, bytes_read: 100 },
}

async function text({ body }: ReturnType<typeof answerTable>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('an answer as CSV', () => {
  it('has a header, a row for each group and the total, and no formula', async () => {
    const table = answerTable(answer, 'csv')
    expect(table.fileName).toBe('flows-20260101T110000Z.csv')
    expect((await text(table)).split('\r\n')).toEqual([
      'row,sourceAS,sourceAS_label,ruleIDs,ruleIDs_label,tcpFlagsString,bits,packets,flows,share,' +
        'bits_per_second,bits_per_second_p95,bits_per_second_max,packets_per_second,packets_per_second_p95,packets_per_second_max',
      `group,13335,"'=HYPERLINK(""x"")",aa bb,,"SYN,ACK",80,4,2,0.5,8,,16,0.5,,1`,
      `group,0,,,"my ""rule""\nof two",'-1,80,4,2,0.5,8,,16,0.5,,1`,
      'total,,,,,,160,4,2,0.5,8,,16,0.5,,1',
      '',
    ])
  })

  it('has columns for the period before, empty where it is not kept, and for the other direction', async () => {
    const sums = { bits: 1, packets: 2, flows: 3 }
    const more = { ...figures, reverse: sums }
    const compared = { ...answer, by: [], groups: [], other: { ...more, previous: null }, total: { ...more, previous: sums } }
    const [header, ...rows] = (await text(answerTable(compared, 'csv'))).trimEnd().split('\r\n')
    expect(header?.endsWith(',previous_bits,previous_packets,previous_flows,reverse_bits,reverse_packets,reverse_flows')).toBe(true)
    expect(rows.map((row) => row.split(',').slice(-6).join(','))).toEqual([',,,1,2,3', '1,2,3,1,2,3'])
  })
})

describe('an answer as lines of JSON', () => {
  it('has all that the answer says of a row', async () => {
    const lines = (await text(answerTable({ ...answer, other: figures }, 'ndjson'))).trimEnd().split('\n')
    const { groups, total } = answer
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      ...groups.map((group) => Object.assign({ row: 'group' }, group)),
      { row: 'other', ...figures },
      { row: 'total', ...total },
    ])
  })
})

describe('the format of an answer', () => {
  it('is JSON unless another is asked for', () => {
    expect([{}, { format: 'csv' }, { format: 'ndjson' }].map(readAnswerFormat)).toEqual(['json', 'csv', 'ndjson'])
    expect(() => readAnswerFormat({ format: 'xml' })).toThrow('format must be one of json, csv, ndjson')
  })
})
