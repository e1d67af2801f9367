// The list of dimensions, for pickers and scripts: how they are called, what they hold, where and how they can be asked.
import { flowColumn } from '../../contract/flow-columns.ts'
import type { AnswerTier, FlowDimensionView } from '../../contract/flow-question.ts'
import { namesOf } from '../../query/dimension-names.ts'
import { baseDimensions, flowDimensions, type BaseDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { tiersThatKeep } from '../../query/flow-tiers.ts'
import { valuesOf } from '../../query/language/flow-values.ts'
import type { Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError forbidden */
export function listDimensions(principal: Principal): FlowDimensionView[] {
  requireScope(principal, 'analytics:read')
  return flowDimensions.map((dimension) => ({
    name: dimension.name,
    other_names: namesOf(dimension).filter((name) => name !== dimension.name),
    description: dimension.description,
    unit: dimension.type === 'column' ? flowColumn[dimension.column].unit : '',
    tiers: tiersOf(dimension),
    extension: dimension.extension,
    operators: dimension.type === 'named' ? [] : operatorsOf(dimension),
  }))
}

function tiersOf(dimension: FlowDimension): AnswerTier[] {
  const bases = baseDimensions([dimension])
  const columns = new Set(bases.flatMap((base) => (base.type === 'column' ? [base.column] : [])))
  return tiersThatKeep({ columns, bucket: Math.min(...bases.map((base) => (base.type === 'time' ? base.seconds : Infinity))) })
}

function operatorsOf(dimension: BaseDimension): string[] {
  const equality = ['==', '!=', 'in']
  if (dimension.type === 'column' && dimension.kind === 'ids') return equality
  const { isText, inOrder } = valuesOf(dimension)
  const isNumber = dimension.type === 'column' && dimension.kind === 'number'
  return [...equality, ...(inOrder === undefined ? [] : ['<', '<=', '>', '>=']), ...(isText ? ['like'] : []), ...(isNumber ? ['&'] : [])]
}
