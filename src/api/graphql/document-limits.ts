// Bounds on a document before anything is done with it: depth, fields with all fragments opened, dataset nodes.
import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql/index.js'
import { dataset } from './dataset-names.ts'

/** Words and signs. The introspection query of GraphiQL has about 500; a list of 500 ids takes 1000. */
export const maxTokens = 10_000
/** The introspection query of GraphiQL is 15 deep. */
const maxDepth = 20
/** Aliases and fragments can name a field many times; a page of ours asks for about 200. */
const maxFields = 5000
/** Each is one query of the store. */
const maxDatasetNodes = 32

/** @throws GraphQLError */
export function checkDocument(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) new Counter(fragments).count(definition.selectionSet, 1)
  }
}

class Counter {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private readonly open = new Set<string>()
  private fields = 0
  private datasetNodes = 0

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.fragments = fragments
  }

  count({ selections }: SelectionSetNode, depth: number): void {
    if (depth > maxDepth) throw new GraphQLError(`query is nested more than ${maxDepth} levels deep`)
    for (const selection of selections) {
      // Fragments count too: empty ones that open one another must not run on for ever.
      if (++this.fields > maxFields) throw new GraphQLError(`query has more than ${maxFields} fields`)
      if (selection.kind === Kind.FRAGMENT_SPREAD) this.countFragment(selection.name.value, depth)
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.count(selection.selectionSet, depth)
      else {
        if (selection.name.value === dataset) this.countDatasetNode()
        if (selection.selectionSet) this.count(selection.selectionSet, depth + 1)
      }
    }
  }

  private countDatasetNode(): void {
    if (++this.datasetNodes > maxDatasetNodes) throw new GraphQLError(`query has more than ${maxDatasetNodes} dataset nodes`)
  }

  // A cycle is left to validation, which names it.
  private countFragment(name: string, depth: number): void {
    const fragment = this.fragments.get(name)
    if (!fragment || this.open.has(name)) return
    this.open.add(name)
    this.count(fragment.selectionSet, depth)
    this.open.delete(name)
  }
}
