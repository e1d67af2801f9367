// What the command palette finds, and in which order.
import { expect, it } from 'vitest'
import { matching, type PaletteItem } from './palette-items.ts'

const item = (name: string, detail?: string): PaletteItem => ({ id: name, name, detail, run: () => {} })
const found = (items: readonly PaletteItem[], typed: string) => matching(items, typed).map(({ name }) => name)

it('finds by every word, in name and detail, whatever the case', () => {
  const items = [item('core-1', '192.0.2.9'), item('edge-1', '192.0.2.1'), item('Edge-2', '198.51.100.1')]
  expect(found(items, 'EDGE')).toEqual(['edge-1', 'Edge-2'])
  expect(found(items, '192 edge')).toEqual(['edge-1'])
  expect(found(items, '2001:db8')).toEqual([])
})

it('puts first what begins with it, and stops after six', () => {
  const many = ['a web', 'b web', 'c web', 'd web', 'e web', 'f web', 'web-1'].map((name) => item(name))
  expect(found(many, 'web')).toEqual(['web-1', 'a web', 'b web', 'c web', 'd web', 'e web'])
})
