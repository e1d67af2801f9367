// Tests triggered captures: once for an incident, over restarts and removals, what they look for, and what the timeline says.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { containsPrefix, parseIpPrefix } from '../../base/ip-prefix.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureRequest } from '../../contract/capture.ts'
import { noFacts, type DetectedIncident } from '../../contract/incident.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { defaultRuleExtension, type Rule } from '../../contract/rule.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { readIncident, writeIncident } from '../incident/rows.ts'
import { detectedIncident } from '../incident/testing/detected-incident.ts'
import { until } from '../incident/testing/until.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { attackedFilter } from './attacked-filter.ts'
import { AutomaticCaptures } from './automatic.ts'
import { removeCapture } from './stop.ts'

let context: TestContext
let captures: AutomaticCaptures
let asked: CaptureRequest[]
/** What starting one does beside remembering it. */
let start: (request: CaptureRequest) => Promise<void>

const id = 'a'.repeat(32)
const extension = { ...defaultRuleExtension, capture: true, capture_seconds: 30, capture_packets: 500 }
const withRule = (more: Partial<Rule>): Rule => ({ ...detectedIncident({ id }).rule, extension, ...more })
const incident = (more: Partial<DetectedIncident> = {}) => detectedIncident({ id, rule: withRule({}), ...more })
const write = () => writeIncident(context.state, { incident: incident(), facts: noFacts, startTold: true, endTold: false })
const timeline = async () =>
  (await readIncident(context.state, 1, id))?.timeline.filter(({ kind }) => kind === 'capture').map(({ text }) => text)

function run(): AutomaticCaptures {
  const { state, clock } = context
  const capturing = {
    start: async (request: CaptureRequest, originalForm: boolean) => {
      asked.push(request)
      await start(request)
      return context.capturing.start(request, originalForm)
    },
  }
  return new AutomaticCaptures(
    { pauseMs: 5 },
    { state, clock, capturing, log: { error: (entry: unknown) => expect(entry).toBeUndefined() } },
  )
}

beforeEach(async () => {
  context = await openTestContext()
  asked = []
  start = async () => undefined
  captures = run()
  await captures.start()
})
afterEach(async () => {
  await captures.stop()
  await context.close()
})

describe('an incident', () => {
  it('whose rule asks for it starts one simple capture of packets to what is attacked, on all agents', async () => {
    captures.onIncident('opened', incident())
    captures.onIncident('updated', incident())
    captures.onIncident('opened', incident())
    await until(() => asked.length > 0)
    expect(asked).toEqual([
      {
        account: 1,
        type: 'simple',
        filter_v1: {},
        filter_text: 'dst 203.0.113.0/24',
        filter: { kind: 'address', side: 'destination', prefixes: ['203.0.113.0/24'] },
        time_limit: 30,
        packet_limit: 500,
        byte_limit: null,
        offset_time: null,
        colo_name: '*',
        destination_conf: null,
        bucket: null,
        extension: {
          sampling: 100,
          snap_length: 160,
          hook: 'prerouting',
          interface: null,
          engine: 'nflog',
          link: 'raw',
          mask_payload: false,
          note: '6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 1m',
        },
        cause: { kind: 'rule', who: 'my_rule_1', rule_id: 'd'.repeat(32), incident_id: id },
      },
    ])
  })

  it('whose rule does not ask for it starts none', async () => {
    captures.onIncident('opened', incident({ rule: withRule({ extension: defaultRuleExtension }) }))
    await captures.stop()
    expect(asked).toEqual([])
  })

  it('says in its timeline why there is no capture, also when it is written only afterwards, and does not try again', async () => {
    captures.onIncident('opened', incident())
    await until(() => asked.length > 0)
    await write()
    await until(async () => (await timeline())?.length === 1)
    expect(await timeline()).toEqual([
      expect.stringMatching(/^Packets could not be captured: no agent is connected at any place; connected: none/),
    ])
    expect(captures.counters()).toEqual({ started: 0, failed: 1, refused: 0 })
    await captures.stop()
    captures = run()
    await captures.start()
    await captures.stop()
    expect(asked).toHaveLength(1)
  })

  it('says nothing of the house when the server has a fault', async () => {
    start = () => Promise.reject(new ApiError('capture_limit', { count: 8 }))
    await write()
    captures.onIncident('opened', incident())
    await until(async () => (await timeline())?.length === 1)
    expect(await timeline()).toEqual(['Packets could not be captured: 8 captures are running, which is the most at a time; stop one first'])
  })
})

