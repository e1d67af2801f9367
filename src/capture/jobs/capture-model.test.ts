// Random lives of captures: agents that come and go, frames sent again, kills of the server at any statement of SQL. Whatever
// happens, each capture reaches its end, and its download has what was acknowledged, no packet twice, in time order.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Capture } from '../../contract/capture.ts'
import { CaptureLab, captureRequest, downloadedNumbers, type Life } from '../testing/capture-lab.ts'

type Step =
  | { readonly kind: 'start'; readonly packetLimit: number }
  | { readonly kind: 'capture'; readonly edge: number; readonly count: number }
  | { readonly kind: 'send' | 'tell' | 'cut' | 'connect' | 'end' | 'restart'; readonly edge: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'killAfter'; readonly statements: number }
  | { readonly kind: 'pass'; readonly seconds: number }

const edge = fc.nat(2)
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('start' as const), packetLimit: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('capture' as const), edge, count: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('send' as const, 'tell' as const), edge }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'connect' as const), edge }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'restart' as const), edge }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'remove' as const, 'kill' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('killAfter' as const), statements: fc.integer({ min: 1, max: 25 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 20 }) }) },
  ),
  { minLength: 5, maxLength: 40 },
)

/** One run: a lab, and the life of the server that is current. */
class Run {
  readonly lab: CaptureLab
  #life: Life | undefined

  constructor(lab: CaptureLab) {
    this.lab = lab
  }

  /** A life that lasts at least until something is asked of it. */
  async life(): Promise<Life> {
    if (this.#life && !this.#life.isDead) return this.#life
    await this.#life?.kill()
    this.#life = await this.lab.start()
    return this.#life
  }

  /** A kill in the middle is no failure; anything else is. */
  async try(work: (life: Life) => unknown): Promise<void> {
    const life = await this.life()
    try {
      await work(life)
      await this.lab.edges.settled()
      await life.jobs.idle()
    } catch (error) {
      if (!life.isDead) throw error
    }
  }

  async do(step: Step): Promise<void> {
    const { edges } = this.lab
    if ('edge' in step) {
      const one = edges.edges[step.edge]
      if (!one) throw new Error('the lab has three edges')
      if (step.kind === 'capture')
        for (const job of one.jobs.keys()) edges.capture(one, job, { count: step.count, from: (this.lab.now += 10) })
      else if (step.kind === 'end') for (const job of one.jobs.keys()) edges.end(one, job, 'time')
      else await this.try(() => edges[step.kind as 'send' | 'tell' | 'cut' | 'connect' | 'restart'](one))
    } else if (step.kind === 'start') {
      await this.try(async ({ capturing }) => {
        for (const one of edges.edges) edges.connect(one)
        await capturing.start(captureRequest({ time_limit: 30, packet_limit: step.packetLimit }), false)
      })
    } else if (step.kind === 'stop') {
      await this.try(async ({ capturing }) => {
        const { captures } = await capturing.list(1, { state: 'running', limit: 1, offset: 0 })
        for (const { id } of captures) await capturing.stop(1, id)
      })
    } else if (step.kind === 'remove') {
      await this.try(async ({ capturing }) => {
        const { captures } = await capturing.list(1, { limit: 1, offset: 0 })
        // While its agents send and tell what they have.
        for (const one of edges.edges) edges.send(one)
        for (const one of edges.edges) edges.tell(one)
        for (const { id } of captures) await capturing.remove(1, id)
      })
    } else if (step.kind === 'pass') await this.try((life) => this.lab.pass(life, step.seconds))
    else if (step.kind === 'kill') await (await this.life()).kill()
    else if (step.kind === 'killAfter') (await this.life()).killAfter(step.statements)
  }

  /** Everybody is there and has time: captures must end. */
  async finish(): Promise<readonly Capture[]> {
    // A kill that was still to come has come.
    await this.#life?.kill()
    for (let minutes = 0; minutes < 30; minutes++) {
      const life = await this.life()
      for (const one of this.lab.edges.edges) {
        this.lab.edges.connect(one)
        for (const job of one.jobs.keys()) this.lab.edges.end(one, job, 'time')
      }
      await this.lab.exchange(life)
      await this.lab.pass(life, 60)
      const { captures } = await life.capturing.list(1, { limit: 1000, offset: 0 })
      if (captures.every(({ status }) => status === 'success' || status === 'failed')) return captures
    }
    throw new Error('a capture has not ended')
  }
}

/** What is wrong with a capture that is over; nothing should be. */
async function faultsOf(run: Run, capture: Capture): Promise<readonly string[]> {
  const { capturing } = await run.life()
  const captured = new Map(run.lab.edges.packets.filter(({ job }) => job === capture.id).map((packet) => [packet.number, packet]))
  const kept = [...captured.values()].filter((packet) => packet.kept)
  if (!capture.downloadable) return capture.status === 'failed' && kept.length === 0 ? [] : ['packets were kept, and there is no download']
  const numbers = await downloadedNumbers(capturing, capture)
  const times = numbers.map((number) => captured.get(number)?.time ?? Number.NaN)
  const isFull = numbers.length === capture.packet_limit
  const missing = kept.filter(({ number, time }) => !numbers.includes(number) && !(isFull && time > (times.at(-1) ?? 0)))
  const listed = await capturing.packets(1, capture.id, { offset: 0, limit: 1000 })
  const { file, parts } = await capturing.manifest(1, capture.id)
  const checks = {
    'a packet is none that was captured': times.some(Number.isNaN),
    'a packet is there twice': new Set(numbers).size !== numbers.length,
    'packets are not in time order': times.some((time, index) => time < (times[index - 1] ?? 0)),
    'there are more packets than asked for': numbers.length > (capture.packet_limit ?? 0),
    'a packet that was acknowledged is missing': missing.length > 0,
    'the capture has another count': capture.packets !== numbers.length || capture.bytes !== numbers.length * 60,
    'the list has another count': listed.length !== numbers.length,
    'the manifest has another count': file.packets !== numbers.length || sum(parts.map(({ packets }) => packets)) !== numbers.length,
  }
  return Object.entries(checks).flatMap(([fault, isSo]) => (isSo ? [fault] : []))
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

describe('captures', () => {
  it('end with what was acknowledged, whatever happens on the way', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const lab = await new CaptureLab({ captures: { max_running: 1000 } }).prepare()
        try {
          const run = new Run(lab)
          for (const step of list) await run.do(step)
          const captures = await run.finish()
          for (const capture of captures) expect(await faultsOf(run, capture)).toEqual([])
          const kept = captures.filter(({ downloadable }) => downloadable).map(({ id }) => id)
          expect((await readdir(path.join(lab.dir, 'captures'))).toSorted()).toEqual(kept.toSorted())
          for (const { jobs } of lab.edges.edges) expect(jobs.size).toBe(0)
        } finally {
          await lab.remove()
        }
      }),
      { numRuns: 25 },
    )
  })
})
