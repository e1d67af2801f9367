import { describe, expect, it } from 'vitest'
import { plotSeries } from './series-plot.ts'

const label = (value: number) => String(value)
const points = (values: readonly number[]) => values.map((value, index) => ({ time: 1_767_225_600 + index * 60, value }))

describe('plotSeries', () => {
  it('draws values as columns and the limit as a line through them', () => {
    const plot = plotSeries(points([0, 2, 8, 4]), 4, { columns: 40, rows: 4 }, label)
    expect(plot.split('\n')).toEqual([
      '        8 │  █ ',
      '        4 │╌╌█╌',
      '          │  ██',
      '        0 │ ███',
      '           2026-01-01T00:00Z',
      '',
    ])
  })

  it('keeps the largest of what falls into one column', () => {
    const [first = ''] = plotSeries(points([1, 9, 1, 1, 3, 1]), null, { columns: 13, rows: 1 }, label).split('\n')
    expect(first).toBe('        9 │█▃')
  })

  it('shows a limit above everything', () => {
    const lines = plotSeries(points([1, 1]), 100, { columns: 40, rows: 2 }, label).split('\n')
    expect(lines[0]).toBe('      100 │╌╌')
  })

  it('says that there is nothing', () => {
    expect(plotSeries(points([0, 0]), null, { columns: 40, rows: 2 }, label)).toBe('no traffic\n')
    expect(plotSeries([], null, { columns: 40, rows: 2 }, label)).toBe('no traffic\n')
  })
})
