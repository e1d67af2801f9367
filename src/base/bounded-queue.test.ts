import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedQueue } from './bounded-queue.ts'

describe('BoundedQueue', () => {
  it('keeps order and refuses what does not fit', async () => {
    const operations = fc.array(fc.oneof(fc.constant(undefined), fc.integer()), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), operations, async (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity)
        const model: number[] = []
        const taken: unknown[] = []
        const expected: unknown[] = []
        let refused = 0
        for (const step of steps) {
          if (step === undefined) {
            taken.push(model.length > 0 ? await queue.take() : undefined)
            expected.push(model.shift())
          } else if (queue.push(step)) model.push(step)
          else refused++
          expect(queue.size).toBe(model.length)
          expect(model.length).toBeLessThanOrEqual(capacity)
        }
        expect(taken).toEqual(expected)
        expect(queue.refused).toBe(refused)
      }),
    )
  })

  it('hands an item to whoever waits longest', async () => {
    const queue = new BoundedQueue<string>(1)
    const first = queue.take()
    const second = queue.take()
    expect([queue.push('a'), queue.push('b'), queue.push('c'), queue.push('d')]).toEqual([true, true, true, false])
    expect([await first, await second, await queue.take()]).toEqual(['a', 'b', 'c'])
  })

  it('gives what is left after it was closed, then undefined', async () => {
    const queue = new BoundedQueue<number>(2)
    queue.push(1)
    queue.close()
    expect([queue.push(2), await queue.take(), await queue.take()]).toEqual([false, 1, undefined])
  })

  it('ends those who wait when it is closed', async () => {
    const queue = new BoundedQueue<number>(1)
    const waiting = queue.take()
    queue.close()
    expect(await waiting).toBeUndefined()
  })

  it('needs a capacity', () => {
    expect(() => new BoundedQueue(0)).toThrow(RangeError)
  })
})
