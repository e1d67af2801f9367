// Tests automatic advertisement over the real advertiser and state: what is asked for, what is told, and restarts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AdvertiseStatus, AdvertisementCause } from '../../contract/advertisement.ts'
import { noFacts, type DetectedIncident, type IncidentVector } from '../../contract/incident.ts'
import type { OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import type { RuleExtension } from '../../contract/rule.ts'
import { testRule } from '../../detect/testing/rules.ts'
import type { DriverOutcome } from '../../mitigate/driver.ts'
import { enqueueAlert } from '../../notify/enqueue-alert.ts'
import { detectedIncident } from '../incident/testing/detected-incident.ts'
import { until } from '../incident/testing/until.ts'
import { readIncident, writeIncident } from '../incident/rows.ts'
import { editOwnedPrefix } from '../owned-prefix/edit.ts'
import { registerOwnedPrefix } from '../owned-prefix/register.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { AutomaticAdvertisement } from './automatic.ts'
import { withdrawByHand } from './decide.ts'
import { ruleRequest } from './rule-request.ts'

const id = '1'.repeat(32)
const prefix = '203.0.113.0/24'
const other = '198.51.100.0/24'

let context: TestContext
let automatic: AutomaticAdvertisement
let errors: unknown[]

beforeEach(async () => {
  context = await openTestContext()
  errors = []
  await addPolicy()
  await own({ cidr: prefix })
  await start()
})
afterEach(async () => {
  await automatic.stop()
  await context.close()
  if (errors.length > 0) throw new AggregateError(errors)
})

const own = (fields: Partial<OwnedPrefixFields>) => registerOwnedPrefix(context, context.local, { origin_as: 64_500, ...fields })

async function start(): Promise<void> {
  const log = { error: (entry: unknown) => void errors.push(entry), warn: () => undefined }
  const { state, clock, advertising } = context
  automatic = new AutomaticAdvertisement(
    { maxLifetimeHours: 24, probeSeconds: 60, followUpMs: 1 },
    { state, clock, advertising, log, enqueueAlert, links: () => ({ base: 'https://drawbridge.example' }) },
  )
  await automatic.start()
}

async function addPolicy(): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z'
  const policy = {
    id: 'p'.repeat(32),
    account: 1,
    name: 'p',
    enabled: 1,
    alert_type: 'fbm_auto_advertisement',
    created_at: at,
    modified_at: at,
  }
  const mechanisms = '{"email":[{"id":"noc@example.com"}]}'
  await context.state
    .insertInto('alert_policy')
    .values({ ...policy, mechanisms })
    .execute()
}

interface Attack {
  readonly more?: Partial<DetectedIncident>
  readonly rule?: Omit<Parameters<typeof testRule>[0] & object, 'extension'>
  readonly extension?: Partial<RuleExtension>
}

function attack({ more = {}, rule = {}, extension = {} }: Attack = {}): DetectedIncident {
  const fired = testRule({ automatic_advertisement: true, ...rule, extension })
  return detectedIncident({ id, rule: fired, rule_id: fired.id, rule_type: fired.type, ...more })
}

/** The detector tells, and the book writes, in this order. */
async function tell(kind: 'opened' | 'updated' | 'closed', incident: DetectedIncident): Promise<void> {
  automatic.onIncident(kind, incident)
  await writeIncident(context.state, { incident, facts: noFacts, startTold: true, endTold: false })
}

const closed = (incident: DetectedIncident): DetectedIncident => ({ ...incident, state: 'closed', ended_at: '2026-01-01T12:00:00.000Z' })
const ddos = { type: 'advanced_ddos', prefix_match: 'subnet' } as const

async function told() {
  const rows = await context.state
    .selectFrom('alert_event')
    .selectAll()
    .where('type', '=', 'fbm_auto_advertisement')
    .orderBy('id')
    .execute()
  return rows.map(({ phase, correlation_id, name, text, data }) => ({
    phase: phase.slice(18),
    correlation_id,
    name,
    text,
    data: JSON.parse(data) as { readonly advertise_status: readonly { readonly prefix: string; readonly status: AdvertiseStatus }[] },
  }))
}
/** `START 203.0.113.0/24 Advertised`, one for each notification. */
const lines = async () =>
  (await told()).map(({ phase, data }) =>
    [phase, ...data.advertise_status.map(({ prefix, status }) => `${prefix} ${status}`)].join(' ').trimEnd(),
  )
async function untilTold(...expected: readonly string[]): Promise<void> {
  await until(async () => (await lines()).length >= expected.length)
  expect(await lines()).toEqual(expected)
}

