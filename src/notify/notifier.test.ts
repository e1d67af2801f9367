// Tests the notifier over real receivers: order, retry, giving up, what is deleted meanwhile, bounds, restarts.
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../test/lab/poll.ts'
import { openTestContext, type TestContext } from '../app/testing/test-context.ts'
import { systemClock } from '../base/clock.ts'
import { Metrics } from '../base/metrics.ts'
import { configSchema } from '../contract/config.ts'
import { cancelDeliveries } from './delivery-queue.ts'
import { enqueueAlert } from './enqueue-alert.ts'
import { registerNotifierMetrics } from './notifier-metrics.ts'
import { Notifier, type NotifierConfig } from './notifier.ts'
import { defaultRetry } from './retry.ts'
import { addPagerduty, addPolicy, addWebhook, alertEvent, deliveries, endOf } from './testing/alert-rows.ts'
import { startHttpReceiver, type HttpReceiver } from './testing/http-receiver.ts'
import { startMailReceiver } from './testing/mail-receiver.ts'

/** A thousandth of the real waits. */
const retry = { ...defaultRetry, firstMs: 1, longestMs: 300 }

let context: TestContext
let receiver: HttpReceiver
let notifier: Notifier | undefined
let logged: unknown[]

beforeEach(async () => {
  context = await openTestContext()
  receiver = await startHttpReceiver()
  logged = []
})
afterEach(async () => {
  await notifier?.stop()
  notifier = undefined
  await receiver.close()
  await context.close()
})

function notifierOf(config: Partial<NotifierConfig> = {}, alerts: Record<string, unknown> = {}): Notifier {
  const open = { allow_private_targets: ['127.0.0.0/8'], ports: [String(receiver.port)] }
  const log = {
    info: () => undefined,
    warn: (...entry: unknown[]) => void logged.push(entry),
    error: (...entry: unknown[]) => void logged.push(entry),
  }
  return new Notifier(
    { alerts: configSchema.parse({ alerts: { ...open, ...alerts } }).alerts, pollMs: 5, timeoutMs: 2000, retry, ...config },
    { state: context.state, secrets: context.secrets, clock: systemClock, log },
  )
}

async function start(config: Partial<NotifierConfig> = {}, alerts: Record<string, unknown> = {}): Promise<Notifier> {
  notifier = notifierOf(config, alerts)
  await notifier.start()
  return notifier
}

const enqueue = (event = now(1)) => context.state.transaction().execute((transaction) => enqueueAlert(transaction, event))
/** An event of now: the notifier gives up what is a day old. */
const now = (correlation: number) => alertEvent(correlation, { at: Date.now() })
const states = async () => (await deliveries(context.state)).map((row) => row.split(' ').at(-1))
const allAre = (state: string) =>
  until(`deliveries that are all ${state}`, async () => ((await states()).every((each) => each === state) ? true : undefined), 20_000)
const hook = (id = 'w', path = '/hook') => addWebhook(context.state, id, receiver.origin + path)

