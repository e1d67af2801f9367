// Compiling templates: looking only at the columns that a template can fill chooses what looking at all would choose.
import fc from 'fast-check'
import { batchColumns } from '../contract/flow-batch.ts'
import { describe, expect, it } from 'vitest'
import { flowColumns } from '../contract/flow-columns.ts'
import { chooseCopies, compileCopies, fieldsByElement, sharedSources } from './field-copy.ts'

const elements = [...new Set(flowColumns.flatMap((column): readonly number[] => column.elements))]

describe('the copies of a template', () => {
  it('are the same whether all columns are asked or those that its elements may fill', () => {
    const field = fc.record({
      element: fc.oneof(fc.constantFrom(...elements), fc.nat(500)),
      enterprise: fc.constantFrom(0, 0, 0, 29_305),
      length: fc.constantFrom(1, 2, 3, 4, 6, 8, 16, 65_535),
    })
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 30 }), (fields) => {
        const among = fieldsByElement(fields, 0)
        expect(compileCopies(fields)).toEqual(chooseCopies(fields, (column) => sharedSources(column, among), batchColumns))
      }),
    )
  })
})
