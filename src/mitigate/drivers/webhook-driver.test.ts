// Tests the webhook driver against a real receiver: signature, what its answers mean, confirmations, and the receiver of the
// user's page as it stands there.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { startHttpReceiver, type HttpReceiver } from '../../notify/testing/http-receiver.ts'
import type { Direction, DriverOutcome, DriverRoute } from '../driver.ts'
import { WebhookDriver } from './webhook-driver.ts'

const secret = 'a key of sixteen and more'
const start = Date.UTC(2026, 0, 1)

let now = 0
let receiver: HttpReceiver
let driver: WebhookDriver
let settled: [id: string, direction: Direction, outcome: DriverOutcome][] = []

function newDriver(url: string, timeout_seconds = 10): WebhookDriver {
  const config = { url, secret, timeout_seconds, confirm_seconds: 60 }
  const pause = async (milliseconds: number): Promise<void> => void (now += milliseconds)
  return new WebhookDriver(config, { clock: { now: () => now }, settled: (...told) => void settled.push(told), pause })
}

beforeEach(async () => {
  now = start
  settled = []
  receiver = await startHttpReceiver()
  driver = newDriver(`${receiver.origin}/secret-path`)
})

afterEach(async () => {
  await driver.stop()
  await receiver.close()
})

const id = 'a'.repeat(32)
const net = '203.0.113.0/24'
const divert: DriverRoute = { id, account: 1, route: { purpose: 'divert', prefix: net, flowspec: null }, originAs: 64_500 }
const settledOnce = () => until('what the driver tells by itself', () => settled[0])

/** Answers with one status after another, the last one from then on. */
function answerWith(...answers: [status: number, headers?: Record<string, string>, body?: string][]): void {
  receiver.answer = (_request, response) => {
    const [status, headers = {}, body = ''] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [500]
    response.writeHead(status, headers).end(body)
  }
}

describe('what is sent', () => {
  it('is a signed message', async () => {
    expect(await driver.announce(divert)).toEqual({ kind: 'done', already: false, detail: `127.0.0.1:${receiver.port} answers HTTP 200` })
    const body = {
      id,
      action: 'announce',
      prefix: net,
      purpose: 'divert',
      flowspec: null,
      origin_as: 64_500,
      at: '2026-01-01T00:00:00.000Z',
    }
    const t = start / 1000
    const v1 = createHmac('sha256', secret)
      .update(`${t}.${JSON.stringify(body)}`)
      .digest('hex')
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        url: '/secret-path',
        headers: {
          'content-type': 'application/json',
          'drawbridge-signature': `t=${t},v1=${v1}`,
          'idempotency-key': `${id}-announce-${start}`,
        },
        body,
      },
    ])
  })

  it('has a FlowSpec rule whole', async () => {
    const flowspec = {
      match: { destination: net, protocol: [17], destination_port: [[53, 53] as const] },
      action: { kind: 'discard' as const },
    }
    await driver.announce({ ...divert, route: { purpose: 'flowspec', prefix: net, flowspec } })
    expect(receiver.requests[0]?.body).toMatchObject({ purpose: 'flowspec', flowspec })
  })

  it('is the same when it is repeated, signed anew, and new after the opposite', async () => {
    await driver.announce(divert)
    now += 60_000
    await driver.announce(divert)
    await driver.withdraw(divert)
    now += 60_000
    await driver.announce(divert)
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([
      `${id}-announce-${start}`,
      `${id}-announce-${start}`,
      `${id}-withdraw-${start + 60_000}`,
      `${id}-announce-${start + 120_000}`,
    ])
    expect(receiver.requests[0]?.body).toEqual(receiver.requests[1]?.body)
    const signatures = new Set(receiver.requests.map(({ headers }) => headers['drawbridge-signature']))
    expect(signatures.size).toBe(4)
  })

  it('can be seen before, without the secret and the path', async () => {
    const preview = driver.preview(divert)
    expect(preview).toMatchObject([{ driver: 'webhook', to: `127.0.0.1:${receiver.port}`, ready: true, hex: '' }])
    expect(preview[0]?.lines).toContain(`  "prefix": "${net}",`)
    expect(JSON.stringify(preview)).not.toMatch(/secret-path|sixteen/)
    expect(receiver.requests).toEqual([])
  })
})

