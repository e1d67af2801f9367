// Tests the table of upgrades over real sockets: who may, who is refused in HTTP, and offers that are left unanswered.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { ApiError } from '../contract/api-errors.ts'
import { eventually } from './testing/eventually.ts'
import { Upgrades, type Upgrade } from './upgrades.ts'

let server: Server
let port: number
let upgrades: Upgrades
let faults: unknown[]
let seen: string[]
let waiting: (() => void)[]
/** Whether the address may ask. */
let allowed: boolean
const echo = new WebSocketServer({ noServer: true })

const table: readonly Upgrade[] = [
  {
    path: '/things/:thing/live',
    handle: ({ request, socket, head, params }) =>
      echo.handleUpgrade(request, socket, head, (client) => client.send(JSON.stringify(params))),
  },
  {
    path: '/forbidden',
    handle: () => {
      throw new ApiError('forbidden')
    },
  },
  {
    path: '/broken',
    handle: () => {
      throw new Error('secret of the house')
    },
  },
  { path: '/slow', handle: () => new Promise<void>((resolve) => waiting.push(resolve)) },
]

beforeEach(async () => {
  faults = []
  seen = []
  waiting = []
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(parts).toString()}`)
      response.end('plain')
    })
  })
  allowed = true
  const limit = (address: string) => {
    expect(address).toBe('127.0.0.1')
    if (!allowed) throw new ApiError('too_many_requests', { seconds: 1 })
  }
  upgrades = new Upgrades(server, table, { limit, onFault: (error) => faults.push(error) })
  upgrades.start()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  upgrades.cut()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

/** What the server answers to bytes, until it closes or has said `until`. */
async function raw(text: string, until?: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.write(text)
  let answer = ''
  for await (const part of socket) {
    answer += String(part)
    if (until !== undefined && answer.includes(until)) break
  }
  socket.destroy()
  return answer
}

const ask = (path: string) =>
  raw(
    [
      `GET ${path} HTTP/1.1`,
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '',
      '',
    ].join('\r\n'),
  )

it('hands a WebSocket over with the parts of its path', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port}/things/42/live?x=1`)
  const [message] = await once(client, 'message')
  expect(JSON.parse(String(message))).toEqual({ thing: '42' })
  client.close()
  await once(client, 'close')
})

it.each([
  ['/nothing', 'HTTP/1.1 404 Not Found', '"code":7003'],
  ['/things/1/2/live', 'HTTP/1.1 404 Not Found', '"code":7003'],
  ['/things//live', 'HTTP/1.1 404 Not Found', '"code":7003'],
  ['/forbidden', 'HTTP/1.1 403 Forbidden', '"code":10000'],
  ['/broken', 'HTTP/1.1 500 Internal Server Error', '"code":15000'],
])('refuses %s while it is HTTP, with an envelope', async (path, status, code) => {
  const answer = await ask(path)
  expect(answer.startsWith(`${status}\r\n`)).toBe(true)
  expect(answer).toContain(code)
  expect(answer).not.toContain('secret')
  expect(faults.length).toBe(path === '/broken' ? 1 : 0)
})

it('asks the limit first', async () => {
  allowed = false
  expect(await ask('/things/1/live')).toContain('HTTP/1.1 429 Too Many Requests')
})

it('leaves an offer of HTTP/2 unanswered and takes the request, its body and the next one', async () => {
  const first = [
    'POST /plain HTTP/1.1',
    'Host: x',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
    'Content-Length: 4',
    'X-Odd: caf\u00e9',
    '',
    'body',
  ].join('\r\n')
  const next = 'GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const answer = await raw(first + next)
  expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2)
  expect(seen.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['POST /plain', 'GET /next'])
  expect(seen[0]).toContain('} body')
  expect(seen[0]).toContain('"connection":"keep-alive"')
  expect(seen[0]).not.toMatch(/h2c|http2-settings/i)
})

it('survives clients that go away in the middle', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await eventually(() => waiting.length).toBe(1)
  socket.resetAndDestroy()
  for (const go of waiting) go()
  const client = new WebSocket(`ws://127.0.0.1:${port}/things/1/live`)
  const [message] = await once(client, 'message')
  expect(String(message)).toBe('{"thing":"1"}')
  client.terminate()
})

it('ends what is not decided when it stops', async () => {
  const answer = ask('/slow')
  await eventually(() => waiting.length).toBe(1)
  await upgrades.stop()
  expect(await answer).toBe('')
})
