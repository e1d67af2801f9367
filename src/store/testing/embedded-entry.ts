// Builds the embedded engine's program from the sources as they are, for tests: Node 20 cannot run TypeScript.
import { mkdtemp, rm } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { build } from 'vite'

const root = path.resolve(import.meta.dirname, '../../..')

export interface BuiltEntry {
  readonly file: string
  remove(): Promise<void>
}

/** Below node_modules, so that the program finds the packages. */
export async function buildEmbeddedEntry(): Promise<BuiltEntry> {
  const cache = path.join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const outDir = await mkdtemp(path.join(cache, 'drawbridge-engine-'))
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path.join(root, 'src/store/embedded-main.ts'),
      outDir,
      minify: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'embedded-main.mjs' } },
    },
  })
  return { file: path.join(outDir, 'embedded-main.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) }
}
