// Turns whatever a command has failed with into advice and an exit code.
import { CommanderError } from 'commander'
import { ConfigError } from '../base/config-error.ts'
import { CommandError } from './command-error.ts'

/** Says on standard error what went wrong and what to do next. @returns the exit code */
export function explainError(error: unknown): number {
  // commander has printed its message. Its 1 stands for wrong usage; help and version come with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    const next = 'Next: correct that; drawbridge config dump prints every option with its meaning'
    return complain(`The configuration cannot be used.\n${error.message}\n${next}`, 2)
  }
  if (error instanceof CommandError) {
    return complain(`${error.message}${error.next === undefined ? '' : `\nNext: ${error.next}`}`, error.exitCode)
  }
  // Nobody foresaw this one: its stack is what a report needs.
  return complain(error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`drawbridge: ${text}\n`)
  return exitCode
}
