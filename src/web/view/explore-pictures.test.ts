// Tests what the Sankey diagram and the heat map are drawn from.
import { describe, expect, it } from 'vitest'
import type { FlowAnswerView, FlowFigures, FlowGroupView } from '../../contract/flow-question.ts'
import { restColour, type Band } from './explore-chart.ts'
import { heatMapOf, sankeyOf } from './explore-pictures.ts'
import { answerRows } from './explore-table.ts'

function figures(average: number): FlowFigures {
  const rate = { average, p95: null, max: null }
  return { bits: average, packets: average, flows: 1, share: 0, bits_per_second: rate, packets_per_second: rate }
}

function answerOf(by: readonly string[], groups: readonly (readonly [FlowGroupView['key'], number])[], other: number): FlowAnswerView {
  return {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-01T01:00:00Z',
    tier: 'raw',
    tier_reason: '',
    exact: true,
    complete: true,
    since: '2026-01-01T00:00:00Z',
    by,
    groups: groups.map(([key, average]) => ({ ...figures(average), key, labels: {} })),
    other: other === 0 ? null : figures(other),
    total: figures(0),
    inflation: null,
    question: { id: '', elapsed_ms: 0, rows_read: 0, bytes_read: 0 },
  }
}

function drawn(answer: FlowAnswerView) {
  const { nodes, links } = sankeyOf(answerRows(answer.groups, answer.by), { metric: 'bits', total: 'Total' })
  const label = (id: string) => nodes.find((node) => node.id === id)?.label
  return {
    nodes: nodes.map(({ label: written, column, value }) => [written, column, value]),
    links: links.map(({ source, target, value }) => [label(source), label(target), value]),
  }
}

describe('a Sankey diagram', () => {
  it('joins what groups have in common, column by column', () => {
    const groups = [
      [{ sourcePort: 53, protocol: 17 }, 5],
      [{ sourcePort: 53, protocol: 6 }, 3],
      [{ sourcePort: 123, protocol: 17 }, 2],
    ] as const
    expect(drawn(answerOf(['sourcePort', 'protocol'], groups, 4))).toEqual({
      nodes: [
        ['53 dns', 0, 8],
        ['UDP 17', 1, 7],
        ['TCP 6', 1, 3],
        ['123 ntp', 0, 2],
      ],
      links: [
        ['53 dns', 'UDP 17', 5],
        ['53 dns', 'TCP 6', 3],
        ['123 ntp', 'UDP 17', 2],
      ],
    })
  })

  it('goes from the total where there is one dimension only', () => {
    expect(drawn(answerOf(['sourcePort'], [[{ sourcePort: 53 }, 5]], 0)).links).toEqual([['Total', '53 dns', 5]])
  })

  it('does not join equal values of different columns', () => {
    const { nodes } = drawn(answerOf(['sourcePort', 'destinationPort'], [[{ sourcePort: 53, destinationPort: 53 }, 5]], 0))
    expect(nodes).toEqual([
      ['53 dns', 0, 5],
      ['53 dns', 1, 5],
    ])
  })

  it('follows fifty paths at the most', () => {
    const groups = Array.from({ length: 60 }, (_, port) => [{ sourcePort: 40_000 + port }, 1] as const)
    const { nodes } = drawn(answerOf(['sourcePort'], groups, 5))
    expect(nodes).toHaveLength(51)
  })
})

function band(name: string, values: readonly number[], role: Band['role'] = 'band'): Band {
  return { name, colour: '#000', role, points: values.map((value, index) => [index * 1000, value]) }
}

describe('a heat map', () => {
  it('has a row for each group, the first at the top, and leaves out the rest and lines of comparison', () => {
    const map = heatMapOf([
      band('a', [1, 2]),
      band('b', [3, 4]),
      band('before', [9, 9], 'ghost'),
      { ...band('rest', [9, 9]), colour: restColour },
    ])
    expect(map).toEqual({ times: [0, 1000], names: ['a', 'b'], cells: [[0, 1, 1], [1, 1, 2], [0, 0, 3], [1, 0, 4]], most: 4 }) // prettier-ignore
  })

  it('shows the largest of the steps that share a column', () => {
    const values = Array.from({ length: 400 }, (_, index) => (index === 399 ? 7 : 1))
    const map = heatMapOf([band('a', values)])
    expect(map.times.length).toBeLessThanOrEqual(180)
    expect(map.cells.at(-1)?.[2]).toBe(7)
  })

  it('is empty without groups', () => {
    expect(heatMapOf([])).toEqual({ times: [], names: [], cells: [], most: 0 })
  })
})
