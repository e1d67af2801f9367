// When the frame says that the server is away, and when no longer.
import { expect, it } from 'vitest'
import { awaySince, lost, reached, watchReach } from './reach.ts'

it('is away since the first of several requests without an answer, until one has', () => {
  const heard: (number | undefined)[] = []
  const stop = watchReach(() => heard.push(awaySince()))
  lost(10_000)
  lost(11_000)
  expect(awaySince()).toBeUndefined()
  lost(12_000)
  lost(20_000)
  expect(awaySince()).toBe(10_000)
  reached()
  reached()
  expect(awaySince()).toBeUndefined()
  lost(30_000)
  expect(awaySince()).toBeUndefined()
  reached()
  stop()
  expect(heard).toEqual([10_000, undefined])
})
