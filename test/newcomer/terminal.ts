// A root shell in a namespace, as a person has one open: what is typed there, what it answered, and how long that took.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'

import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'

/** One thing that was typed or pasted, and what came of it. */
export interface Typed {
  /** Whose terminal it was. */
  readonly at: string
  readonly text: string
  /** Pasted in one go rather than typed. */
  readonly pasted: boolean
  readonly output: string
  readonly seconds: number
}

/** Longer than anything that is typed here takes. */
const patienceMs = 330_000

export class Terminal {
  readonly #shell: ChildProcessWithoutNullStreams
  readonly #name: string
  readonly #log: Typed[]
  #output = ''

  /**
   * @param name as the transcript calls it
   * @param log gets what is typed in any of the terminals, in order
   */
  constructor(namespace: Namespace, name: string, log: Typed[]) {
    this.#name = name
    this.#log = log
    // Mounts made in here are seen in here only. No profile: a person's colours and prompts, and what npm thinks of the
    // machine's settings, are no part of this.
    const shell = ['unshare', '--mount', 'bash', '--noprofile', '--norc']
    const env = { ...process.env, DRAWBRIDGE_TOKEN: '', NO_COLOR: '1', npm_config_loglevel: 'error' }
    this.#shell = spawn('ip', ['netns', 'exec', namespace.name, ...shell], { env, detached: true })
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
  }

  /** Types a line, or pastes several, and waits for the end. @throws Error with what it said when it fails */
  async type(text: string, pasted = false): Promise<string> {
    const mark = randomBytes(8).toString('hex')
    const [end, output] = await this.#answer(`${text}\nprintf '\\n%s %s\\n' ${mark} $?`, new RegExp(`\\n${mark} (\\d+)\\n`), {
      text,
      pasted,
    })
    if (end[1] !== '0') throw new Error(`${text}\nended with ${end[1]} and said:\n${output}`)
    return output
  }

  /** Types a line whose answer is drawn over and over, on a terminal: the last picture is the answer. */
  async watch(text: string): Promise<string> {
    const from = this.#log.length
    const output = await this.type(`script -qec '${text}' /dev/null < /dev/null`)
    const picture = withoutControls(output.split('\u001B[H').at(-1) ?? '')
    this.#log[from] = { ...this.#log[from], text, output: picture }
    return picture
  }

  /** Types a line that does not end, on a terminal, and waits until it has said something. */
  async begin(text: string, answer: RegExp): Promise<void> {
    const from = this.#log.length
    // Its standard input is never at an end.
    const [found, output] = await this.#answer(`tail -f /dev/null | script -qec '${text}' /dev/null`, answer, { text, pasted: false })
    this.#log[from] = { ...this.#log[from], text, output: withoutControls(output + found[0]) }
  }

  async #answer(line: string, pattern: RegExp, typed: Pick<Typed, 'text' | 'pasted'>): Promise<[RegExpExecArray, string]> {
    const from = this.#output.length
    const begun = performance.now()
    const index = this.#log.push({ at: this.#name, ...typed, output: '', seconds: 0 }) - 1
    this.#shell.stdin.write(`${line}\n`)
    const said = () => this.#output.slice(from)
    const found = await until(`an answer to ${typed.text}`, () => pattern.exec(said()) ?? undefined, patienceMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; it said:\n${said()}`, { cause: error })
    })
    const output = said().slice(0, found.index)
    this.#log[index] = { ...this.#log[index], output, seconds: (performance.now() - begun) / 1000 }
    return [found, output]
  }

  /** Does something in this shell that is no part of what the person does. */
  async prepare(text: string): Promise<void> {
    await this.type(text)
    this.#log.pop()
  }

  /** Ends the shell and what runs in it: its process group. */
  async close(): Promise<void> {
    const { pid } = this.#shell
    if (pid === undefined || this.#shell.exitCode !== null) return
    process.kill(-pid, 'SIGTERM')
    const isOver = () => (this.#shell.exitCode !== null || this.#shell.signalCode !== null ? true : undefined)
    await until(`the end of the terminal ${this.#name}`, isOver, 20_000).catch((error: unknown) => {
      process.kill(-pid, 'SIGKILL')
      throw error
    })
  }
}

/** Without what a terminal takes for colours, places and ends of lines (ECMA-48 §5.4). */
function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]|\r/g, '')
}