describe('after a restart', () => {
  /** A capture as the jobs keep it. */
  const keep = async (more: object = {}) => {
    const capture = 'c'.repeat(32)
    const row = {
      id: capture,
      account: 1,
      type: 'simple',
      status: 'success',
      filter_v1: '{}',
      filter_text: null,
      filter: null,
      time_limit: 30,
    }
    const limits = { packet_limit: 500, byte_limit: null, offset_time: null, colo_name: '*', destination_conf: null, bucket: null }
    const cause = JSON.stringify({ kind: 'rule', who: 'my_rule_1', rule_id: 'd'.repeat(32), incident_id: id })
    const times = { submitted: '2026-01-01T11:59:00.000000Z', stop_requested: null, ended_at: '2026-01-01T11:59:30.000Z', expires_at: null }
    const rest = {
      extension: JSON.stringify(extension),
      cause,
      incident_id: id,
      original_form: 0,
      error_message: null,
      packets: 12,
      bytes: 0,
      kept: 0,
    }
    await context.state
      .insertInto('capture')
      .values({ ...row, ...limits, ...times, ...rest, ...more })
      .execute()
    return capture
  }
  const restart = async () => {
    await captures.stop()
    captures = run()
    await captures.start()
    await captures.stop()
  }

  it('an open incident that has none yet gets it, and one that has it gets no other', async () => {
    await write()
    await restart()
    expect(asked).toHaveLength(1)
    await context.state.deleteFrom('incident_entry').execute()
    const capture = await keep()
    await restart()
    expect(asked).toHaveLength(1)
    expect(await timeline()).toEqual([
      `Capture ${capture} of packets to the target is started on 0 agents`,
      `Capture ${capture} has ended with 12 packets`,
    ])
  })

  it('agents have time to connect again', async () => {
    await write()
    await captures.stop()
    captures = run()
    let tries = 0
    start = async () => {
      // Then the real jobs say that nobody is connected.
      if (++tries < 3) return
      throw new ApiError('capture_limit', { count: 1 })
    }
    await captures.start()
    await until(async () => (await timeline())?.length === 1)
    expect(tries).toBe(3)
  })

  it('one whose capture somebody has removed gets no other', async () => {
    await write()
    const capture = await keep()
    await removeCapture(context, context.local, capture)
    expect(await timeline()).toEqual([expect.stringContaining(`has removed capture ${capture}`)])
    await restart()
    expect(asked).toEqual([])
  })

  it('a failed capture says why', async () => {
    await write()
    const capture = await keep({ status: 'failed', error_message: 'edge-1 was lost' })
    expect(await timeline()).toContain(`Capture ${capture} has failed: edge-1 was lost`)
  })
})

describe('the filter', () => {
  const prefixesOf = (filter: PacketFilter) => (filter.kind === 'address' ? filter.prefixes : [])
  const many = (count: number) => Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`)

  it('of an attack rule holds the attacked, of others all prefixes, as the language writes them', () => {
    const rule = withRule({ type: 'advanced_ddos', prefixes: ['203.0.113.0/24'] })
    expect(prefixesOf(attackedFilter(rule, ['203.0.113.7/32']).filter)).toEqual(['203.0.113.7/32'])
    expect(prefixesOf(attackedFilter(rule, []).filter)).toEqual(['203.0.113.0/24'])
    const spelled = withRule({ prefixes: ['203.0.113.77/24', '2001:DB8::1', '198.51.100.1'] })
    expect(prefixesOf(attackedFilter(spelled, ['203.0.113.0/24']).filter)).toEqual(['203.0.113.0/24', '2001:db8::1/128', '198.51.100.1/32'])
  })

  it.each([64, 65, 5000])('of %i prefixes covers all of them, by 64 at the most, and says so', (count) => {
    const prefixes = [...many(count - 1), '2001:db8::/48']
    const { filter, note } = attackedFilter(withRule({ prefixes }), [])
    const few = prefixesOf(filter)
    expect(few.length).toBeLessThanOrEqual(64)
    expect(note === '').toBe(count <= 64)
    expect(few).toContain('2001:db8::/48')
    const covers = few.flatMap((text) => parseIpPrefix(text)?.prefix ?? [])
    const missed = prefixes.filter((text) => {
      const { prefix } = parseIpPrefix(text) ?? {}
      return !prefix || !covers.some((cover) => containsPrefix(cover, prefix))
    })
    expect(missed).toEqual([])
  })

  it('can be taken up as text', () => {
    const long = Array.from({ length: 64 }, (_, index) => `2001:db8:1234:5678:9abc:def0:1234:${(0xff00 + index).toString(16)}`)
    const { filter } = attackedFilter(withRule({ prefixes: long }), [])
    const text = `dst in {${prefixesOf(filter).join(', ')}}`
    expect(parseFilter(text)).toEqual(filter)
  })
})
