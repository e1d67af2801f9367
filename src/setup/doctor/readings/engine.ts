// Looks whether the embedded ClickHouse is installed, without loading it.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { StoreReading } from '../checks/store.ts'

/** Systems that chdb 3 has builds for (its optional dependencies). */
const builds: Readonly<Record<string, string>> = {
  'darwin-arm64': '@chdb/lib-darwin-arm64',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'linux-x64': '@chdb/lib-linux-x64-gnu',
}

export function readEngine(): StoreReading {
  const platform = `${process.platform}-${process.arch}`
  const build = builds[platform]
  const installed = build !== undefined && ['chdb', build].every((name) => isThere(name))
  return installed ? { kind: 'installed' } : { kind: 'missing', platform, hasBuild: build !== undefined }
}

function isThere(name: string): boolean {
  // Where packages are looked for, whatever they allow to be loaded by name.
  return (createRequire(import.meta.url).resolve.paths(name) ?? []).some((folder) => existsSync(path.join(folder, name, 'package.json')))
}
