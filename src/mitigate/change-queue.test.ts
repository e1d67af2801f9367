// In which order changes are made, and what may overtake them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { systemClock } from '../base/clock.ts'
import { openState, type State } from '../store/state.ts'
import { ChangeQueue } from './change-queue.ts'

describe('a queue of changes', () => {
  let folder: string
  let state: State
  let queue: ChangeQueue
  let done: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-changes-'))
    state = await openState(join(folder, 'state.sqlite'))
    queue = new ChangeQueue({ state: state.db, clock: systemClock, log: { info: () => undefined, error: () => undefined } })
    done = []
  })
  afterEach(async () => {
    await state.close()
    await rm(folder, { recursive: true })
  })

  const change = (name: string) =>
    queue.run(async ({ db }) => {
      await db.selectFrom('account').selectAll().execute()
      done.push(name)
    })
  const note = (name: string) => async () => void done.push(name)

  it('makes them one after another, in the order in which they were asked for', async () => {
    await Promise.all([change('first'), queue.after(note('second')), change('third')])
    expect(done).toEqual(['first', 'second', 'third'])
  })

  it('lets what is ahead overtake all but the change that is under way', async () => {
    const first = queue.run(async () => {
      void queue.ahead(note('ahead'))
      void queue.ahead(note('also ahead'))
      done.push('first')
    })
    await Promise.all([first, change('second'), change('third')])
    expect(done).toEqual(['first', 'ahead', 'also ahead', 'second', 'third'])
  })

  it('goes on after a failure, of which only who asked is told', async () => {
    const fails = queue.run(() => Promise.reject(new Error('the disk is full')))
    const next = change('next')
    await expect(fails).rejects.toThrow('the disk is full')
    await next
    await change('later')
    expect(done).toEqual(['next', 'later'])
  })
})
