// Reads from the selection set of a dataset node what it asks for: dimensions, sums, rates, intervals.
import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
} from 'graphql/index.js'
import { flowDimension, type FlowDimension } from '../../query/flow-dimensions.ts'
import { flowRates, flowTotalNames, type FlowTotal } from '../../query/flow-metrics.ts'

export interface GroupSelection {
  /** In the order in which they are first named. */
  readonly dimensions: readonly FlowDimension[]
  readonly sums: ReadonlySet<FlowTotal>
  readonly sampleInterval: boolean
  readonly confidence: boolean
  /** Fields of the answer's groups; one that is asked for under two names is two. */
  readonly fields: number
}

/** The fields below some nodes, fragments opened, skipped ones left out. Validation has refused cyclic fragments. */
function* fieldsBelow(nodes: readonly FieldNode[], info: GraphQLResolveInfo): Generator<FieldNode> {
  for (const node of nodes) yield* opened(node.selectionSet?.selections ?? [], info)
}

function* opened(selections: readonly SelectionNode[], info: GraphQLResolveInfo): Generator<FieldNode> {
  for (const selection of selections) {
    if (!isWanted(selection, info)) continue
    if (selection.kind === Kind.FIELD) yield selection
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* opened(selection.selectionSet.selections, info)
    else yield* opened(info.fragments[selection.name.value]?.selectionSet.selections ?? [], info)
  }
}

function isWanted(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false
}

/** What the node of a resolver asks for. */
export function groupSelection(info: GraphQLResolveInfo): GroupSelection {
  const parts = [...fieldsBelow(info.fieldNodes, info)]
  const named = (name: string) => parts.filter((node) => node.name.value === name)
  const names = (part: string) => new Set([...fieldsBelow(named(part), info)].map((node) => node.name.value))
  const sums = new Set<FlowTotal>(flowTotalNames.filter((name) => names('sum').has(name)))
  for (const name of names('avg')) {
    const rate = flowRates.get(name)
    if (rate) sums.add(rate.sum)
  }
  const dimensions = [...names('dimensions')].map(flowDimension).filter((dimension) => dimension !== undefined)
  const confidence = named('confidence').length > 0
  const answered = (part: string) => new Set([...fieldsBelow(named(part), info)].map(({ alias, name }) => (alias ?? name).value)).size
  const fields = answered('dimensions') + answered('sum') + answered('avg') + (confidence ? 1 : 0)
  return { dimensions, sums, sampleInterval: names('avg').has('sampleInterval'), confidence, fields }
}
