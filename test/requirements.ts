// What a test needs from the machine. A test that cannot run here is skipped, and `npm test` lists it with the reason.
import { appendFileSync, existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the repository. */
export const repository = dirname(dirname(fileURLToPath(import.meta.url)))

export interface Requirements {
  /** Network namespaces, nftables and raw sockets want it; Linux only. */
  readonly root?: true
  /** Programs that must be on the PATH. */
  readonly commands?: readonly string[]
  /** Paths under the repository; one that leads out of it may be missing without failing anything. */
  readonly paths?: readonly string[]
}

// Debian keeps daemons where an ordinary user's PATH does not look.
const searchPath = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']

function hasCommand(name: string): boolean {
  return searchPath.some((folder) => folder !== '' && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
}

function reasons({ root, commands = [], paths = [] }: Requirements): string[] {
  const missing = commands.filter((name) => !hasCommand(name)).map((name) => `${name} is not installed`)
  if (root && (process.platform !== 'linux' || process.getuid?.() !== 0)) missing.push('must run as root on Linux')
  return [...missing, ...paths.filter((path) => !existsSync(join(repository, path))).map((path) => `${path} is missing`)]
}

/**
 * The reason why tests with these requirements cannot run here, or undefined when they can:
 * `describe.skipIf(needs({ root: true, commands: ['uacctd'] }))`.
 * The reason is also written to the file that the runner reads at the end. With CI=true it counts as a failure there,
 * unless all that is missing lies outside the repository.
 */
export function needs(requirements: Requirements): string | undefined {
  const missing = reasons(requirements)
  if (missing.length === 0) return undefined
  const reason = missing.join(', ')
  const excused = missing.every((text) => text.startsWith('../'))
  const file = process.env['DRAWBRIDGE_TEST_SKIPS']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ test: callerFile(), reason, excused })}\n`)
  return reason
}

/** The test file that asks, for the list: the last file of the repository on the stack is the one that vitest loaded. */
function callerFile(): string {
  const frames = new Error('where').stack?.match(/[^\s(]+\.test\.tsx?/g) ?? []
  const file = frames.at(-1)?.replace(/^file:\/\//, '') ?? 'a test'
  return file.replace(`${repository}/`, '')
}
