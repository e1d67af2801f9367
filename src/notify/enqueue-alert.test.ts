// Tests who is written down to be told of an alert: policies, repeats, silences, ends, bounds.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestContext, type TestContext } from '../app/testing/test-context.ts'
import { cancelDeliveries } from './delivery-queue.ts'
import { enqueueAlert, maxWaiting } from './enqueue-alert.ts'
import { addPagerduty, addPolicy, addWebhook, alertEvent, deliveries, endOf } from './testing/alert-rows.ts'

let context: TestContext
beforeEach(async () => {
  context = await openTestContext()
  await addWebhook(context.state, 'w1', 'https://example.com/1', { type: 'slack' })
  await addWebhook(context.state, 'w2', 'https://example.com/2')
})
afterEach(() => context.close())

const enqueue = (event = alertEvent(1)) => context.state.transaction().execute((transaction) => enqueueAlert(transaction, event))
const settle = (state: string) => context.state.updateTable('alert_delivery').set({ state }).where('state', '=', 'pending').execute()
const email = [{ id: 'noc@example.com' }]

describe('a START', () => {
  it('goes to each destination of each enabled policy of its type', async () => {
    await addPagerduty(context.state, 'pd', 'x')
    await addPolicy(context.state, 'p1', {
      webhooks: [{ id: 'w1' }, { id: 'w2' }],
      email,
      pagerduty: [{ id: 'pd' }],
      syslog: [{ id: 'default' }],
    })
    await addPolicy(context.state, 'p2', { webhooks: [{ id: 'w1' }] })
    await addPolicy(context.state, 'off', { email }, { enabled: false })
    await addPolicy(context.state, 'other', { email }, { alert_type: 'fbm_dosd_attack' })
    expect(await enqueue()).toBe(6)
    expect((await deliveries(context.state)).toSorted()).toEqual(
      [
        'p1 noc@example.com START 0 pending',
        'p1 pd START 0 pending',
        'p1 w1 START 0 pending',
        'p1 w2 START 0 pending',
        'p1 default START 0 pending',
        'p2 w1 START 0 pending',
      ].toSorted(),
    )
    const channels = await context.state
      .selectFrom('alert_delivery')
      .select(['destination', 'channel'])
      .where('policy', '=', 'p1')
      .execute()
    expect(new Map(channels.map(({ destination, channel }) => [destination, channel])).get('w1')).toBe('slack')
  })

  it('leaves nothing behind when nobody is to be told, or when the transaction fails', async () => {
    expect(await enqueue()).toBe(0)
    await addPolicy(context.state, 'p', { email })
    const failing = context.state.transaction().execute(async (transaction) => {
      expect(await enqueueAlert(transaction, alertEvent(1))).toBe(1)
      throw new Error('the incident could not be written')
    })
    await expect(failing).rejects.toThrow('the incident could not be written')
    expect(await deliveries(context.state)).toEqual([])
    expect(await context.state.selectFrom('alert_event').selectAll().execute()).toEqual([])
  })

  it('does not go to destinations of others, nor to those that were deleted or are named twice', async () => {
    await context.state
      .insertInto('account')
      .values({ id: 'f'.repeat(32), name: 'other', created_at: 'x' })
      .execute()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w1' }, { id: 'w1' }, { id: 'gone' }] })
    expect(await enqueue(alertEvent(1, { account: 2 }))).toBe(0)
    expect(await enqueue()).toBe(1)
  })

  it('is told again at once when it is news, and apart from alerts of other types', async () => {
    await addPolicy(context.state, 'p', { email })
    await addPolicy(context.state, 'a', { email }, { alert_type: 'fbm_auto_advertisement' })
    const news = alertEvent(1, { type: 'fbm_auto_advertisement', news: true })
    for (const event of [alertEvent(1), news, news, alertEvent(1), endOf(alertEvent(1))]) await enqueue(event)
    const at = (line: string) => `${line.replace(' ', ' noc@example.com ')} pending`
    expect(await deliveries(context.state)).toEqual(['p START 0', 'a START 0', 'a START 1', 'p END 0'].map(at))
    await enqueue(endOf(news))
    expect((await deliveries(context.state)).slice(4)).toEqual([at('a END 0')])
  })

  it('is told once, whatever became of the first', async () => {
    await addPolicy(context.state, 'p', { email })
    for (const state of ['pending', 'sent', 'failed']) {
      await enqueue()
      await settle(state)
    }
    expect(await deliveries(context.state)).toEqual(['p noc@example.com START 0 sent'])
  })

  it('is told again each alert_interval, when the last one is out, until the END', async () => {
    await addPolicy(context.state, 'p', { email }, { alert_interval: '30m' })
    const minute = (count: number) => enqueue(alertEvent(1, { at: alertEvent(1).at + count * 60_000 }))
    expect([await minute(0), await minute(30)]).toEqual([1, 0])
    await settle('sent')
    expect([await minute(29), await minute(30), await minute(31)]).toEqual([0, 1, 0])
    await settle('sent')
    expect([await minute(59), await minute(60)]).toEqual([0, 1])
    await settle('sent')
    expect(await enqueue(endOf(alertEvent(1), 61 * 60_000))).toBe(1)
    expect(await minute(200)).toBe(0)
    expect((await deliveries(context.state)).map((text) => text.split(' ').slice(2, 4).join(' '))).toEqual([
      'START 0',
      'START 1',
      'START 2',
      'END 0',
    ])
  })

  it('is refused and shown when too many wait; an END is not', async () => {
    await addPolicy(context.state, 'p', { email, webhooks: [{ id: 'w1' }] })
    expect(await enqueue()).toBe(2)
    const row = await context.state.selectFrom('alert_delivery').selectAll().limit(1).executeTakeFirstOrThrow()
    const { number: _number, ...copy } = row
    for (let from = 2; from < maxWaiting; from += 500) {
      const rows = Array.from({ length: Math.min(500, maxWaiting - from) }, (_, index) =>
        Object.assign({}, copy, { id: `x${from + index}`, correlation_id: `x${from + index}` }),
      )
      await context.state.insertInto('alert_delivery').values(rows).execute()
    }
    await context.state.deleteFrom('alert_delivery').where('id', '=', 'x2').execute()
    expect(await enqueue(alertEvent(2))).toBe(1)
    const refused = await context.state
      .selectFrom('alert_delivery')
      .select(['state', 'error'])
      .where('correlation_id', '=', alertEvent(2).correlation_id)
      .execute()
    expect(refused).toEqual([
      { state: 'pending', error: null },
      { state: 'refused', error: `${maxWaiting} deliveries wait already` },
    ])
    expect(await enqueue(endOf(alertEvent(1)))).toBe(2)
  })
})

