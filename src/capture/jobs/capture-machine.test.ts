import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agentCaptureStates,
  captureTypes,
  type AgentCaptureState,
  type CaptureProgress,
  type CaptureStatus,
} from '../../contract/capture.ts'
import { agentIsOver, endOf, mergeProgress, nextStatus, noProgress, type CaptureFacts } from './capture-machine.ts'

const order: readonly CaptureStatus[] = ['pending', 'running', 'conversion_pending', 'conversion_running']
const states = fc.constantFrom(...agentCaptureStates)

const next = (status: CaptureStatus, facts: Partial<CaptureFacts>) =>
  nextStatus(status, { type: 'full', stopRequested: false, agents: [], ...facts })

describe('nextStatus', () => {
  it.each<[string, CaptureStatus, Partial<CaptureFacts>, CaptureStatus | 'over']>([
    ['waits for the first agent', 'pending', { agents: ['waiting', 'starting'] }, 'pending'],
    ['runs with the first agent that captures', 'pending', { agents: ['waiting', 'capturing'] }, 'running'],
    ['runs while one still captures', 'running', { agents: ['delivering', 'capturing', 'done'] }, 'running'],
    ['converts when all that are left deliver', 'running', { agents: ['delivering', 'done', 'failed'] }, 'conversion_running'],
    ['waits for the conversion after a stop', 'running', { agents: ['capturing'], stopRequested: true }, 'conversion_pending'],
    ['is over when all agents are', 'running', { agents: ['done', 'failed', 'lost'] }, 'over'],
    ['is over without agents', 'pending', { agents: [] }, 'over'],
    ['stays over', 'success', { agents: ['capturing'] }, 'success'],
    ['runs until the end when it is simple', 'running', { type: 'simple', agents: ['delivering'], stopRequested: true }, 'running'],
  ])('%s', (_name, status, facts, expected) => {
    expect(next(status, facts)).toBe(expected)
  })

  it('never goes back, and is over exactly when all agents are', () => {
    const facts = fc.record({
      type: fc.constantFrom(...captureTypes),
      stopRequested: fc.boolean(),
      agents: fc.array(states, { maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.constantFrom(...order), facts, (status, situation) => {
        const after = nextStatus(status, situation)
        expect(after === 'over').toBe(situation.agents.every(agentIsOver))
        const place = after === 'over' ? order.length : order.indexOf(after)
        expect(place).toBeGreaterThanOrEqual(order.indexOf(status))
      }),
    )
  })
})

const told = fc
  .record({ state: states, packets: fc.nat(9), kernel_drops: fc.nat(9) })
  .map((some): CaptureProgress => Object.assign({}, noProgress, some))

describe('mergeProgress', () => {
  it('keeps what ended, and the highest counters, whatever order messages come in', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 8 }), (messages) => {
        let known = noProgress
        let ended: AgentCaptureState | undefined
        for (const message of messages) {
          known = mergeProgress(known, message)
          if (ended === undefined && (known.state === 'done' || known.state === 'failed')) ended = known.state
        }
        expect(known.packets).toBe(Math.max(...messages.map(({ packets }) => packets)))
        expect(known.kernel_drops).toBe(Math.max(...messages.map(({ kernel_drops }) => kernel_drops)))
        expect(known.state).toBe(ended ?? known.state)
      }),
    )
  })

  it('lets a lost agent come back', () => {
    const lost = mergeProgress(noProgress, { ...noProgress, state: 'lost', error: 'gone' })
    expect(mergeProgress(lost, { ...noProgress, state: 'capturing' })).toMatchObject({ state: 'capturing', error: null })
  })
})

describe('endOf', () => {
  const agent = (state: AgentCaptureState, kept = 0, error: string | null = null) => ({ name: `e${kept}`, state, kept, error })

  it.each([
    ['one that is done', [agent('done')], 'success', null],
    ['one that is done, one that failed', [agent('done', 5), agent('failed', 0, 'no disk')], 'success', 'e0: no disk'],
    ['packets of one that was lost', [agent('lost', 3)], 'success', 'e3: nothing was heard of it any more'],
    ['nothing at all', [agent('failed', 0, 'no tcpdump'), agent('lost')], 'failed', 'e0: no tcpdump; e0: nothing was heard of it any more'],
  ] as const)('of %s', (_name, agents, status, error_message) => {
    expect(endOf(agents)).toEqual({ status, error_message })
  })

  it('names five agents and counts the others', () => {
    const { error_message } = endOf(Array.from({ length: 8 }, () => agent('failed', 0, 'x')))
    expect(error_message).toBe('e0: x; e0: x; e0: x; e0: x; e0: x; and 3 more agents')
  })
})
