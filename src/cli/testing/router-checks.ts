// Live checks in all their states, for tests of what is shown of them.
import {
  checkSteps,
  type CheckFinding,
  type CheckSender,
  type CheckState,
  type CheckStepName,
  type RouterCheck,
} from '../../contract/router-check.ts'

/** Step by step what is not `ok`. */
export type OtherSteps = Partial<Record<CheckStepName, CheckState>>

/** A check of 192.0.2.1 that is green but for the steps that are named. */
export function aCheck(other: OtherSteps = {}, more: Partial<RouterCheck> = {}): RouterCheck {
  return {
    id: '1'.repeat(32),
    opened: '2026-01-01T12:00:00.000Z',
    expected: null,
    guide: null,
    sender: '192.0.2.1',
    senders: [aSender()],
    strays: [],
    stray_method: 'none',
    listeners: ['[::]:2055', '[::]:6343'],
    addresses: ['192.0.2.10'],
    datagrams: 12,
    bytes: 12_000,
    flows: 240,
    kept: { datagrams: 12, bytes: 12_000, missed: 0 },
    state: 'ok',
    steps: checkSteps.map((name) => {
      const state = other[name] ?? 'ok'
      return { name, state, text: `${name} is ${state}`, findings: state === 'failed' || state === 'warning' ? [aFinding(state)] : [] }
    }),
    templates: [],
    sample: null,
    expires: '2026-01-01T12:02:00.000Z',
    ...more,
  }
}

export function aSender(more: Partial<CheckSender> = {}): CheckSender {
  return { address: '192.0.2.1', agent_address: null, registered: true, protocols: ['ipfix'], datagrams: 12, is_new: true, ...more }
}

export function aFinding(state: CheckFinding['state'], more: Partial<CheckFinding> = {}): CheckFinding {
  const text = 'Something is not as it should be.'
  return { code: 'malformed', state, text, advice: 'Mend it.', command: '', values: {}, action: null, ...more }
}
