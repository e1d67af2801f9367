// Gives the variables of a document the types of the places where they are used. Clients of the original declare
// `$accountTag: String!` as well as `string!`, `Int` for uint64 and `String` for Time; all of them are meant the same.
import {
  getNamedType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql/index.js'

const integers = ['Int', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']
const families: readonly (readonly string[])[] = [
  ['String', 'ID', 'string', 'bytes', 'Time', 'Date'],
  [...integers, 'Float', 'float32', 'float64'],
  ['Boolean', 'bool'],
]

/** A document in which every variable has the type of its use, where the two are of one family. */
export function withVariableTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const uses = variableUses(document, schema)
  return visit(document, {
    VariableDefinition: (node) => {
      const type = typeFor(node, uses.get(node.variable.name.value) ?? [])
      return type ? { ...node, type } : undefined
    },
  })
}

function variableUses(document: DocumentNode, schema: GraphQLSchema): Map<string, GraphQLInputType[]> {
  const uses = new Map<string, GraphQLInputType[]>()
  const info = new TypeInfo(schema)
  const visitor = {
    // Not the definition itself, only uses.
    VariableDefinition: () => false,
    Variable: (node: { readonly name: { readonly value: string } }) => {
      const type = info.getInputType()
      if (type) uses.set(node.name.value, [...(uses.get(node.name.value) ?? []), type])
    },
  }
  visit(document, visitWithTypeInfo(info, visitor))
  return uses
}

function typeFor(definition: VariableDefinitionNode, uses: readonly GraphQLInputType[]): TypeNode | undefined {
  const [use] = uses
  if (!use || !compatible(declaredName(definition.type), getNamedType(use).name)) return undefined
  const required = definition.type.kind === Kind.NON_NULL_TYPE || uses.some((type) => isNonNullType(type))
  const node = typeNode(isNonNullType(use) ? use.ofType : use)
  return required && node.kind !== Kind.NON_NULL_TYPE ? { kind: Kind.NON_NULL_TYPE, type: node } : node
}

function declaredName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : declaredName(type.type)
}

function compatible(declared: string, used: string): boolean {
  return declared === used || families.some((family) => family.includes(declared) && family.includes(used))
}

function typeNode(type: GraphQLInputType): TypeNode {
  if (isListType(type)) return { kind: Kind.LIST_TYPE, type: typeNode(type.ofType) }
  if (isNonNullType(type)) {
    const inner = typeNode(type.ofType)
    // NonNull of NonNull cannot be built, so the inner node is a name or a list.
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner }
  }
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } }
}
