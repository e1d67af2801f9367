// Tests what the queue answers as due, and what it forgets.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestContext, type TestContext } from '../app/testing/test-context.ts'
import { DeliveryQueue, type DueDelivery } from './delivery-queue.ts'
import { enqueueAlert } from './enqueue-alert.ts'
import { addPolicy, alertEvent, endOf } from './testing/alert-rows.ts'

let context: TestContext
let queue: DeliveryQueue
beforeEach(async () => {
  context = await openTestContext()
  queue = new DeliveryQueue(context.state)
  await addPolicy(context.state, 'p', { email: [{ id: 'a@example.com' }, { id: 'b@example.com' }] })
})
afterEach(() => context.close())

const noon = alertEvent(1).at
/** What is due, without what goes to the second address unless that is asked for. */
const dueDeliveries = async (now: number, address = 'a@example.com') => {
  const rows = (await queue.due(now)).filter(({ destination }) => destination === `email ${address}`)
  return queue.read(rows.map(({ number }) => number))
}
const shown = ({ message }: DueDelivery) => `${message.text} ${message.phase.slice(18)}`
const due = async (now: number, address?: string) => (await dueDeliveries(now, address)).map(shown)

it('answers what has been due longest at each destination, and no an END before its START', async () => {
  await enqueueAlert(context.state, alertEvent(1))
  await enqueueAlert(context.state, alertEvent(2, { at: noon - 1000 }))
  await enqueueAlert(context.state, endOf(alertEvent(1), 500))
  expect(await due(noon - 1001)).toEqual([])
  expect([await due(noon - 1), await due(noon - 1, 'b@example.com')]).toEqual([['alert 2 START'], ['alert 2 START']])
  const next = async () => {
    const [first] = await dueDeliveries(noon + 1000)
    if (!first) throw new Error('nothing is due')
    return first
  }
  const told: string[] = []
  const ids: string[] = []
  let delivery = await next()
  for (const _ of [1, 2]) {
    told.push(shown(delivery))
    ids.push(delivery.message.delivery)
    await queue.sent(delivery, noon)
    delivery = await next()
  }
  expect(told).toEqual(['alert 2 START', 'alert 1 START'])
  expect(delivery.message).toMatchObject({ phase: 'ALERT_STATE_EVENT_END', started: ids[1] })
  await queue.sent(delivery, noon)
  expect(await due(noon + 1000)).toEqual([])
})

it('lets an END wait as long as its START is to wait', async () => {
  await enqueueAlert(context.state, alertEvent(1))
  await enqueueAlert(context.state, endOf(alertEvent(1), 0))
  const [start] = await dueDeliveries(noon)
  if (!start) throw new Error('the START is not due')
  await queue.failed(start, 'HTTP 503', { now: noon, next: noon + 5000 })
  expect(await due(noon + 4999)).toEqual([])
  const rows = await context.state.selectFrom('alert_delivery').select('due_at').where('destination', '=', 'a@example.com').execute()
  expect(rows.map(({ due_at }) => Date.parse(due_at) - noon)).toEqual([5000, 5000])
  expect(await due(noon + 5000)).toEqual(['alert 1 START'])
})

it('forgets what is old and what is too much, and nothing that waits', async () => {
  for (let index = 1; index <= 6; index++) await enqueueAlert(context.state, alertEvent(index, { at: noon + index }))
  const settle = (correlations: readonly number[]) =>
    context.state
      .updateTable('alert_delivery')
      .set({ state: 'sent' })
      .where(
        'correlation_id',
        'in',
        correlations.map((index) => alertEvent(index).correlation_id),
      )
      .execute()
  const left = async () => (await context.state.selectFrom('alert_event').select('text').orderBy('id').execute()).map(({ text }) => text)
  await settle([1, 3, 4, 5, 6])
  await queue.prune(noon + 4, 1000)
  expect(await left()).toEqual(['alert 2', 'alert 4', 'alert 5', 'alert 6'])
  await queue.prune(0, 4)
  expect(await left()).toEqual(['alert 2', 'alert 5', 'alert 6'])
  expect(await context.state.selectFrom('alert_delivery').select('id').execute()).toHaveLength(6)
})
