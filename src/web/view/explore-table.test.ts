import { describe, expect, it } from 'vitest'
import type { FlowFigures, FlowGroupView } from '../../contract/flow-question.ts'
import { bandsOf, chartedGroups, periodBefore, restColour } from './explore-chart.ts'
import { dimensionLabel, keyParts, keyText } from './explore-labels.ts'
import { moved } from './explore-order.ts'
import { answerRows, answerSeconds, changeOf, meanOf, sortedRows } from './explore-table.ts'

const figures = (bits: number, more: Partial<FlowFigures> = {}): FlowFigures => ({
  bits,
  packets: bits / 100,
  flows: 1,
  share: bits / 1000,
  bits_per_second: { average: bits / 60, p95: null, max: null },
  packets_per_second: { average: bits / 6000, p95: null, max: null },
  series: { bits: [bits, 2 * bits], packets: [1, 2] },
  ...more,
})
const group = (key: FlowGroupView['key'], bits: number, more: Partial<FlowFigures> = {}): FlowGroupView => ({
  key,
  labels: {},
  ...figures(bits, more),
})
const answer = {
  from: '2026-08-01T00:00:00Z',
  to: '2026-08-01T00:02:00Z',
  tier: 'raw',
  tier_reason: '',
  exact: true,
  complete: true,
  since: '2026-07-01T00:00:00Z',
  by: ['sourcePort'],
  groups: [],
  other: null,
  total: figures(1000),
  steps: { from: '2026-08-01T00:00:00Z', seconds: 60, count: 2 },
  inflation: null,
  question: { id: '', elapsed_ms: 1, rows_read: 1, bytes_read: 1 },
} as const
const options = {
  metric: 'bits',
  until: Number.POSITIVE_INFINITY,
  names: { rest: 'Other', total: 'Total', previous: 'Before', mirrored: (name: string) => `${name} back` },
} as const

describe('names', () => {
  it.each([
    ['sourceAS', 'Source AS'],
    ['ipTtl', 'IP TTL'],
    ['ipToS', 'IP ToS'],
    ['sourceASName', 'Source AS name'],
    ['datetimeFiveMinutes', 'Five minutes'],
    ['date', 'Day'],
    ['tcpFlagsString', 'TCP flags string'],
  ])('%s is %s', (name, label) => {
    expect(dimensionLabel(name)).toBe(label)
  })

  it('of values are those that the server or the page knows', () => {
    const one = { key: { sourceAS: 64500, destinationPort: 443, ipTtl: 64 }, labels: { sourceAS: 'Example' } }
    expect(keyText(keyParts(one, ['sourceAS', 'destinationPort', 'ipTtl']))).toBe('AS64500 Example · 443 https · 64')
    expect(keyText(keyParts({ key: { routerAddress: '192.0.2.1' }, labels: { routerAddress: 'edge-1' } }, ['routerAddress']))).toBe(
      'edge-1 192.0.2.1',
    )
  })
})

describe('rows', () => {
  const rows = answerRows([group({ sourcePort: 9 }, 500), group({ sourcePort: 80 }, 300), group({ sourcePort: 7 }, 100)], ['sourcePort'])
  const order = (column: Parameters<typeof sortedRows>[1]['column'], ascending: boolean) =>
    sortedRows(rows, { column, ascending }, 'bits').map(({ figures }) => figures.bits)

  it('are sorted by any column, keys as numbers', () => {
    expect(order('average', true)).toEqual([100, 300, 500])
    expect(order('share', false)).toEqual([500, 300, 100])
    expect(order('key', true)).toEqual([100, 500, 300])
  })

  it('that are written alike are told apart', () => {
    const alike = answerRows([group({ sourceAS: 0 }, 1), group({ sourceAS: 0 }, 2)], ['sourceAS'])
    expect(alike.map(({ text }) => text)).toEqual(['unknown', 'unknown (2)'])
  })

  it('say what changed', () => {
    const before = (bits: number) => figures(200, { previous: { bits, packets: 1, flows: 1 } })
    expect(changeOf(before(100), 'bits')).toBe(1)
    expect(changeOf(before(0), 'bits')).toBe('new')
    expect(changeOf(figures(200, { previous: null }), 'bits')).toBeUndefined()
    expect(meanOf(before(1200).previous, 'bits', answerSeconds(answer))).toBe(10)
    expect(meanOf(null, 'bits', 60)).toBeUndefined()
  })
})

describe('bands', () => {
  const many = Array.from({ length: chartedGroups + 2 }, (_, port) => group({ sourcePort: port + 50_000 }, 10))

  it('join the last groups and what is in none of them', () => {
    const rows = answerRows(many, answer.by)
    const bands = bandsOf({ ...answer, other: figures(5) }, { rows, before: undefined }, options)
    expect(bands).toHaveLength(chartedGroups + 1)
    const start = Date.parse(answer.from)
    const values = [
      [start, 25],
      [start + 60_000, 50],
    ]
    expect(bands.at(-1)).toEqual({ name: 'Other', colour: restColour, role: 'band', points: values })
  })

  it('end where not all flows had come yet', () => {
    const rows = answerRows(many, answer.by)
    const until = Date.parse(answer.from) + 119_000
    expect(bandsOf(answer, { rows, before: undefined }, { ...options, until })[0]?.points).toHaveLength(1)
  })

  it('of a question without a key are the total alone', () => {
    expect(bandsOf({ ...answer, by: [] }, { rows: [], before: undefined }, options).map(({ name }) => name)).toEqual(['Total'])
  })

  it('mirror the other direction, and lay the period before over it', () => {
    const rows = answerRows(
      [group({ sourcePort: 1 }, 10, { reverse: { bits: 4, packets: 1, flows: 1, series: { bits: [4, 0], packets: [1, 0] } } })],
      answer.by,
    )
    const before = { ...answer, ...periodBefore(answer) }
    const bands = bandsOf(answer, { rows, before }, options)
    expect(bands.map(({ name, role, points }) => [name, role, points.map(([, value]) => value)])).toEqual([
      ['1', 'band', [10, 20]],
      ['1 back', 'mirrored', [-4, 0]],
      ['Before', 'ghost', [1000, 2000]],
    ])
    expect(before).toMatchObject({ from: '2026-07-31T23:58:00.000Z', to: '2026-08-01T00:00:00.000Z' })
  })
})

describe('the order of a key', () => {
  it('changes by one place', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
  })
})
