// The values of the orderBy enum and what each orders by.
import { flowDimensions } from '../../query/flow-dimensions.ts'
import type { FlowOrder } from '../../query/flow-groups.ts'
import { flowRates, flowTotalNames } from '../../query/flow-metrics.ts'

function both(name: string, order: (descending: boolean) => FlowOrder): [string, FlowOrder][] {
  return [
    [`${name}_ASC`, order(false)],
    [`${name}_DESC`, order(true)],
  ]
}

/** By the name of the enum value: dimensions, then sums, then averages. A rate orders as its sum does. */
export const orderValues: ReadonlyMap<string, FlowOrder> = new Map([
  ...flowDimensions.flatMap((dimension) => both(dimension.name, (descending) => ({ dimension, descending }))),
  ...flowTotalNames.flatMap((sum) => both(`sum_${sum}`, (descending) => ({ measure: sum, descending }))),
  ...both('avg_sampleInterval', (descending) => ({ measure: 'sampleInterval', descending })),
  ...[...flowRates].flatMap(([name, { sum }]) => both(`avg_${name}`, (descending) => ({ measure: sum, descending }))),
])
