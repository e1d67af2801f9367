// BIRD 2 in a namespace: configuration file, control socket and log in a folder of its own.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'

export class Bird {
  readonly #namespace: Namespace
  readonly #folder: string
  #process: LabProcess | undefined

  constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace
    this.#folder = folder
  }

  get process(): LabProcess {
    if (this.#process === undefined) throw new Error('BIRD was not started')
    return this.#process
  }

  get #socket(): string {
    return join(this.#folder, 'bird.ctl')
  }

  get #logFile(): string {
    return join(this.#folder, 'bird.log')
  }

  /** @param configuration all but the log */
  async configure(configuration: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeFile(join(this.#folder, 'bird.conf'), `log "${this.#logFile}" all;\n${configuration}`)
  }

  /** Starts it, with `-R` as one that comes back (RFC 4724). Resolves when it answers. */
  async start(...options: string[]): Promise<void> {
    const files = ['-c', join(this.#folder, 'bird.conf'), '-s', this.#socket, '-P', join(this.#folder, 'bird.pid')]
    const started = this.#namespace.start('bird', ['-f', ...files, ...options])
    this.#process = started
    await until('BIRD to answer', async () => {
      if (!started.isRunning) return 'ended'
      return (await this.command('show', 'status')).includes('Daemon is up and running') ? 'answers' : undefined
    })
    if (!started.isRunning) throw new Error(`BIRD ended: ${started.output}`)
  }

  /** Runs a command of birdc; resolves to its answer without the greeting. */
  async command(...words: string[]): Promise<string> {
    const answer = await this.#namespace.run('birdc', '-s', this.#socket, ...words)
    return answer.replace(/^BIRD .* ready\.\n/, '')
  }

  /** All lines that it has logged, over all its runs. */
  async log(): Promise<string[]> {
    return (await readFile(this.#logFile, 'utf8')).split('\n')
  }
}
