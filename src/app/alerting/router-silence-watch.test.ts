// Tests the alarm of silent routers: one START and one END a silence, over restarts, and for routers that are taken away.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { Silence } from '../../collect/silence.ts'
import { openTestContext, testTime, type TestContext } from '../testing/test-context.ts'
import { registerRouter } from '../router/register.ts'
import { unregisterRouter } from '../router/unregister.ts'
import { RouterSilenceWatch } from './router-silence-watch.ts'

let context: TestContext
/** When the router sent last, by the collectors of this run; what they know of its habits. */
let silence: Silence
let lastSeen: number | null

beforeEach(async () => {
  context = await openTestContext()
  silence = new Silence()
  lastSeen = null
  await registerRouter(context, context.local, { address: '192.0.2.1' })
  const at = '2026-01-01T00:00:00.000Z'
  const policy = { id: 'p', account: 1, name: 'p', enabled: 1, alert_type: 'drawbridge_router_silent', created_at: at, modified_at: at }
  await context.state
    .insertInto('alert_policy')
    .values({ ...policy, mechanisms: '{"email":[{"id":"noc@example.com"}]}' })
    .execute()
})
afterEach(() => context.close())

/** The two fields that matter; the collectors know nothing of routers that are not registered. */
const telemetry = {
  routers: () => {
    const last_seen = lastSeen === null ? null : new Date(lastSeen).toISOString()
    return [{ address: '192.0.2.1', silent: silence.isSilent(context.clock.time), last_seen }] as unknown as RouterStatus[]
  },
}

const watch = () =>
  new RouterSilenceWatch({
    state: context.state,
    telemetry,
    clock: context.clock,
    log: { error: () => undefined },
    links: () => ({ base: 'https://drawbridge.example' }),
  })

/** The router sends every ten seconds for so long. */
function send(seconds: number): void {
  for (let past = 0; past < seconds; past += 10) {
    context.clock.time += 10_000
    lastSeen = context.clock.time
    silence.note(lastSeen)
  }
}

/** A new run of the server: its collectors have heard of nobody. */
function restart(): RouterSilenceWatch {
  silence = new Silence()
  lastSeen = null
  return watch()
}

const told = async () => {
  const rows = await context.state.selectFrom('alert_event').selectAll().orderBy('id').execute()
  return rows.map(({ phase, correlation_id, text, data }) => ({
    phase: phase.slice(18),
    correlation_id,
    text,
    data: JSON.parse(data) as unknown,
  }))
}

describe('a router that falls silent', () => {
  it('is told once, and when it sends again', async () => {
    const silent = watch()
    send(120)
    await silent.look()
    context.clock.time += 60_000
    await silent.look()
    expect(await told()).toEqual([])
    context.clock.time += 1000
    await silent.look()
    await silent.look()
    expect(await told()).toMatchObject([
      {
        phase: 'START',
        text: 'Router 192.0.2.1 used to send flows and has sent none since 2026-01-01T12:02:00.000Z. Its traffic is not seen, so no rule can fire on it. Details: https://drawbridge.example/routers/192.0.2.1',
        data: { router: '192.0.2.1', router_address: '192.0.2.1', start_time: '2026-01-01T12:02:00.000Z', severity: 'WARNING' },
      },
    ])
    context.clock.time += 239_000
    send(10)
    await silent.look()
    await silent.look()
    const all = await told()
    expect(all.map(({ phase }) => phase)).toEqual(['START', 'END'])
    expect(all[1]).toMatchObject({
      correlation_id: all[0]?.correlation_id,
      text: expect.stringContaining('Router 192.0.2.1 sends flows again, after 5m10s of silence.'),
      data: { end_time: '2026-01-01T12:07:10.000Z', duration: '5m10s' },
    })
  })

  it('has another correlation id the next time', async () => {
    const silent = watch()
    for (let round = 0; round < 2; round++) {
      send(120)
      await silent.look()
      context.clock.time += 100_000
      await silent.look()
    }
    const ids = (await told()).map(({ phase, correlation_id }) => `${phase} ${correlation_id}`)
    expect(ids.map((text) => text.split(' ')[0])).toEqual(['START', 'END', 'START'])
    expect(new Set(ids.map((text) => text.split(' ')[1])).size).toBe(2)
  })

  it('stays told over a restart, until it sends again', async () => {
    send(120)
    context.clock.time += 100_000
    await watch().look()
    const again = restart()
    await again.look()
    context.clock.time += 3_600_000
    await again.look()
    expect((await told()).map(({ phase }) => phase)).toEqual(['START'])
    send(10)
    await again.look()
    expect((await told()).map(({ phase }) => phase)).toEqual(['START', 'END'])
  })

  it('ends when it is not registered any more', async () => {
    send(120)
    context.clock.time += 100_000
    const silent = watch()
    await silent.look()
    await unregisterRouter(context, context.local, '192.0.2.1')
    await silent.look()
    expect((await told()).map(({ phase, text }) => `${phase} ${text.slice(0, 45)}`)).toEqual([
      expect.stringMatching(/^START/),
      'END Router 192.0.2.1 is not registered any more, ',
    ])
  })

  it('is told by its name', async () => {
    await context.state
      .insertInto('router')
      .values({ account: 1, address: '192.0.2.1', name: 'edge-1', sampling_override: null, created_at: 'x' })
      .execute()
    send(120)
    context.clock.time += 100_000
    await watch().look()
    expect((await told())[0]?.text).toContain('Router edge-1 (192.0.2.1) used to send')
  })
})

it('says nothing of a router that has hardly been heard', async () => {
  send(20)
  context.clock.time += 600_000
  await watch().look()
  expect([await told(), context.clock.time > testTime]).toEqual([[], true])
})
