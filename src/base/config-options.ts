// The list of all configuration options, read from the schema: path, default, description and what is allowed.
import { z } from 'zod'
import { configSchema } from '../contract/config.ts'

/** `sections` is a list whose items have options of their own. */
type OptionKind = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'choice' | 'sections'

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
  /** Has to be given; only fields of a section can be. */
  readonly needed: boolean
  /** Of kind `sections`: the options of each item; their paths begin at the item and have no environment variable. */
  readonly fields: readonly ConfigOption[]
}

/** The part of JSON Schema that the configuration uses. */
interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly examples?: readonly string[]
  readonly required?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

const secretPaths: ReadonlySet<string> = new Set([
  'store.password',
  'alerts.smtp.password',
  'advertise.bgp.neighbors.password',
  'advertise.cloudflare.api_token',
  'advertise.webhook.secret',
  'captures.s3.access_key_id',
  'captures.s3.secret_access_key',
  'captures.gcs.access_key_id',
  'captures.gcs.secret_access_key',
])

export const environmentPrefix = 'DRAWBRIDGE_'

let described: readonly ConfigOption[] | undefined

/** Every option in the order of the schema. */
export function describeConfig(): readonly ConfigOption[] {
  // JSON Schema is zod's published way to look into a schema; its types leave the keywords open. It takes 10 ms.
  described ??= leaves(z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode, '', '')
  return described
}

/** Paths of the sections, without the root: `http`, `store`, `store.retention`. */
export function sectionPaths(options: readonly ConfigOption[]): Set<string> {
  const sections = new Set<string>()
  for (const { path } of options) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) sections.add(path.slice(0, dot))
  }
  return sections
}

/** The value of an option in a configuration, or of a field in a section of a list. */
export function optionValue(section: unknown, path: string): unknown {
  let value = section
  for (const name of path.split('.')) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return value
}

/** A list in the text form of environment variables and flags. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** @param list path of the list that `path` begins in; empty at the top */
function leaves(node: SchemaNode, path: string, list: string): ConfigOption[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const below = joined(path, name)
    if (child.properties !== undefined) return leaves(child, below, list)
    return [{ ...option(child, below, list), needed: list !== '' && (node.required ?? []).includes(name) }]
  })
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function option(node: SchemaNode, path: string, list: string): Omit<ConfigOption, 'needed'> {
  const full = joined(list, path)
  return {
    path,
    kind: kindOf(node),
    default: node.default,
    description: node.description ?? '',
    allowed: allowedBy(node),
    environment: list === '' ? environmentPrefix + path.replaceAll('.', '_').toUpperCase() : '',
    secret: secretPaths.has(full),
    fields: kindOf(node) === 'sections' ? leaves(node.items ?? {}, '', full) : [],
  }
}

function kindOf(node: SchemaNode): OptionKind {
  if (node.enum) return 'choice'
  if (node.type === 'array') return node.items?.properties ? 'sections' : 'list'
  if (node.type === 'integer' || node.type === 'number' || node.type === 'boolean') return node.type
  return 'text'
}

function allowedBy(node: SchemaNode): string {
  switch (kindOf(node)) {
    case 'choice':
      return alternatives(node.enum)
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number ${range(node)}`.trimEnd()
    case 'number':
      return `a number ${range(node)}`.trimEnd()
    case 'list':
      return `a list of ${countRange(node)}${items(node.items)}`
    case 'sections':
      return `a list of ${countRange(node)}sections with names and values`
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
  if (minItems !== undefined) return `at least ${minItems} of `
  return maxItems === undefined ? '' : `at most ${maxItems} `
}

function items(node: SchemaNode | undefined): string {
  if (node?.enum) return alternatives(node.enum)
  return node?.examples ? `texts like ${alternatives(node.examples)}` : 'texts'
}

/** `a, b or c` */
function alternatives(values: readonly string[] = []): string {
  return values.join(', ').replace(/, ([^,]*)$/, ' or $1')
}

function text(node: SchemaNode): string {
  if (node.format === 'uri') return 'an address like http://127.0.0.1:8123'
  if (node.examples) return `a text like ${alternatives(node.examples)}`
  if (node.pattern !== undefined) return 'a name of letters, digits and _ that begins with no digit'
  const least = node.minLength === undefined ? 'a text' : 'a text that is not empty'
  return node.maxLength === undefined ? least : `${least}, of at most ${node.maxLength} characters`
}