describe('a delivery', () => {
  it('arrives by every means, with the secrets and the idempotency key', async () => {
    const mail = await startMailReceiver()
    await addWebhook(context.state, 'w', `${receiver.origin}/hook`, { secret: context.secrets.seal('hook secret', 'webhook/w') })
    await addPagerduty(context.state, 'pd', context.secrets.seal('pd key', 'pagerduty/pd'))
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }], pagerduty: [{ id: 'pd' }], email: [{ id: 'noc@example.com' }] })
    const smtp = { host: '127.0.0.1', port: mail.port, tls: 'off' }
    await start({}, { smtp, pagerduty_url: `${receiver.origin}/pagerduty` })
    await enqueue()
    await allAre('sent')
    const rows = await context.state.selectFrom('alert_delivery').selectAll().execute()
    const idOf = (kind: string) => rows.find((row) => row.kind === kind)?.id
    const byPath = new Map(receiver.requests.map((request) => [request.url, request]))
    expect(byPath.get('/hook')).toMatchObject({
      headers: { 'cf-webhook-auth': 'hook secret', 'idempotency-key': idOf('webhook') },
      body: { alert_event: 'ALERT_STATE_EVENT_START', account_id: context.local.account.id, policy_name: 'policy p', text: 'alert 1' },
    })
    expect(byPath.get('/pagerduty')).toMatchObject({
      headers: { 'idempotency-key': idOf('pagerduty') },
      body: { routing_key: 'pd key', event_action: 'trigger', dedup_key: now(1).correlation_id },
    })
    expect(mail.mails[0]?.headers.get('message-id')).toContain(idOf('email'))
    const webhook = await context.state.selectFrom('alert_webhook').selectAll().executeTakeFirstOrThrow()
    expect([webhook.last_success, webhook.last_failure]).toEqual([expect.any(String), null])
    await mail.close()
  })

  it('is tried again with the same key until the receiver takes it', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    let failures = 12
    receiver.answer = (_request, response) => void response.writeHead(failures-- > 0 ? 503 : 200).end()
    const running = await start()
    await enqueue()
    await allAre('sent')
    expect(receiver.requests).toHaveLength(13)
    expect(new Set(receiver.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    const row = await context.state.selectFrom('alert_delivery').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ attempts: 13, error: null })
    expect(running.counts().outcomes.toSorted((a, b) => a.count - b.count)).toEqual([
      { channel: 'generic', outcome: 'sent', count: 1 },
      { channel: 'generic', outcome: 'retried', count: 12 },
    ])
  })

  it('is given up after eight refusals, and its END is not sent', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    receiver.answer = (_request, response) => void response.writeHead(404).end('no such secret-channel')
    await enqueue()
    await enqueue(endOf(now(1), 1))
    await start()
    await until('an END that is cancelled', async () => ((await states()).join() === 'failed,cancelled' ? true : undefined))
    expect(receiver.requests).toHaveLength(8)
    const rows = await context.state.selectFrom('alert_delivery').select('error').orderBy('number').execute()
    expect(rows.map(({ error }) => error)).toEqual(['HTTP 404', 'the START was not delivered'])
    // Neither the path nor what was answered is logged.
    expect(JSON.stringify(logged)).toContain('HTTP 404')
    expect(JSON.stringify(logged)).not.toMatch(/secret-channel|\/hook/)
  })

  it('is given up when the alert is a day old', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    receiver.answer = (_request, response) => void response.writeHead(500).end()
    await enqueue(alertEvent(1, { at: Date.now() - 86_400_000 }))
    await start()
    await allAre('failed')
    expect(receiver.requests).toHaveLength(1)
  })

  it('waits as long as the receiver asks', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    receiver.answer = (_request, response) => void response.writeHead(429, { 'retry-after': '600' }).end()
    await start()
    await enqueue()
    await until('a first try', async () => ((await dueIn()) > 590_000 ? true : undefined))
    expect(await dueIn()).toBeLessThanOrEqual(600_000)
    expect(receiver.requests).toHaveLength(1)
  })

  const dueIn = async () => {
    const { due_at } = await context.state.selectFrom('alert_delivery').select('due_at').executeTakeFirstOrThrow()
    return Date.parse(due_at) - Date.now()
  }

  it('whose secret cannot be decrypted is given up with a sentence that says what to do', async () => {
    await addWebhook(context.state, 'w', `${receiver.origin}/hook`, { secret: context.secrets.seal('x', 'webhook/other') })
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    await start()
    await enqueue()
    await allAre('failed')
    const { error } = await context.state.selectFrom('alert_delivery').select('error').executeTakeFirstOrThrow()
    expect(error).toBe(
      'the secret of webhook/w cannot be decrypted; restore the key file that belongs to this database, or give the secret again',
    )
    expect(receiver.requests).toEqual([])
  })
})

describe('order', () => {
  it('is START before END at every destination, whatever fails in between', async () => {
    for (const id of ['w1', 'w2', 'w3']) await hook(id, `/${id}`)
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w1' }, { id: 'w2' }, { id: 'w3' }] })
    let turn = 0
    receiver.answer = (_request, response) => void response.writeHead(turn++ % 3 === 2 ? 200 : 500).end()
    await start()
    for (let index = 0; index < 4; index++) {
      await enqueue(now(index))
      await enqueue(endOf(now(index), 0))
    }
    await allAre('sent')
    // For each alert and destination all tries of the START come before the first one of the END.
    const phases = new Map<string, string[]>()
    for (const { url, body } of receiver.requests) {
      const key = `${url} ${String(body['alert_correlation_id'])}`
      phases.set(key, [...(phases.get(key) ?? []), String(body['alert_event'])])
    }
    expect(phases.size).toBe(12)
    for (const told of phases.values()) {
      expect(told).toContain('ALERT_STATE_EVENT_END')
      expect(told.lastIndexOf('ALERT_STATE_EVENT_START')).toBeLessThan(told.indexOf('ALERT_STATE_EVENT_END'))
    }
  })

  it('lets a slow receiver hold up nobody else, and gives it one at a time', async () => {
    await hook('slow', '/slow')
    await hook('fast', '/fast')
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'slow' }, { id: 'fast' }] })
    let under = 0
    let most = 0
    const waiting: (() => void)[] = []
    receiver.answer = ({ url }, response) => {
      if (url === '/fast') {
        response.end('ok')
        return
      }
      most = Math.max(most, ++under)
      waiting.push(() => {
        under--
        response.end('ok')
      })
    }
    await start({ concurrency: 2 })
    for (let index = 0; index < 5; index++) await enqueue(now(index))
    const fast = async () => (await deliveries(context.state)).filter((row) => row.includes('fast') && row.endsWith('sent')).length
    await until('all of the fast one', async () => ((await fast()) === 5 ? true : undefined))
    expect(waiting).toHaveLength(1)
    await until('all of the slow one', async () => {
      waiting.shift()?.()
      return (await states()).every((state) => state === 'sent') ? true : undefined
    })
    expect(most).toBe(1)
  })

  it('gives every destination its turn, however many of them are dead and how much waits for those', async () => {
    for (const id of ['a', 'b', 'c', 'z']) await hook(id, `/${id}`)
    await addPolicy(context.state, 'dead', { webhooks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })
    for (let index = 0; index < 20; index++) await enqueue(now(index))
    await addPolicy(context.state, 'alive', { webhooks: [{ id: 'z' }] })
    await enqueue(now(100))
    receiver.answer = (_request, response) => void response.writeHead(503).end()
    await start({ concurrency: 1 })
    await until('the turn of the last one', () => (receiver.requests.some(({ url }) => url === '/z') ? true : undefined))
    expect(receiver.requests.slice(0, 4).map(({ url }) => url)).toContain('/z')
  })
})

