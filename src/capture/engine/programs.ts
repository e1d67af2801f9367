// How the programs of a capture are started: with arguments of our own and a small environment.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { installCommand, type CaptureProgram } from './program-packages.ts'

const execute = promisify(execFile)

/** A listing of a ruleset with large sets. */
const longestOutput = 64 * 1_048_576
const programMs = 20_000

/** Where Debian and others keep nft and tcpdump, which an ordinary PATH does not name. */
const systemFolders = '/usr/local/sbin:/usr/sbin:/sbin'

/** Environment of children: no secret of ours is in it, and what they say is English. */
export function childEnvironment(): Record<string, string> {
  const path = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  return { PATH: `${path}:${systemFolders}`, LC_ALL: 'C' }
}

/**
 * Runs a program to its end. @returns its standard output
 * @throws Error with what it wrote to standard error; its code is ENOENT when the program is missing
 */
export async function runProgram(command: string, args: readonly string[]): Promise<string> {
  const options = { env: childEnvironment(), maxBuffer: longestOutput, timeout: programMs, killSignal: 'SIGKILL' } as const
  const { stdout } = await execute(command, args, options)
  return stdout
}

/** What is missing, and the command that brings it. */
export function missingProgram(program: CaptureProgram): string {
  return `${program} is not installed; run: ${installCommand(program)}`
}
