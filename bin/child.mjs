// Runs one program to its end, with its output shown, or kept and shown only when it fails.
import { spawn } from 'node:child_process'

/** A program that could not be run or ended with an exit code other than 0. `output` is what it said. */
export class ChildError extends Error {
  name = 'ChildError'
  constructor(command, reason, output) {
    super(`${command}: ${reason}`)
    this.output = output
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, label?: string, show?: boolean, env?: NodeJS.ProcessEnv }} options `show` lets it write to
 *   this terminal; `label` names it in errors
 * @returns {Promise<string>} its output; empty where it was shown
 * @throws {ChildError}
 */
export function runChild(command, args, { cwd, label = command, show = false, env = process.env }) {
  return new Promise((resolve, reject) => {
    const output = show ? 'inherit' : 'pipe'
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] })
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => reject(new ChildError(label, error.message, '')))
    child.on('close', (code, signal) => {
      const text = Buffer.concat(chunks).toString()
      if (code === 0) resolve(text)
      else reject(new ChildError(label, signal === null ? `exit code ${code}` : `ended by ${signal}`, text))
    })
  })
}
