// The filter that no flow passes.
import { dimensionNamed } from '../dimension-names.ts'
import type { FlowFilter } from '../flow-filter.ts'

/** A protocol of an empty list of protocols, of which every table knows the column. */
export const noFlow: FlowFilter = noFlowFilter()

function noFlowFilter(): FlowFilter {
  const dimension = dimensionNamed('protocol')
  if (dimension?.type !== 'column') throw new Error('flows have no protocol')
  return { dimension, operator: 'in', values: [] }
}
