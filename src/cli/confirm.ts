// Asks before something is done that reaches other networks.
import { createInterface } from 'node:readline/promises'
import { CommandError } from './command-error.ts'

/**
 * Resolves when the answer is yes. Nobody is asked with `yes`; without a terminal somebody has to have said it.
 * @throws CommandError when the answer is no, or nobody can be asked
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError('there is no terminal to ask on; nothing was changed', { next: 'the same command with --yes', exitCode: 2 })
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('nothing was changed')
  } finally {
    terminal.close()
  }
}