describe('what an answer means', () => {
  const host = () => `127.0.0.1:${receiver.port}`
  const cases: [name: string, status: number, headers: Record<string, string>, body: string, outcome: object][] = [
    ['204', 204, {}, '', { kind: 'done', already: false }],
    [
      'already',
      200,
      {},
      '{"already":true,"detail":"edge1\\nhas it"}',
      { kind: 'done', already: true, detail: 'HOST answers HTTP 200: edge1 has it' },
    ],
    ['a body that is no object', 200, {}, '"x"', { kind: 'done', already: false, detail: 'HOST answers HTTP 200' }],
    ['locked', 423, {}, '{"detail":"frozen"}', { kind: 'locked', detail: 'HOST answers HTTP 423: frozen' }],
    ['conflict', 409, {}, '', { kind: 'locked' }],
    ['later', 429, { 'retry-after': '30' }, '', { kind: 'delayed', retryAt: start + 30_000 }],
    ['later, without a time', 429, {}, '', { kind: 'delayed', retryAt: start + 60_000 }],
    ['much later', 503, { 'retry-after': '99999' }, '', { kind: 'delayed', retryAt: start + 3_600_000 }],
    ['unavailable', 503, {}, '', { kind: 'error', detail: 'HOST answers HTTP 503' }],
    ['fault', 500, {}, '', { kind: 'error' }],
    ['no', 400, {}, '{"detail":"unknown prefix"}', { kind: 'refused', detail: 'HOST answers HTTP 400: unknown prefix' }],
    ['redirect', 307, { location: '/other' }, '', { kind: 'refused', detail: 'HOST answers HTTP 307; redirects are not followed' }],
    [
      '202 without a Location',
      202,
      {},
      '',
      { kind: 'refused', detail: 'HOST answers HTTP 202 without a Location to ask for the confirmation' },
    ],
    [
      '202 with a foreign Location',
      202,
      { location: 'http://192.0.2.1/' },
      '',
      { kind: 'refused', detail: 'HOST answers HTTP 202 with a Location that leads elsewhere' },
    ],
  ]
  it.each(cases)('%s', async (_, status, headers, body, outcome) => {
    answerWith([status, headers, body])
    const expected = JSON.parse(JSON.stringify(outcome).replace('HOST', host())) as object
    expect(await driver.announce(divert)).toMatchObject(expected)
    expect(receiver.requests).toHaveLength(1)
  })

  it('a long sentence is cut', async () => {
    answerWith([200, {}, JSON.stringify({ detail: 'x'.repeat(5000) })])
    expect((await driver.announce(divert)).detail.length).toBeLessThan(300)
  })

  it('nobody who listens', async () => {
    await receiver.close()
    expect(await driver.announce(divert)).toMatchObject({ kind: 'error', detail: expect.stringContaining('ECONNREFUSED') as string })
    expect(driver.status()).toMatchObject({ ready: false, detail: expect.stringContaining('ECONNREFUSED') as string })
    expect(driver.counts).toEqual({ requests: 1, failures: 1 })
  })

  it('no answer in time', async () => {
    receiver.answer = () => undefined
    driver = newDriver(receiver.origin, 0.05)
    expect(await driver.announce(divert)).toMatchObject({ kind: 'error', detail: `${host()}: no answer within 0.05 s` })
  })

  it('a stop while an answer is waited for', async () => {
    receiver.answer = () => undefined
    const outcome = driver.announce(divert)
    await until('the request', () => receiver.requests[0])
    await driver.stop()
    expect(await outcome).toMatchObject({ kind: 'delayed', retryAt: start })
  })

  it('is ready again after a success', async () => {
    answerWith([500], [200])
    await driver.announce(divert)
    expect(driver.status().ready).toBe(false)
    await driver.announce(divert)
    expect(driver.status()).toMatchObject({ ready: true, detail: `${host()} has answered` })
  })
})

