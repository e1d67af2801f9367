// Runs programs of the system that tell something, with arguments of our own, a small environment and little patience.
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A listing of a ruleset with large sets. */
const longestOutput = 64 * 1_048_576
const programMs = 5000
/** Where Debian and others keep nft, which an ordinary PATH does not name. */
const systemFolders = '/usr/local/sbin:/usr/sbin:/sbin'

function searchPath(): string {
  return `${process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:${systemFolders}`
}

/** What came of a program: its output; that it is not there; or what it complained about. */
export type ProgramAnswer =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string }

export async function runProgram(command: string, ...args: readonly string[]): Promise<ProgramAnswer> {
  const env = { PATH: searchPath(), LC_ALL: 'C' }
  try {
    const { stdout } = await execute(command, args, { env, maxBuffer: longestOutput, timeout: programMs, killSignal: 'SIGKILL' })
    return { kind: 'output', text: stdout }
  } catch (error) {
    // Errors of execFile have these where the program could not be started, and where it has run.
    const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string }
    if (code === 'ENOENT') return { kind: 'missing' }
    return { kind: 'failed', reason: stderr.trim().split('\n')[0] || message }
  }
}

export async function hasProgram(name: string): Promise<boolean> {
  const looks = searchPath()
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) =>
      access(path.join(folder, name), constants.X_OK).then(
        () => true,
        () => false,
      ),
    )
  return (await Promise.all(looks)).includes(true)
}