async function causes(): Promise<AdvertisementCause[]> {
  const { advertisements } = await context.advertising.list(1, { incidentId: id, limit: 100, offset: 0 })
  return advertisements.flatMap((one) => one.causes)
}
const announced = () => [...context.peer.table.keys()].map((key) => key.split(' ').find((part) => part.includes('/')) ?? key)

/** What the driver answers from now on. */
function answer(outcome: DriverOutcome | undefined, reaches = false): void {
  const [driver] = context.drivers
  if (driver) driver.answer = () => outcome && { outcome, reaches }
}

describe('an incident of a sum', () => {
  it('announces every prefix of the rule, is told with one notification, and tells when it is calm', async () => {
    await own({ cidr: other })
    const incident = attack({ rule: { prefixes: [prefix, other] } })
    await tell('opened', incident)
    await untilTold(`START ${other} Advertised ${prefix} Advertised`)
    expect(context.peer.table.size).toBe(2)
    const why = incident.headline.slice('my_rule_1: '.length)
    expect(await causes()).toMatchObject([
      { kind: 'rule', who: 'my_rule_1', incident_id: id, hold_seconds: 900, signal: 'probe', calm_since: null, why },
      { kind: 'rule', incident_id: id },
    ])
    for (const updated of [incident, incident]) await tell('updated', updated)
    await tell('closed', closed(incident))
    await until(async () => (await causes()).every(({ calm_since }) => calm_since === '2026-01-01T12:00:00.000Z'))
    expect(await lines()).toHaveLength(1)
  })

  it('has asked before the detector goes on', () => {
    const announce = vi.spyOn(context.advertising, 'announce')
    automatic.onIncident('opened', attack())
    automatic.onIncident('opened', attack({ rule: { automatic_advertisement: false }, more: { id: '2'.repeat(32) } }))
    automatic.onIncident('opened', attack({ rule: { automatic_advertisement: null }, more: { id: '3'.repeat(32) } }))
    expect(announce).toHaveBeenCalledTimes(1)
    return until(() => context.peer.log.length === 1)
  })

  it('is in its timeline with every change, and in what is told', async () => {
    await tell('opened', attack())
    await untilTold(`START ${prefix} Advertised`)
    const [event] = await told()
    expect(event).toMatchObject({
      correlation_id: id,
      name: 'Magic Network Monitoring: Auto Advertisement',
      text: `Rule my_rule_1 advertises because of an attack. ${prefix}: Advertised (sent to peer). Details: https://drawbridge.example/incidents/${id}`,
      data: { rule_name: 'my_rule_1', start_time: '2026-01-01T11:58:00.000Z', severity: 'INFO', dry_run: false },
    })
    const { timeline } = (await readIncident(context.state, 1, id)) ?? { timeline: [] }
    const entries = timeline.filter(({ kind }) => kind === 'advertisement')
    expect(entries.map(({ text }) => text)).toEqual([
      `${prefix} is being announced (bgp). ${attack().headline}`,
      `${prefix} is announced (bgp). drawbridge: sent to peer`,
    ])
  })

  it('finds it announced by a person', async () => {
    const cause = {
      kind: 'person',
      who: 'eve',
      why: 'x',
      rule_id: null,
      incident_id: null,
      until: null,
      hold_seconds: null,
      signal: null,
    } as const
    const asked = { account: 1, purpose: 'divert', prefix, flowspec: null, driver: null, dryRun: false, approval: false, cause } as const
    await context.advertising.announce(asked)
    context.clock.time += 1000
    await tell('opened', attack())
    await untilTold(`START ${prefix} Already Advertised`)
    expect(context.peer.log).toHaveLength(1)
  })

  it('sends nothing for a dry run, and says so', async () => {
    await tell('opened', attack({ extension: { advertise_dry_run: true } }))
    await untilTold(`START ${prefix} Advertised`)
    expect(context.peer.log).toEqual([])
    expect(await told()).toMatchObject([{ name: expect.stringContaining('(dry run)'), text: expect.stringContaining('nothing was sent') }])
  })
})