describe('a confirmation', () => {
  it('is asked for until it is there', async () => {
    answerWith([202, { location: '/jobs/1' }], [202], [503], [200, {}, '{"detail":"edge1 has it"}'])
    expect(await driver.announce(divert)).toMatchObject({ kind: 'delayed', retryAt: null })
    expect(await settledOnce()).toMatchObject([id, 'announce', { kind: 'done', detail: expect.stringContaining('edge1 has it') as string }])
    const [post, ...polls] = receiver.requests
    expect(polls.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(3).fill('GET /jobs/1'))
    expect(polls[0]?.headers['idempotency-key']).toBe(post?.headers['idempotency-key'])
    const t = start / 1000 + 1
    expect(polls[0]?.headers['drawbridge-signature']).toBe(`t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).digest('hex')}`)
  })

  it('can be a refusal', async () => {
    answerWith([202, { location: '/jobs/1' }], [409, {}, '{"detail":"frozen"}'])
    await driver.withdraw(divert)
    expect(await settledOnce()).toMatchObject([id, 'withdraw', { kind: 'locked' }])
  })

  it('is waited for no longer than configured', async () => {
    answerWith([202, { location: '/jobs/1' }])
    await driver.announce(divert)
    expect(await settledOnce()).toEqual([
      id,
      'announce',
      { kind: 'error', detail: `127.0.0.1:${receiver.port} has not confirmed it within 60 s` },
    ])
    // After 1, 3, 7, 15, 31 and 61 seconds.
    expect(receiver.requests).toHaveLength(7)
  })

  it('is no longer of interest when the opposite is asked for', async () => {
    const polls: ServerResponse[] = []
    receiver.answer = ({ method, body }, response) => {
      if (method === 'GET') polls.push(response)
      else response.writeHead(body['action'] === 'announce' ? 202 : 200, { location: '/jobs/1' }).end()
    }
    await driver.announce(divert)
    await until('a question', () => polls[0])
    expect(await driver.withdraw(divert)).toMatchObject({ kind: 'done' })
    await driver.stop()
    expect(settled).toEqual([])
  })
})

describe('a driver with timers of its own', () => {
  it('asks for the confirmation by itself', async () => {
    const config = { url: receiver.origin, secret, timeout_seconds: 10, confirm_seconds: 60 }
    driver = new WebhookDriver(config, { clock: { now: () => now }, settled: (...told) => void settled.push(told) })
    answerWith([202, { location: '/jobs/1' }], [200])
    await driver.announce(divert)
    expect(await settledOnce()).toMatchObject([id, 'announce', { kind: 'done' }])
  })
})

describe('the receiver of docs/advertising.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/advertising.md'), 'utf8')
  const source = /^## Webhook$[\s\S]*?^```js\n([\s\S]*?)^```/m.exec(page)?.[1] ?? ''
  let folder = ''
  let child: ChildProcess
  let out = ''

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drawbridge-webhook-'))
    writeFileSync(join(folder, 'receiver.mjs'), source)
    out = ''
    child = spawn(process.execPath, ['receiver.mjs'], { cwd: folder, env: { SECRET: secret, PORT: '0' } })
    child.stdout?.on('data', (text) => (out += String(text)))
    child.stderr?.on('data', (text) => (out += String(text)))
    // The signature is judged by the receiver's own time.
    now = Date.now()
    const port = await until('the port of the receiver', () => /listening on (\d+)/.exec(out)?.[1])
    driver = newDriver(`http://127.0.0.1:${port}/`)
  })
  afterEach(async () => {
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill()
    await gone
    rmSync(folder, { recursive: true })
  })

  it('does what it is told', async () => {
    expect(await driver.announce(divert)).toMatchObject({ kind: 'done', detail: expect.stringContaining(`announce ${net}`) as string })
    expect(await driver.withdraw(divert)).toMatchObject({ kind: 'done' })
    await until('both lines', () => (out.includes(`announce ${net}`) && out.includes(`withdraw ${net}`) ? true : undefined))
  })

  it('refuses what is signed long ago', async () => {
    now -= 600_000
    expect(await driver.announce(divert)).toMatchObject({ kind: 'refused', detail: expect.stringContaining('HTTP 401') as string })
    expect(out).not.toContain(net)
  })

  it('refuses what is not signed, or by another key', async () => {
    const url = `http://127.0.0.1:${/listening on (\d+)/.exec(out)?.[1] ?? ''}/`
    const t = Math.floor(now / 1000)
    const forged = createHmac('sha256', 'another').update(`${t}.{}`).digest('hex')
    const statuses: number[] = []
    for (const signature of ['', `t=${t}`, `t=${t},v1=${'0'.repeat(64)}`, `t=${t},v1=${forged}`]) {
      const headers: Record<string, string> = signature === '' ? {} : { 'drawbridge-signature': signature }
      statuses.push((await fetch(url, { method: 'POST', body: '{}', headers })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401])
  })
})
