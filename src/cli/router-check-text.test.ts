import { describe, expect, it } from 'vitest'
import type { CheckStep, RouterCheck } from '../contract/router-check.ts'
import { flowFilterText } from '../query/language/flow-filter-text.ts'
import { parseFlowFilter } from '../query/language/parse-flow-filter.ts'
import { changedStepsText, isOnGraph, routerCheckText, verdictText } from './router-check-text.ts'
import { aCheck, aFinding, aSender } from './testing/router-checks.ts'

const plain = { width: 80, colour: false }

/** The check with another step in place of the one of that name. */
const withStep = (check: RouterCheck, step: CheckStep): RouterCheck => ({
  ...check,
  steps: check.steps.map((one) => (one.name === step.name ? step : one)),
})

describe('routerCheckText', () => {
  it('shows who sends, and each step with what mends it', () => {
    const sender = aSender({ registered: false, agent_address: '10.0.0.1', protocols: ['sflow5'] })
    const sample = {
      source: '198.51.100.7',
      destination: '2001:db8::7',
      protocol: 17,
      source_port: 53,
      destination_port: 4711,
      bytes: 1500,
      packets: 3,
      sampling: 100,
      start: null,
      end: null,
    }
    const waiting = aCheck({ templates: 'waiting', fields: 'skipped', graph: 'waiting' }, { senders: [sender], guide: 'vyos', sample })
    const unregistered = aFinding('failed', {
      text: 'The router 192.0.2.1 sends and is not registered.',
      advice: 'Register it, then its flows are stored from the next datagram on.',
      action: { kind: 'register', address: '192.0.2.1' },
    })
    const step: CheckStep = { name: 'registered', state: 'failed', text: unregistered.text, findings: [unregistered] }
    const clock = aFinding('warning', { text: 'Its clock is 5 s off.', advice: '', command: 'ntpq -p\ndate -u' })
    const late: CheckStep = { name: 'clock', state: 'warning', text: '5 s off', findings: [clock, aFinding('warning')] }
    expect(routerCheckText(withStep(withStep(waiting, step), late), plain)).toBe(`Router     192.0.2.1
Guide      vyos
Listening  [::]:2055, [::]:6343
Senders    192.0.2.1 (not registered, agent 10.0.0.1, sflow5, 12 datagrams, new)
A flow     198.51.100.7:53 to [2001:db8::7]:4711, UDP, 1500 bytes in 3 packets,
           sampled 1 in 100

✓ ok      datagrams  datagrams is ok
✗ failed  registered The router 192.0.2.1 sends and is not registered.
                     Register it, then its flows are stored from the next
                     datagram on.
                       drawbridge router-check 192.0.2.1 --register
✓ ok      decoded    decoded is ok
… waiting templates  templates is waiting
– skipped fields     fields is skipped
✓ ok      timestamps timestamps is ok
! warning clock      5 s off
                     Its clock is 5 s off.
                       ntpq -p
                       date -u
                     Also: Something is not as it should be.
✓ ok      sampling   sampling is ok
✓ ok      address    address is ok
✓ ok      once       once is ok
… waiting graph      graph is waiting
`)
  })

  it('names no more senders than can be read, and says that anybody may begin', () => {
    const senders = Array.from({ length: 7 }, (_, index) => aSender({ address: `192.0.2.${index}` }))
    const text = routerCheckText(aCheck({}, { sender: null, senders }), { ...plain, width: 1000 })
    expect(text).toMatch(/^Router {5}whoever begins to send$/m)
    expect(text).toMatch(/192\.0\.2\.4 \(registered, ipfix, 12 datagrams, new\); and 2 more$/m)
    expect(routerCheckText(aCheck({}, { senders: [] }), plain)).not.toContain('Senders')
  })

  it('colours marks and states only, and lets nothing else steer the terminal', () => {
    const finding = aFinding('failed', { text: 'a\u001B[2Jb', command: 'x\u001B[2J' })
    const check = withStep(aCheck(), { name: 'decoded', state: 'failed', text: '\u009B2J', findings: [finding] })
    const shown = routerCheckText(check, { width: 80, colour: true }).replaceAll('\u001B', 'ESC')
    expect(shown).toContain('ESC[32m✓ ok      ESC[0mdatagrams  datagrams is ok\n')
    expect(shown).toContain('ESC[31m✗ failed  ESC[0mdecoded    2J\n')
    expect(shown.replaceAll(/ESC\[\d+m/g, '')).not.toMatch(/ESC|\u009B/)
  })
})

describe('changedStepsText', () => {
  it('tells steps whose state or findings are others, not figures that grow', () => {
    const before = aCheck({ templates: 'waiting', graph: 'waiting' })
    const grown = withStep(before, { name: 'datagrams', state: 'ok', text: '412 datagrams', findings: [] })
    expect(changedStepsText(grown, before, plain)).toBe('')
    expect(changedStepsText(aCheck({ graph: 'waiting' }), before, plain)).toBe('✓ ok      templates  templates is ok\n')
    const failed = aCheck({ clock: 'failed' })
    const otherwise = withStep(failed, { name: 'clock', state: 'failed', text: '', findings: [aFinding('failed', { code: 'clock_off' })] })
    expect(changedStepsText(otherwise, failed, plain)).toMatch(/^✗ failed {2}clock /)
  })
})

it('is on the graph when its flows are and nothing has failed', () => {
  expect(isOnGraph(aCheck())).toBe(true)
  expect(isOnGraph(aCheck({ sampling: 'warning', address: 'waiting' }))).toBe(true)
  expect(isOnGraph(aCheck({ graph: 'waiting' }))).toBe(false)
  expect(isOnGraph(aCheck({ fields: 'failed' }))).toBe(false)
})

describe('verdictText', () => {
  it('leads on to the flows, with what may be better', () => {
    expect(verdictText(aCheck(), false)).toBe("Its flows are on the graph.\nNext: drawbridge query 'router 192.0.2.1' --last 15m\n")
    expect(verdictText(aCheck({ once: 'warning', templates: 'skipped' }), true)).toMatch(/^Its flows are on the graph; warning: once\.\n/)
    for (const sender of ['192.0.2.1', '2001:db8::1']) {
      const [, filter = ''] = /query '(.*)'/.exec(verdictText(aCheck({}, { sender }), false)) ?? []
      expect(flowFilterText(parseFlowFilter(filter))).toBe(`router ${sender}`)
    }
  })

  it('names what is not there, the gravest first', () => {
    const check = aCheck({ fields: 'waiting', graph: 'waiting', clock: 'failed', once: 'warning', templates: 'skipped' })
    expect(verdictText(check, false)).toBe('The time is over; failed: clock; warning: once; waiting: fields, graph.\n')
    expect(verdictText(check, true)).toMatch(/^Stopped; failed: clock/)
  })
})
