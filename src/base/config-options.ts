// The list of all configuration options, read from the schema: path, default, description and what is allowed.
import { z } from 'zod'
import { configSchema, type Config } from '../contract/config.ts'

type OptionKind = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'choice'

export interface ConfigOption {
  /** Names joined by dots, as `store.retention.raw_days`. */
  readonly path: string
  readonly kind: OptionKind
  /** undefined where an option has none. */
  readonly default: unknown
  readonly description: string
  /** What values it takes, to be read after "has to be". */
  readonly allowed: string
  /** Environment variable that sets it. */
  readonly environment: string
  /** Its value is not shown in messages and dumps. */
  readonly secret: boolean
}

/** The part of JSON Schema that the configuration uses. */
interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
}

const secretPaths: ReadonlySet<string> = new Set(['store.password', 'alerts.smtp.password'])

export const environmentPrefix = 'DRAWBRIDGE_'

/** Every option in the order of the schema. */
export function describeConfig(): ConfigOption[] {
  // JSON Schema is zod's published way to look into a schema; its types leave the keywords open.
  return leaves(z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode, '')
}

/** Paths of the sections, without the root: `http`, `store`, `store.retention`. */
export function sectionPaths(options: readonly ConfigOption[]): Set<string> {
  const sections = new Set<string>()
  for (const { path } of options) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) sections.add(path.slice(0, dot))
  }
  return sections
}

/** The value of an option in a configuration. */
export function optionValue(config: Config, path: string): unknown {
  let value: unknown = config
  for (const name of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name]
  return value
}

/** A list in the text form of environment variables and flags. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function leaves(node: SchemaNode, path: string): ConfigOption[] {
  if (node.properties === undefined) return [option(node, path)]
  return Object.entries(node.properties).flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`))
}

function option(node: SchemaNode, path: string): ConfigOption {
  return {
    path,
    kind: kindOf(node),
    default: node.default,
    description: node.description ?? '',
    allowed: allowedBy(node),
    environment: environmentPrefix + path.replaceAll('.', '_').toUpperCase(),
    secret: secretPaths.has(path),
  }
}

function kindOf(node: SchemaNode): OptionKind {
  if (node.enum) return 'choice'
  if (node.type === 'array') return 'list'
  if (node.type === 'integer' || node.type === 'number' || node.type === 'boolean') return node.type
  return 'text'
}

function allowedBy(node: SchemaNode): string {
  switch (kindOf(node)) {
    case 'choice':
      return (node.enum ?? []).join(' or ')
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number ${range(node)}`.trimEnd()
    case 'number':
      return `a number ${range(node)}`.trimEnd()
    case 'list':
      return `a list of ${countRange(node)}texts`
    default:
      return text(node)
  }
}

function range({ minimum, maximum }: SchemaNode): string {
  // zod states the bounds of a safe integer where the schema has none.
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (from !== undefined && to !== undefined) return `from ${from} to ${to}`
  if (from !== undefined) return `of at least ${from}`
  return to === undefined ? '' : `of at most ${to}`
}

function countRange({ minItems, maxItems }: SchemaNode): string {
  if (minItems !== undefined && maxItems !== undefined) return `${minItems} to ${maxItems} `
  return maxItems === undefined ? '' : `at most ${maxItems} `
}

function text(node: SchemaNode): string {
  if (node.format === 'uri') return 'an address like http://127.0.0.1:8123'
  return node.pattern === undefined ? 'a text that is not empty' : 'a name of letters, digits and _ that begins with no digit'
}
