// Every event in every state: the whole table as a picture, and what has to hold whatever the table says.
import { describe, expect, it } from 'vitest'
import { advertisementStates } from '../contract/advertisement.ts'
import { advertisementEvents, machine, nextState, toTell, wanted } from './advertisement-machine.ts'

const pairs = advertisementStates.flatMap((state) => advertisementEvents.map((event) => [state, event] as const))
const shortcut = { ignored: '·', impossible: '✗' } as const

describe('the machine', () => {
  it('answers every event in every state', () => {
    const answers = (state: (typeof advertisementStates)[number]) =>
      advertisementEvents.map((event) => {
        const answer = nextState(state, event, false)
        return answer === 'ignored' || answer === 'impossible' ? shortcut[answer] : answer
      })
    const table = advertisementStates.map((state) => `${state}: ${answers(state).join(' ')}`)
    // asked asked_approval approved rejected released retry, announce: done delayed locked refused failed, withdraw: done failed
    expect(table).toEqual([
      'pending: announcing · announcing withdrawn withdrawn · · · · · · · ·',
      'announcing: · · ✗ ✗ withdrawing announcing announced delayed locked failed failed · ·',
      'announced: · · ✗ ✗ withdrawing · announced delayed locked failed failed · ·',
      'withdrawing: announcing · ✗ ✗ · withdrawing · · · · · withdrawn withdrawing',
      'withdrawn: ✗ ✗ ✗ ✗ ✗ · · · · · · · ·',
      'delayed: · · ✗ ✗ withdrawing delayed announced delayed locked failed failed · ·',
      'locked: announcing · ✗ ✗ withdrawing locked announced delayed locked failed failed · ·',
      'failed: announcing · ✗ ✗ withdrawing failed announced delayed locked failed failed · ·',
    ])
    expect(pairs).toHaveLength(8 * 13)
  })

  it('leaves only one answer open: what was withdrawn waits for approval when somebody holds it', () => {
    expect(pairs.filter(([state, event]) => machine[state][event] === 'held')).toEqual([['withdrawing', 'withdraw_done']])
    expect(nextState('withdrawing', 'withdraw_done', true)).toBe('pending')
  })

  it('never announces what nobody asked for, and never gives up a withdrawal but for its confirmation', () => {
    const moves = pairs.flatMap(([state, event]) => {
      const next = nextState(state, event, false)
      return next === 'ignored' || next === 'impossible' || next === state ? [] : [{ state, event, next }]
    })
    const eventsOf = (right: (move: (typeof moves)[number]) => boolean) => [...new Set(moves.filter(right).map(({ event }) => event))]
    expect(eventsOf(({ state, next }) => !wanted.has(state) && wanted.has(next))).toEqual(['asked', 'approved'])
    expect(eventsOf(({ state }) => state === 'withdrawing')).toEqual(['asked', 'withdraw_done'])
    expect(eventsOf(({ state, next }) => wanted.has(state) && !wanted.has(next))).toEqual(['released'])
    expect(moves.filter(({ state, event }) => wanted.has(state) && event === 'released').map(({ next }) => next)).toEqual(
      [...wanted].map(() => 'withdrawing'),
    )
  })

  it('has something to tell a driver exactly while a driver is to do something', () => {
    const told = advertisementStates.filter((state) => toTell[state] !== undefined)
    const retried = advertisementStates.filter((state) => nextState(state, 'retry', false) !== 'ignored')
    expect(told).toEqual(retried)
  })
})
