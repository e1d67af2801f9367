// Questions to all collector threads at once: what each knows of an exporter. Whoever does not answer in time is left out.
import type { ExporterDescription } from './exporter-description.ts'
import type { DescribedMessage } from './messages.ts'

/** Threads look at their messages every few milliseconds; one that waits for a disk may take longer. */
const patienceMs = 2000

interface Question {
  readonly waiting: Set<number>
  readonly parts: ExporterDescription[]
  readonly finish: () => void
}

export class ThreadQuestions {
  readonly #open = new Map<number, Question>()
  /** One question an exporter at a time: who asks meanwhile gets the same answer. */
  readonly #running = new Map<string, Promise<readonly ExporterDescription[]>>()
  #nextTicket = 0

  /** @param send asks the threads and returns their numbers */
  ask(exporter: string, send: (ticket: number) => readonly number[]): Promise<readonly ExporterDescription[]> {
    const running = this.#running.get(exporter)
    if (running !== undefined) return running
    const answer = this.#ask(send).finally(() => this.#running.delete(exporter))
    this.#running.set(exporter, answer)
    return answer
  }

  async #ask(send: (ticket: number) => readonly number[]): Promise<readonly ExporterDescription[]> {
    const ticket = this.#nextTicket++
    const parts: ExporterDescription[] = []
    const waiting = new Set(send(ticket))
    if (waiting.size === 0) return parts
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((finish) => {
      timer = setTimeout(finish, patienceMs)
      this.#open.set(ticket, { waiting, parts, finish })
    })
    clearTimeout(timer)
    this.#open.delete(ticket)
    return parts
  }

  noteAnswer({ ticket, worker, description }: DescribedMessage): void {
    const question = this.#open.get(ticket)
    if (question === undefined) return
    if (description !== null) question.parts.push(description)
    question.waiting.delete(worker)
    if (question.waiting.size === 0) question.finish()
  }
}
