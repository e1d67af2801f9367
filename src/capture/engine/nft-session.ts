// A long-lived `nft -j -i` that is told commands and answers. The kernel gives tables with the flag `owner` to its socket:
// they go when it goes, and it goes when its standard input, which we hold, is closed, be it by our death.
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { childEnvironment, missingProgram } from './programs.ts'

/** One thing of a listing: `{chain: {…}}`, `{rule: {…}}`. */
export type NftObject = Readonly<Record<string, unknown>>

export interface NftAnswer {
  /** What the commands listed. */
  readonly objects: readonly NftObject[]
  /** What nft complained about, empty when nothing. It tells people the reason; what has worked is told by the listing. */
  readonly complaint: string
}

type NftChild = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Every request ends with it: its answer, mostly empty, is told from others by having nothing but named quotas. Tables are
 * never to be listed as JSON: nftables before 1.0.9 reads freed memory for one that has an owner, and writes what is no JSON.
 */
const lastCommand = 'list quotas'

/** Characters of an answer at most: a chain of ours is far below. */
const longestAnswer = 16 * 1_048_576
const longestComplaint = 2000
const longestReason = 300
const defaultAnswerMs = 15_000
const exitMs = 5000

export class NftSession {
  readonly #ended: (error: Error) => void
  readonly #answerMs: number
  #child: NftChild | undefined
  #output = ''
  #complaint = ''
  #objects: NftObject[] = []
  #waiter: { resolve(answer: NftAnswer): void; reject(error: Error): void } | undefined
  #last: Promise<unknown> = Promise.resolve()
  #stopping = false
  #failure: Error | undefined

  /**
   * @param ended told when nft ends although it was not asked to
   * @param answerMs how long it may work on one request before it is ended
   */
  constructor(ended: (error: Error) => void, answerMs = defaultAnswerMs) {
    this.#ended = ended
    this.#answerMs = answerMs
  }

  /** @throws Error when there is no nft */
  async start(): Promise<void> {
    const child = spawn('nft', ['-j', '-i'], { stdio: ['pipe', 'pipe', 'pipe'], env: childEnvironment() })
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#takeOutput(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint = (this.#complaint + text).slice(0, longestComplaint)))
    // A pipe that breaks is told by the end of the child, which follows.
    child.stdin.on('error', () => undefined)
    child.on('close', (code, signal) =>
      this.#fail(new Error(`nft ended by ${signal ?? `itself with code ${code}`}${reasonOf(this.#complaint)}`)),
    )
    await new Promise<void>((resolve, reject) => {
      child.on('spawn', resolve)
      child.on('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'ENOENT' ? new Error(missingProgram('nft'), { cause: error }) : error
        this.#fail(reason)
        reject(reason)
      })
    })
  }

  /**
   * Has nft carry out commands, one a line, in order. Requests wait for each other.
   * @throws Error when nft has ended or does not answer
   */
  async ask(...lines: readonly string[]): Promise<NftAnswer> {
    return await this.#request([...lines, lastCommand].join('\n'))
  }

  /**
   * Has nft list what is there, at least one thing. It is one line, because nft remembers lines for as long as it lives, unless
   * one is as the line before: what is listed each second would else fill its memory.
   * @param what as in libnftables-json(5), `{counters: {…}}`
   * @throws Error as `ask`
   */
  async list(what: object): Promise<NftAnswer> {
    return await this.#request(JSON.stringify({ nftables: [{ list: what }, { list: { quotas: {} } }] }))
  }

  async #request(text: string): Promise<NftAnswer> {
    const answer = this.#last.then(() => this.#exchange(text))
    // Whoever asks next does not fail for this one.
    this.#last = answer.catch(() => undefined)
    return await answer
  }

  /** Ends nft, and with it tables that it owns. */
  async stop(): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const exit = new Promise((resolve) => child.once('close', resolve))
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), exitMs)
    await exit
    clearTimeout(timer)
  }

  async #exchange(text: string): Promise<NftAnswer> {
    const child = this.#child
    if (this.#failure !== undefined || child === undefined) throw this.#failure ?? new Error('nft has not been started')
    let timer: NodeJS.Timeout | undefined
    this.#objects = []
    this.#complaint = ''
    try {
      return await new Promise<NftAnswer>((resolve, reject) => {
        this.#waiter = { resolve, reject }
        timer = setTimeout(() => child.kill('SIGKILL'), this.#answerMs)
        child.stdin.write(`${text}\n`)
      })
    } finally {
      clearTimeout(timer)
      this.#waiter = undefined
    }
  }

  #takeOutput(text: string): void {
    this.#output += text
    if (this.#output.length > longestAnswer) return this.#fail(new Error('nft answers with more than can be'))
    const lines = this.#output.split('\n')
    this.#output = lines.pop() ?? ''
    for (const line of lines) if (line !== '') this.#takeLine(line)
  }

  #takeLine(line: string): void {
    const objects = readListing(line)
    if (objects === undefined) return this.#fail(new Error(`nft answers what is not JSON: ${line.slice(0, 100)}`))
    this.#objects.push(...objects)
    if (!objects.every((entry) => 'quota' in entry)) return
    // Complaints come by another pipe, which is read in this round of the loop or the next.
    setImmediate(() => this.#waiter?.resolve({ objects: this.#objects, complaint: firstComplaint(this.#complaint) }))
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#waiter?.reject(error)
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL')
    if (!this.#stopping) this.#ended(error)
  }
}

/** Objects of a listing without its first, which tells the version. @returns undefined for what is none */
function readListing(text: string): NftObject[] | undefined {
  try {
    const { nftables } = JSON.parse(text) as { nftables?: unknown }
    return Array.isArray(nftables) ? nftables.filter((entry: unknown) => isObject(entry) && !('metainfo' in entry)) : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is NftObject {
  return typeof value === 'object' && value !== null
}

/** `internal:0:0-0: Error: Could not process rule: Operation not supported` without what stands before the reason. */
function firstComplaint(text: string): string {
  const reason = /Error: (.+)/.exec(text)?.[1] ?? text.trim().split('\n')[0] ?? ''
  return reason.trim().slice(0, longestReason)
}

function reasonOf(complaint: string): string {
  return complaint === '' ? '' : `: ${firstComplaint(complaint)}`
}