describe('what is deleted while something waits', () => {
  it('is not told', async () => {
    await hook('w1')
    await hook('w2')
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w1' }, { id: 'w2' }] })
    await enqueue()
    // As an older program may have left it: the row is gone and nobody has cancelled the delivery.
    await context.state.deleteFrom('alert_webhook').where('id', '=', 'w1').execute()
    await start()
    await until('two ends', async () => ((await states()).join() === 'cancelled,sent' ? true : undefined))
    expect(receiver.requests).toHaveLength(1)
  })

  it('stays cancelled when the delivery was under way', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    let answer = (): void => undefined
    receiver.answer = (_request, response) => {
      answer = () => void response.writeHead(500).end()
    }
    const running = await start()
    await enqueue()
    await until('a try under way', () => (receiver.requests.length === 1 ? true : undefined))
    await cancelDeliveries(context.state, { policy: 'p' }, { now: 0, error: 'the policy was deleted' })
    answer()
    await until('its result', () => (running.counts().outcomes.length === 1 ? true : undefined))
    expect(await states()).toEqual(['cancelled'])
  })
})

describe('a restart', () => {
  it('sends what waited, and what was under way once more with the same key', async () => {
    await hook()
    await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
    receiver.answer = () => undefined
    const first = await start({ timeoutMs: 60_000 })
    await enqueue()
    await until('a try under way', () => (receiver.requests.length === 1 ? true : undefined))
    await first.stop()
    receiver.answer = (_request, response) => void response.end('ok')
    await start()
    await allAre('sent')
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })
})

it('counts and shows what waits and what was never tried', async () => {
  await hook()
  await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
  receiver.answer = () => undefined
  const running = await start()
  const metrics = new Metrics()
  registerNotifierMetrics(metrics, running)
  await enqueue(alertEvent(1, { at: Date.now() - 60_000 }))
  const times = { start_time: '2000-01-01T00:00:00.000Z', end_time: '2100-01-01T00:00:00.000Z', created_at: 'x', updated_at: 'x' }
  await context.state
    .insertInto('alert_silence')
    .values({ id: 's', account: 1, policy: 'p', ...times })
    .execute()
  await enqueue(now(2))
  await until('the silenced one', () => (running.counts().outcomes.some(({ outcome }) => outcome === 'silenced') ? true : undefined))
  const text = await metrics.text()
  expect(text).toContain('drawbridge_alert_deliveries_total{channel="generic",outcome="silenced"} 1')
  expect(text).toContain('drawbridge_alert_deliveries_waiting 1')
  expect(Number(/^drawbridge_alert_oldest_waiting_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(60)
})

it('goes on when the database cannot be worked on for a while', async () => {
  await hook()
  await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
  await start()
  const { sql } = await import('kysely')
  await sql`alter table alert_delivery rename to gone`.execute(context.state)
  await until('a failed look', () => (logged.length > 0 ? true : undefined))
  await sql`alter table gone rename to alert_delivery`.execute(context.state)
  await enqueue()
  await allAre('sent')
  expect(JSON.stringify(logged[0])).toContain('it is tried again')
})

it('leaves nothing running after it was stopped', async () => {
  await hook()
  await addPolicy(context.state, 'p', { webhooks: [{ id: 'w' }] })
  const running = await start()
  await running.stop()
  await enqueue()
  // Ten looks' time: a look that comes all the same would be seen.
  await delay(50)
  expect(receiver.requests).toEqual([])
})