describe('an END', () => {
  it('goes to those that got the START or will get it, once', async () => {
    await addPolicy(context.state, 'p', { email, webhooks: [{ id: 'w1' }, { id: 'w2' }] })
    await enqueue()
    await context.state.updateTable('alert_delivery').set({ state: 'sent' }).where('destination', '=', 'w1').execute()
    await context.state.updateTable('alert_delivery').set({ state: 'failed' }).where('destination', '=', 'w2').execute()
    expect(await enqueue(endOf(alertEvent(1)))).toBe(2)
    expect(await enqueue(endOf(alertEvent(1)))).toBe(0)
    expect((await deliveries(context.state)).slice(3).toSorted()).toEqual(['p noc@example.com END 0 pending', 'p w1 END 0 pending'])
    expect(await context.state.selectFrom('alert_event').select('id').execute()).toHaveLength(2)
  })

  it('is nothing without a START', async () => {
    await addPolicy(context.state, 'p', { email })
    expect(await enqueue(endOf(alertEvent(1)))).toBe(0)
  })

  it('is told also when the policy was switched off or silenced meanwhile, and not when it was deleted', async () => {
    await addPolicy(context.state, 'off', { email })
    await addPolicy(context.state, 'deleted', { email })
    await enqueue()
    await settle('sent')
    await context.state.updateTable('alert_policy').set({ enabled: 0 }).where('id', '=', 'off').execute()
    await silence('off')
    await context.state.deleteFrom('alert_policy').where('id', '=', 'deleted').execute()
    expect(await enqueue(endOf(alertEvent(1)))).toBe(1)
  })
})

async function silence(policy: string): Promise<void> {
  const times = { start_time: '2026-01-01T12:00:00.000Z', end_time: '2026-01-01T13:00:00.000Z', created_at: 'x', updated_at: 'x' }
  await context.state
    .insertInto('alert_silence')
    .values({ id: `s-${policy}`, account: 1, policy, ...times })
    .execute()
}

describe('a silence', () => {
  it('keeps a START back, which the history shows, and its END', async () => {
    await addPolicy(context.state, 'p', { email })
    await silence('p')
    expect(await enqueue()).toBe(0)
    expect(await deliveries(context.state)).toEqual(['p noc@example.com START 0 silenced'])
    expect(await enqueue(endOf(alertEvent(1)))).toBe(0)
  })

  it('holds for its policy from its start until its end', async () => {
    await addPolicy(context.state, 'p', { email })
    await addPolicy(context.state, 'loud', { email })
    await silence('p')
    const times = ['11:59:59.999', '12:00:00.000', '12:59:59.999', '13:00:00.000'].map((time) => Date.parse(`2026-01-01T${time}Z`))
    for (const [index, at] of times.entries()) await enqueue(alertEvent(index, { at }))
    const rows = await deliveries(context.state)
    expect(rows.filter((row) => row.startsWith('p ')).map((row) => row.split(' ')[4])).toEqual([
      'pending',
      'silenced',
      'silenced',
      'pending',
    ])
    expect(rows.filter((row) => row.startsWith('loud ') && row.endsWith('pending'))).toHaveLength(4)
  })
})

it('takes back what waits for a deleted policy or destination', async () => {
  await addPolicy(context.state, 'p1', { email, webhooks: [{ id: 'w1' }] })
  await addPolicy(context.state, 'p2', { email, webhooks: [{ id: 'w1' }] })
  await enqueue()
  await context.state.updateTable('alert_delivery').set({ state: 'sent' }).where('policy', '=', 'p1').where('kind', '=', 'email').execute()
  await cancelDeliveries(context.state, { policy: 'p1' }, { now: 0, error: 'the policy was deleted' })
  await cancelDeliveries(context.state, { kind: 'webhook', destination: 'w1' }, { now: 0, error: 'the webhook was deleted' })
  expect((await deliveries(context.state)).toSorted()).toEqual([
    'p1 noc@example.com START 0 sent',
    'p1 w1 START 0 cancelled',
    'p2 noc@example.com START 0 pending',
    'p2 w1 START 0 cancelled',
  ])
})