describe('what cannot be announced', () => {
  it('is told with its reason, noted once, and asked for again a minute later', async () => {
    const { result: owned } = await own({ cidr: other, locked: true, lock_reason: 'moved' })
    const incident = attack({ rule: { prefixes: [prefix, other, '8.8.8.0/24', '203.0.113.1/24'] } })
    await tell('opened', incident)
    const line = (status: AdvertiseStatus) =>
      `START 8.8.8.0/24 Could not Advertise ${other} ${status} ${prefix} Advertised 203.0.113.1/24 Could not Advertise`
    await untilTold(line('Locked'))
    const noted = async () =>
      ((await readIncident(context.state, 1, id))?.timeline ?? []).filter(({ text }) => text.includes('could not be'))
    expect((await noted()).map(({ text }) => text.slice(0, 50))).toHaveLength(3)

    await editOwnedPrefix(context, context.local, { id: owned.id, body: { locked: false } })
    await tell('updated', incident)
    context.clock.time += 60_000
    await tell('updated', incident)
    await untilTold(line('Locked'), line('Advertised'))
    expect(await noted()).toHaveLength(3)
    expect(announced().toSorted()).toEqual([other, prefix])
  })

  it.each<[DriverOutcome, AdvertiseStatus]>([
    [{ kind: 'done', already: true, detail: 'somebody had it done' }, 'Already Advertised'],
    [{ kind: 'locked', detail: 'ask the staff' }, 'Locked'],
    [{ kind: 'refused', detail: 'not on demand' }, 'Could not Advertise'],
    [{ kind: 'error', detail: 'no answer' }, 'Error'],
    [{ kind: 'delayed', retryAt: null, detail: 'cooling down' }, 'Delayed'],
  ])('%j of a driver is %s', async (outcome, status) => {
    answer(outcome)
    await tell('opened', attack())
    await untilTold(`START ${prefix} ${status}`)
    expect((await told())[0]?.text).toContain(outcome.detail)
  })

  it('is told again when what was delayed is there', async () => {
    answer({ kind: 'delayed', retryAt: null, detail: 'cooling down' })
    await tell('opened', attack())
    await untilTold(`START ${prefix} Delayed`)
    const [driver] = context.drivers
    const [call] = driver?.calls ?? []
    if (driver && call) driver.settle(call, { kind: 'done', already: false, detail: 'sent at last' })
    await untilTold(`START ${prefix} Delayed`, `START ${prefix} Advertised`)
    const phases = await context.state.selectFrom('alert_delivery').select(['phase', 'round']).orderBy('number').execute()
    expect(phases.map(({ round }) => round)).toEqual([0, 1])
  })

  it('waits for approval where the rule says so', async () => {
    await tell('opened', attack({ extension: { advertise_approval: true } }))
    await untilTold(`START ${prefix} Delayed`)
    expect(context.peer.log).toEqual([])
    const [pending] = (await context.advertising.list(1, { limit: 1, offset: 0 })).advertisements
    await context.advertising.approve(1, pending?.id ?? '', { who: 'eve', why: 'go' })
    await untilTold(`START ${prefix} Delayed`, `START ${prefix} Advertised`)
  })
})

describe('an attack on hosts', () => {
  const vector: IncidentVector = {
    vector: 'dns_amplification',
    title: 'DNS amplification',
    target: '203.0.113.7/32',
    bits_per_second: 6e9,
    packets_per_second: 7e5,
    share: 0.9,
    samples: 500,
  }
  const more = (...targets: readonly string[]) => ({ targets, vectors: [vector] })

  it('announces the registered prefix that covers them, and one more when it spreads', async () => {
    await own({ cidr: other })
    const rule = { ...ddos, prefixes: ['0.0.0.0/1'] }
    await tell('opened', attack({ rule, more: more('203.0.113.7/32') }))
    await untilTold(`START ${prefix} Advertised`)
    expect(await told()).toMatchObject([{ data: { attack_type: 'DNS amplification' } }])
    await tell('updated', attack({ rule, more: more('203.0.113.7/32', '198.51.100.9/32') }))
    await until(async () => (await lines()).length === 2)
    expect(announced().toSorted()).toEqual([other, prefix])
  })

  it('is told when no registered prefix matches, and again when one does', async () => {
    const incident = attack({ rule: ddos, more: more('198.51.100.9/32') })
    await tell('opened', incident)
    await untilTold('START 198.51.100.9/32 Could not Advertise')
    expect((await told())[0]?.text).toContain('no registered prefix matches it by prefix_match subnet')
    await own({ cidr: other })
    await tell('updated', incident)
    await untilTold('START 198.51.100.9/32 Could not Advertise', `START ${other} Advertised`)
  })

  it('blackholes them, and no networks', async () => {
    const extension = { advertise_purpose: 'blackhole' } as const
    await tell('opened', attack({ rule: ddos, extension, more: more('203.0.113.7/32', '203.0.113.0/24') }))
    await untilTold('START 203.0.113.7/32 Advertised')
    expect(context.peer.log).toHaveLength(1)
  })
})

