// How the page tells the live check: what is being waited for, what has changed, a flow in a line.
import { describe, expect, it } from 'vitest'
import type { CheckFinding, CheckFlow, CheckState, CheckStep, CheckStepName } from '../../contract/router-check.ts'
import { fieldTime } from '../view/clock.ts'
import { changesBetween, flowText, looksOf, missingFields, progressOf } from './check-view.ts'

const step = (name: CheckStepName, state: CheckState): CheckStep => ({ name, state, text: '', findings: [] })
const steps = (...states: CheckState[]) =>
  (['datagrams', 'registered', 'decoded', 'templates'] as const).map((name, place) => step(name, states[place] ?? 'waiting'))

const missing = (values: CheckFinding['values']): CheckFinding => {
  return { code: 'fields_missing', state: 'warning', text: '', advice: '', command: '', values, action: null }
}

describe('steps', () => {
  it('are waited for one at a time, and not behind one that is wrong', () => {
    expect(looksOf(steps('ok', 'waiting', 'waiting', 'ok'))).toEqual(['ok', 'waiting', 'later', 'ok'])
    expect(looksOf(steps('failed', 'waiting', 'waiting', 'skipped'))).toEqual(['failed', 'later', 'later', 'skipped'])
    expect(looksOf(steps('warning', 'waiting', 'failed', 'waiting'))).toEqual(['warning', 'waiting', 'failed', 'later'])
  })

  it('count where they apply', () => {
    expect(progressOf(steps('ok', 'ok', 'warning', 'skipped'))).toEqual({ done: 2, all: 3 })
  })

  it('are told when they change, and only then', () => {
    const before = steps('waiting', 'waiting')
    expect(changesBetween(before, before)).toBe('')
    expect(changesBetween(before, steps('ok', 'failed'))).toBe('Datagrams: In order. Registration: Wrong.')
  })

  it('name the fields that are missing', () => {
    const fields = { ...step('fields', 'warning'), findings: [missing({ fields: ['octetDeltaCount'], count: 1 })] }
    expect(missingFields([step('templates', 'ok'), fields])).toEqual(['octetDeltaCount'])
    expect(missingFields([{ ...fields, findings: [missing({ fields: 'octetDeltaCount' })] }])).toEqual([])
  })
})

describe('a flow', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  const flow: CheckFlow = {
    source: '2001:db8::1',
    destination: '192.0.2.7',
    protocol: 6,
    source_port: 51_234,
    destination_port: 443,
    bytes: 1500,
    packets: 1,
    sampling: 1000,
    start: '1970-01-01T00:00:09.500Z',
    end: '1970-01-01T00:00:10Z',
  }

  it('is one line, and times of another day have it', () => {
    const written = (time: number) => fieldTime(time).replace('T', ' ')
    expect(flowText(flow, now)).toBe(
      `[2001:db8::1]:51234 → 192.0.2.7:443 (https), TCP, 1.5 kB in 1 packet, sampled 1 in 1,000, from ${written(9500)} to ${written(10_000)}`,
    )
    const today = { start: '2026-11-22T11:59:58Z', end: '2026-11-22T11:59:59Z' }
    expect(flowText({ ...flow, ...today }, now)).toMatch(/from \d\d:59:58 to \d\d:59:59$/)
  })

  it('leaves out what it does not have', () => {
    const bare = { ...flow, protocol: 99, source_port: 0, destination_port: 0, sampling: 1, start: null }
    expect(flowText(bare, now)).toBe('2001:db8::1 → 192.0.2.7, protocol 99, 1.5 kB in 1 packet')
  })
})
