import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const source = path.dirname(import.meta.dirname)

/** What a file names in imports, static and dynamic, and in `new URL(…, import.meta.url)`; imports of types alone vanish. */
function importsOf(text: string): string[] {
  const code = text.replaceAll(/^import type [\s\S]*?from '[^']+'$/gm, '').replaceAll(/^export type \{[\s\S]*?from '[^']+'$/gm, '')
  return [...code.matchAll(/(?:^(?:import|export)\s+(?:[\w\s{},*$]+\sfrom\s+)?|\bimport\s*\(\s*|\bnew URL\s*\(\s*)'([^'\n]+)'/gm)].map(
    (match) => match[1] ?? '',
  )
}

/** Everything that is loaded, sooner or later, from a file on: files under src/, and packages. */
function reachedFrom(first: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const waiting = [path.join(source, first)]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = path.relative(source, file)
    if (files.has(name)) continue
    files.add(name)
    for (const target of importsOf(readFileSync(file, 'utf8'))) {
      if (!target.startsWith('.')) packages.add(/^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target)
      // Built programs have `.js` names, package.json and data have theirs.
      const next = path.resolve(path.dirname(file), target.replace(/\.js$/, '.ts'))
      if (target.startsWith('.') && next.endsWith('.ts') && existsSync(next)) waiting.push(next)
    }
  }
  return { files, packages }
}

describe.each(['process/agent.ts', 'process/agent-command.ts'])('an edge host, where %s runs,', (entry) => {
  const { files, packages } = reachedFrom(entry)

  it('needs neither store nor API nor any other part of a server', () => {
    const allowed =
      /^(process\/agent[\w-]*\.ts|cli\/command-error\.ts|(base|contract|wire|filter)\/|capture\/(agent|engine|delivery|buckets)\/|firewall\/agent\/|capture\/[\w-]+\.ts)/
    expect([...files].filter((file) => !allowed.test(file))).toEqual([])
    expect(files.size).toBeGreaterThan(40)
  })

  it('needs no package but these', () => {
    const allowed = new Set(['@aws-sdk/client-s3', 'commander', 'koffi', 'pino', 'pino-pretty', 'ws', 'yaml', 'zod'])
    expect([...packages].filter((name) => !name.startsWith('node:') && !allowed.has(name))).toEqual([])
  })
})

describe('the walk', () => {
  it('finds what the server needs, lazily loaded parts too', () => {
    const { files, packages } = reachedFrom('process/main.ts')
    expect([...files]).toEqual(expect.arrayContaining(['process/server.ts', 'process/agent.ts', 'api/server.ts', 'store/embedded-main.ts']))
    expect([...packages]).toEqual(expect.arrayContaining(['libsql', 'fastify', 'kysely', '@clickhouse/client']))
  })
})
