// Holds the code to ARCHITECTURE.md: folders, who imports whom, opening comments, sizes, default exports.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

import { describe, expect, it } from 'vitest'

const root = dirname(import.meta.dirname)
const source = join(root, 'src')

interface FolderRow {
  readonly charter: string
  readonly mayImport: readonly string[]
}

interface SourceFile {
  /** Path under the repository, with slashes. */
  readonly path: string
  readonly text: string
  /** Folder under src/, or undefined outside of it. */
  readonly folder: string | undefined
  /** Tests and their helpers may use any folder: they build scenes out of real parts. */
  readonly isTest: boolean
}

/** Rows of the table under the heading "Folders": `| name | charter | names |`. */
function folderTable(): Map<string, FolderRow> {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const section = /^## Folders$([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? ''
  const rows = section
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5 && /^[a-z]+$/.test(cells[1] ?? '') && cells[3] !== 'may import')
  return new Map(
    rows.map(([, folder = '', charter = '', names = '']) => [
      folder,
      { charter, mayImport: names.split(', ').filter((name) => name !== '–') },
    ]),
  )
}

function filesUnder(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => describeFile(join(entry.parentPath, entry.name)))
}

function describeFile(path: string): SourceFile {
  const [folder, ...rest] = relative(source, path).split(sep)
  const isUnderSource = path.startsWith(source + sep) && rest.length > 0
  return {
    path: relative(root, path).replaceAll(sep, '/'),
    text: readFileSync(path, 'utf8'),
    folder: isUnderSource ? folder : undefined,
    isTest: /\.test\.tsx?$/.test(path) || rest.includes('testing'),
  }
}

/** Relative paths that a file names in imports (static, type-only, dynamic), re-exports and `new URL(…, import.meta.url)`. */
function importedPaths(text: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\s*\(|\bnew URL\s*\()\s*['"](\.{1,2}\/[^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}

/** Folders under src/ that a file reaches into, other than its own; 'outside' for files elsewhere in the repository. */
function importedFolders(file: SourceFile): string[] {
  const folders = importedPaths(file.text).map((path) => {
    const target = resolve(root, dirname(file.path), path)
    // The version is read from there.
    if (target === join(root, 'package.json')) return file.folder ?? ''
    if (!target.startsWith(source + sep)) return 'outside'
    return relative(source, target).split(sep)[0] ?? ''
  })
  return folders.filter((folder) => folder !== file.folder)
}

/** A path through the graph that comes back to its start, or undefined. */
function findCycle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>()
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node])
      if (cycle) return cycle
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const cycle = visit(node, [])
    if (cycle) return cycle
  }
  return undefined
}

const table = folderTable()
const sources = filesUnder('src')
const everything = [...sources, ...filesUnder('bin'), ...filesUnder('test'), ...filesUnder('bench')]

describe('the architecture', () => {
  it('lists every folder of src, and no folder that is not there', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map((entry) => entry.name).toSorted()).toEqual([...table.keys()].toSorted())
  })

  it('gives every folder a charter and imports that are folders themselves', () => {
    const rows = [...table]
    const silent = rows.filter(([, { charter }]) => charter === '').map(([folder]) => folder)
    const unknown = rows.flatMap(([, { mayImport }]) => mayImport.filter((name) => !table.has(name)))
    expect({ silent, unknown }).toEqual({ silent: [], unknown: [] })
  })

  it('keeps source files in folders', () => {
    expect(sources.filter((file) => file.folder === undefined && !file.isTest).map((file) => file.path)).toEqual([])
  })

  it('lets a file import only what the row of its folder allows', () => {
    const wrong = sources
      .filter((file) => file.folder !== undefined && !file.isTest)
      .flatMap((file) => {
        const allowed = table.get(file.folder ?? '')?.mayImport ?? []
        return importedFolders(file)
          .filter((folder) => !allowed.includes(folder))
          .map((folder) => `${file.path} imports ${folder}`)
      })
    expect(wrong).toEqual([])
  })

  it('keeps helpers of tests out of the program', () => {
    const users = sources.filter((file) => !file.isTest && importedPaths(file.text).some((path) => /\/testing\/|\.test\.ts/.test(path)))
    expect(users.map((file) => file.path)).toEqual([])
  })

  it('has no cycle between folders', () => {
    const graph = new Map([...table.keys()].map((folder) => [folder, new Set<string>()]))
    for (const file of sources) {
      if (file.isTest || file.folder === undefined) continue
      for (const folder of importedFolders(file)) graph.get(file.folder)?.add(folder)
    }
    expect(findCycle(graph)).toBeUndefined()
  })

  it('opens every source file with a comment that says what it does', () => {
    // What a test does is said by the names of its cases.
    const silent = everything.filter((file) => !file.path.endsWith('.test.ts') && !/^(#!.*\n)?(\/\/ \S|\/\*\*? )/.test(file.text))
    expect(silent.map((file) => file.path)).toEqual([])
  })

  it('has no default export', () => {
    expect(everything.filter((file) => /^export (default\b|\{[^}]*\bas default\b)/m.test(file.text)).map((file) => file.path)).toEqual([])
  })

  it('has no file of more than 600 lines, tables of the contract apart', () => {
    const long = everything.filter((file) => file.folder !== 'contract' && file.text.split('\n').length > 601)
    expect(long.map((file) => file.path)).toEqual([])
  })
})

describe('the checks themselves', () => {
  it('see every form of import', () => {
    const text = `import { a } from '../a/x.ts'
import type { B } from "../b/x.ts"
import '../c/x.ts'
export { d } from '../d/x.ts'
const e = await import('../e/x.ts')
const f = new Worker(new URL('../f/x.js', import.meta.url))
import {
  g,
} from '../g/x.ts'
type H = import('../h/x.ts').H
import fs from 'node:fs'`
    expect(importedPaths(text).map((path) => path.split('/')[1])).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })

  it('find a cycle', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ])
    expect(findCycle(graph)).toEqual(['b', 'c', 'b'])
  })
})
