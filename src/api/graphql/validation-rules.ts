// GraphQL's validation rules with error texts as clients of the original know them (contract §2.6).
import {
  FieldsOnCorrectTypeRule,
  GraphQLError,
  Kind,
  KnownArgumentNamesRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  specifiedRules,
  ValuesOfCorrectTypeRule,
  type ASTNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql/index.js'

/** Text for an error of a rule; `field` is the field in whose arguments or place it was found. */
type Wording = (error: GraphQLError, field: string) => string

const nodeName = (node: ASTNode | undefined) => (node && 'name' in node && node.name?.kind === Kind.NAME ? node.name.value : '')

const argumentWording: Wording = ({ message }, field) => `error parsing args for "${field}": ${message}`

const wordings = new Map<ValidationRule, Wording>([
  [FieldsOnCorrectTypeRule, ({ nodes }) => `unknown field "${nodeName(nodes?.[0])}"`],
  [KnownArgumentNamesRule, ({ nodes }) => `unknown arg "${nodeName(nodes?.[0])}"`],
  [ProvidedRequiredArgumentsRule, argumentWording],
  [ValuesOfCorrectTypeRule, argumentWording],
  [
    ScalarLeafsRule,
    ({ nodes }) => {
      const [node] = nodes ?? []
      const hasSelections = node?.kind === Kind.SELECTION_SET || (node?.kind === Kind.FIELD && node.selectionSet !== undefined)
      return hasSelections ? 'scalar fields must have no selections' : 'object field must have selections'
    },
  ],
])

// The rule runs as it is; only what it reports gets another text.
function reworded(rule: ValidationRule, wording: Wording): ValidationRule {
  return (context: ValidationContext) => {
    const report = (error: GraphQLError) => {
      const message = wording(error, context.getFieldDef()?.name ?? '')
      context.reportError(new GraphQLError(message, { nodes: error.nodes ?? null }))
    }
    // A context that is the given one but for reportError; its state is in plain properties, so inheritance reaches it.
    return rule(Object.create(context, { reportError: { value: report } }) as ValidationContext)
  }
}

export const validationRules: readonly ValidationRule[] = specifiedRules.map((rule) => {
  const wording = wordings.get(rule)
  return wording ? reworded(rule, wording) : rule
})
