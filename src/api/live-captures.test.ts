// Tests the live connections themselves: how many, how long a credential is good, clients that are gone or slow.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openTestContext, type TestContext } from '../app/testing/test-context.ts'
import { createToken } from '../app/token/create.ts'
import { revokeToken } from '../app/token/revoke.ts'
import type { Capture } from '../contract/capture.ts'
import { Authenticator } from './authenticator.ts'
import { LiveCaptures, type LiveCapturesConfig } from './live-captures.ts'
import { eventually } from './testing/eventually.ts'
import { Upgrades } from './upgrades.ts'

let context: TestContext
let server: Server
let upgrades: Upgrades
let token: { readonly id: string; readonly secret: string }
/** Those who are told of changes. */
let listeners: Set<(capture: Capture) => void>

beforeEach(async () => {
  context = await openTestContext()
  token = await createToken(context, context.local, { name: 'live', scopes: ['captures:read'] })
  listeners = new Set()
})
afterEach(async () => {
  await upgrades.stop()
  upgrades.cut()
  server.close()
  await context.close()
})

const id = 'c'.repeat(32)
/** What the connection looks at of one. Of some weight, so that a client that does not read is noticed soon. */
const capture = (packets: number) => ({ id, packets, ended_at: null, error_message: 'x'.repeat(20_000) }) as unknown as Capture

async function start(config: LiveCapturesConfig = {}): Promise<void> {
  const authenticator = new Authenticator({ secureCookies: false, publicOrigin: undefined }, { context })
  const capturing = Object.assign(Object.create(context.capturing) as typeof context.capturing, {
    get: async () => capture(0),
    follow: (_account: number, _id: string, listener: (capture: Capture) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const live = new LiveCaptures(config, { context: { ...context, capturing }, authenticator })
  server = createServer()
  upgrades = new Upgrades(server, [live.upgrade], { limit: () => undefined, onFault: (error) => expect(error).toBeUndefined() })
  upgrades.start()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

function connect(options: { readonly autoPong?: boolean } = {}): WebSocket {
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  const url = `ws://127.0.0.1:${port}/client/v4/accounts/${context.local.account.id}/drawbridge/captures/${id}/live`
  return new WebSocket(url, { headers: { authorization: `Bearer ${token.secret}` }, ...options })
}

it('are so many at the most', async () => {
  await start({ maxConnections: 1 })
  const first = connect()
  await once(first, 'message')
  const [, response] = (await once(connect(), 'unexpected-response')) as [unknown, IncomingMessage]
  expect(response.statusCode).toBe(429)
  response.destroy()
  first.terminate()
  await eventually(() => listeners.size).toBe(0)
  const next = connect()
  await once(next, 'message')
})

it('end when the credential is no longer good', async () => {
  await start({ heartbeatMs: 10 })
  const client = connect()
  await once(client, 'message')
  await revokeToken(context, context.local, token.id)
  const [code] = await once(client, 'close')
  expect(code).toBe(4401)
  await eventually(() => listeners.size).toBe(0)
})

it('end when nobody answers any more', async () => {
  await start({ heartbeatMs: 10 })
  const client = connect({ autoPong: false })
  const [code] = await once(client, 'close')
  expect(code).toBe(1006)
  await eventually(() => listeners.size).toBe(0)
})

it('end with a word when the server stops', async () => {
  await start()
  const client = connect()
  await once(client, 'message')
  const closed = once(client, 'close')
  await upgrades.stop()
  const [code] = await closed
  expect(code).toBe(1001)
})

it('close on a client that says too much', async () => {
  await start()
  const client = connect()
  await once(client, 'message')
  client.send('x'.repeat(2000))
  const [code] = await once(client, 'close')
  expect([1006, 1009]).toContain(code)
  await eventually(() => listeners.size).toBe(0)
})

it('tell a slow client the newest state and not all of them', async () => {
  await start()
  const client = connect()
  const told: number[] = []
  // One Buffer a message, as ws gives it unless told otherwise.
  client.on('message', (data) => told.push((JSON.parse((data as Buffer).toString()) as Capture).packets))
  await eventually(() => told.length).toBe(1)
  client.pause()
  // 100 MB: more than the buffers of two sockets hold.
  const changes = 5000
  for (let packets = 1; packets <= changes; packets++) for (const tell of listeners) tell(capture(packets))
  client.resume()
  await eventually(() => told.at(-1)).toBe(changes)
  expect(told.length).toBeLessThan(changes / 2)
})
