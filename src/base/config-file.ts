// Reads the configuration file into single assignments that remember their line.
import { readFileSync } from 'node:fs'
import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type Pair } from 'yaml'
import { ConfigError, type ConfigProblem } from './config-error.ts'

/** One value for one option. */
export interface Assignment {
  readonly path: string
  readonly value: unknown
  /** As in ConfigProblem. */
  readonly where: string
}

// Far above any real file; keeps a wrong path (a database, a device) from filling the memory.
const largestFile = 4 * 1024 * 1024

/**
 * The assignments of a YAML file, one an option or unknown key.
 * @param sections paths that hold further keys
 * @throws ConfigError when the file cannot be read or is not YAML
 */
export function readConfigFile(file: string, sections: ReadonlySet<string>): Assignment[] {
  const lines = new LineCounter()
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map((error): ConfigProblem => ({
    where: `${file}:${lines.linePos(error.pos[0]).line}`,
    message: `not valid YAML: ${error.message}`,
  }))
  if (problems.length > 0) throw new ConfigError(problems)
  const walk: Walk = { document, sections, where: (offset) => `${file}:${lines.linePos(offset).line}` }
  const root = document.contents
  if (root === null || isEmpty(root)) return []
  if (!isMap(root)) throw new ConfigError([{ where: walk.where(root.range?.[0] ?? 0), message: 'the file has to hold names and values' }])
  return assignments(root, '', walk)
}

interface Walk {
  readonly document: Document
  readonly sections: ReadonlySet<string>
  readonly where: (offset: number) => string
}

function readText(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new ConfigError([{ where: file, message: reason }])
  }
  if (text.length > largestFile) throw new ConfigError([{ where: file, message: 'the file is larger than 4 MiB' }])
  return text
}

function assignments(node: Node, prefix: string, walk: Walk): Assignment[] {
  return isMap(node) ? (node.items as Pair<Node | null, Node | null>[]).flatMap((pair) => assignment(pair, prefix, walk)) : []
}

function assignment(pair: Pair<Node | null, Node | null>, prefix: string, walk: Walk): Assignment[] {
  const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
  const path = prefix === '' ? name : `${prefix}.${name}`
  const where = walk.where(pair.key?.range?.[0] ?? 0)
  const node = isAlias(pair.value) ? (pair.value.resolve(walk.document) ?? null) : pair.value
  if (walk.sections.has(path) && isMap(node)) return assignments(node, path, walk)
  // A name without a value, as left behind when all lines of a section are commented out.
  if (node === null || isEmpty(node)) return walk.sections.has(path) ? [] : [{ path, value: undefined, where }]
  return [{ path, value: plainValue(node, where, walk), where }]
}

function plainValue(node: Node, where: string, walk: Walk): unknown {
  try {
    return node.toJS(walk.document, { maxAliasCount: 100 })
  } catch (error) {
    throw new ConfigError([{ where, message: `the aliases cannot be resolved: ${(error as Error).message}` }])
  }
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null
}