describe('what a person has withdrawn', () => {
  it('is not announced again for the same incident, also after a restart', async () => {
    const incident = attack()
    await tell('opened', incident)
    await untilTold(`START ${prefix} Advertised`)
    const [one] = (await context.advertising.list(1, { limit: 1, offset: 0 })).advertisements
    await withdrawByHand(context, context.local, { id: one?.id ?? '', body: { why: 'a false alarm' } })
    for (const restarted of [false, true]) {
      if (restarted) await restart()
      context.clock.time += 120_000
      await tell('updated', incident)
    }
    await automatic.stop()
    expect(context.peer.log.map((line) => line[0])).toEqual(['+', '-'])
    expect(await lines()).toEqual([`START ${prefix} Advertised`])
  })

  it('ends with its incident', async () => {
    const incident = attack()
    await tell('opened', incident)
    await untilTold(`START ${prefix} Advertised`)
    await tell('closed', closed(incident))
    await until(async () => (await causes()).every(({ calm_since }) => calm_since !== null))
    expect(await lines()).toHaveLength(1)
    const [one] = (await context.advertising.list(1, { limit: 1, offset: 0 })).advertisements
    await context.advertising.release(1, one?.id ?? '', { who: 'eve', why: 'enough' })
    // It could come back: the advertiser probes.
    context.clock.time += 59_000
    await restart()
    await automatic.stop()
    expect(await lines()).toHaveLength(1)
    context.clock.time += 1000
    await start()
    await untilTold(`START ${prefix} Advertised`, 'END')
    expect((await told())[1]).toMatchObject({ correlation_id: id, data: { severity: 'INFO', advertise_status: [] } })
  })
})

async function restart(): Promise<void> {
  await automatic.stop()
  await start()
}

describe('after a restart', () => {
  it('announces what an open incident has not been able to ask for, and tells it', async () => {
    await automatic.stop()
    await writeIncident(context.state, { incident: attack(), facts: noFacts, startTold: true, endTold: false })
    await start()
    await untilTold(`START ${prefix} Advertised`)
    await restart()
    await automatic.stop()
    expect([await lines(), context.peer.log.length]).toEqual([[`START ${prefix} Advertised`], 1])
  })

  it('passes on the end of incidents that closed, or were never written', async () => {
    await tell('opened', attack())
    automatic.onIncident('opened', attack({ more: { id: '2'.repeat(32) } }))
    await until(async () => (await causes()).length === 2)
    await automatic.stop()
    await writeIncident(context.state, { incident: closed(attack()), facts: noFacts, startTold: true, endTold: true })
    await start()
    expect((await causes()).map(({ calm_since }) => calm_since)).toEqual(['2026-01-01T12:00:00.000Z', '2026-01-01T12:00:00.000Z'])
  })

  it('tells what was announced and not told, of an incident that is open and of one that is over', async () => {
    await own({ cidr: other })
    const over = attack({ more: { id: '2'.repeat(32) }, rule: { prefixes: [other] } })
    await automatic.stop()
    for (const incident of [attack(), over]) {
      const [cidr = ''] = incident.rule.prefixes
      await context.advertising.announce(ruleRequest(incident.rule, cidr, incident))
    }
    await writeIncident(context.state, { incident: attack(), facts: noFacts, startTold: true, endTold: false })
    await writeIncident(context.state, { incident: closed(over), facts: noFacts, startTold: true, endTold: true })
    await start()
    await until(async () => (await lines()).length === 2)
    expect((await lines()).toSorted()).toEqual([`START ${other} Advertised`, `START ${prefix} Advertised`])
  })

  it('stops although a driver does not answer', async () => {
    const [driver] = context.drivers
    let go: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    if (driver) driver.pause = () => gate
    const incident = attack()
    await tell('opened', incident)
    await tell('closed', closed(incident))
    await automatic.stop()
    go()
    await context.advertising.idle()
    expect(await causes()).toMatchObject([{ calm_since: null }])
    await start()
    expect(await causes()).toMatchObject([{ calm_since: '2026-01-01T12:00:00.000Z' }])
  })

  it('tells the END of what was withdrawn meanwhile', async () => {
    const incident = attack()
    await tell('opened', incident)
    await untilTold(`START ${prefix} Advertised`)
    await automatic.stop()
    await writeIncident(context.state, { incident: closed(incident), facts: noFacts, startTold: true, endTold: true })
    const [one] = (await context.advertising.list(1, { limit: 1, offset: 0 })).advertisements
    await context.advertising.release(1, one?.id ?? '', { who: 'eve', why: 'enough' })
    context.clock.time += 60_000
    await start()
    await untilTold(`START ${prefix} Advertised`, 'END')
    expect(context.peer.table.size).toBe(0)
  })
})

it('asks again when half of the longest time is over', async () => {
  const incident = attack()
  await tell('opened', incident)
  await untilTold(`START ${prefix} Advertised`)
  const [{ until: before } = { until: '' }] = await causes()
  context.clock.time += 12 * 3_600_000
  await tell('updated', incident)
  await until(async () => (await causes())[0]?.until !== before)
  expect(await causes()).toMatchObject([{ until: '2026-01-03T00:00:00.000Z' }])
  expect(context.peer.log).toHaveLength(1)
})
