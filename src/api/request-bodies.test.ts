// Bodies that come slowly, on real connections; only the time does not go by itself.
import { fastify, type FastifyInstance } from 'fastify'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RequestBodies } from './request-bodies.ts'
import { eventually } from './testing/eventually.ts'

let server: FastifyInstance
let socket: Socket
/** What the server has sent on the socket, and what has come to the handler of bytes. */
let answer: string
let received: string

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  answer = ''
  received = ''
  server = fastify()
  const bodies = new RequestBodies()
  bodies.watch(server)
  server.post('/json', () => 'whole')
  await server.register(async (scope) => {
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.post('/bytes', async ({ raw }) => {
      for await (const chunk of bodies.bytesOf(raw)) received += Buffer.from(chunk).toString()
      return received
    })
    scope.post('/first', async ({ raw }) => {
      for await (const chunk of bodies.bytesOf(raw)) return Buffer.from(chunk).toString()
      return ''
    })
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  // A server that listens on TCP has an address of this form.
  socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  // What it is cut by shows in the answer and in the close.
  socket.on('error', () => undefined)
  socket.on('data', (data: Buffer) => (answer += data.toString()))
})
afterEach(async () => {
  vi.useRealTimers()
  socket.destroy()
  await server.close()
})

function begin(path: string, type: string, bytes: number): void {
  socket.write(`POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Type: ${type}\r\nContent-Length: ${bytes}\r\n\r\n`)
}
const closing = () => new Promise((resolve) => socket.once('close', resolve))
const timers = () => eventually(() => vi.getTimerCount())

describe('a body of bytes', () => {
  it('may take as long as it likes, as long as something comes', async () => {
    begin('/bytes', 'application/octet-stream', 3)
    for (const part of ['a', 'b', 'c']) {
      socket.write(part)
      await eventually(() => received.at(-1)).toBe(part)
      vi.advanceTimersByTime(29_000)
    }
    await eventually(() => answer).toMatch(/abc$/)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('of which nothing comes any more is given up', async () => {
    begin('/bytes', 'application/octet-stream', 3)
    socket.write('a')
    await eventually(() => received).toBe('a')
    const closed = closing()
    vi.advanceTimersByTime(30_000)
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that is not read to its end is answered, then thrown away for a while', async () => {
    begin('/first', 'application/octet-stream', 1_000_000)
    socket.write('a')
    await eventually(() => answer).toMatch(/\r\na$/)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    socket.write('b')
    const closed = closing()
    vi.advanceTimersByTime(5000)
    await closed
  })
})

describe('any other body', () => {
  it('is given up when it is not there in time, however it comes', async () => {
    begin('/json', 'application/json', 20)
    socket.write('{"a"')
    await timers().toBe(1)
    vi.advanceTimersByTime(29_000)
    socket.write(':')
    const closed = closing()
    vi.advanceTimersByTime(1000)
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that is there leaves no timer', async () => {
    begin('/json', 'application/json', 2)
    socket.write('{}')
    await eventually(() => answer).toMatch(/whole$/)
    await timers().toBe(0)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })
})
