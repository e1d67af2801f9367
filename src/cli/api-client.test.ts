// Tests the client of the API against a server that answers in every way but the right one, and follows a capture over a restart.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Capture } from '../contract/capture.ts'
import { localAccessFile } from '../contract/local-access.ts'
import { ApiClient, ServerUnreachableError } from './api-client.ts'
import { writeBytes } from './byte-output.ts'
import { followCapture } from './capture-follow.ts'

let answer: RequestListener
let server: Server
let client: ApiClient
const never = new AbortController().signal
const envelope = (result: unknown) => JSON.stringify({ success: true, errors: [], messages: [], result })

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/client/v4/accounts') response.end(envelope([{ id: 'a' }]))
    else answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = new ApiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, token: 'secret' })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('the client', () => {
  it('asks below its account, and knows an answer without a body', async () => {
    answer = ({ url, headers }, response) => response.end(envelope(`${url} ${headers.authorization}`))
    expect(await client.call('GET', '/x')).toBe('/client/v4/accounts/a/x Bearer secret')
    answer = (_, response) => response.writeHead(204).end()
    expect(await client.call('DELETE', '/x')).toBeUndefined()
  })

  it('says that somebody else answers', async () => {
    const elsewhere = /answered 502 and does not speak the API of Drawbridge/
    for (const body of ['<h1>Bad gateway</h1>', '[]', 'null']) {
      answer = (_, response) => response.writeHead(502).end(body)
      await expect(client.call('GET', '/x')).rejects.toThrow(elsewhere)
      await expect(client.bytes('/x', never)).rejects.toThrow(elsewhere)
    }
  })

  it('says what is refused, for bytes too', async () => {
    const errors = [{ code: 20020, message: 'there is no capture x' }]
    answer = (_, response) => response.writeHead(404).end(JSON.stringify({ success: false, errors, messages: [], result: null }))
    const refusal = { code: 20020, message: 'there is no capture x', next: 'drawbridge capture list' }
    await expect(client.call('GET', '/x')).rejects.toMatchObject(refusal)
    await expect(client.bytes('/x', never)).rejects.toMatchObject(refusal)
  })

  it('says that nobody answers', async () => {
    await client.call('GET', '/x').catch(() => undefined)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(client.call('GET', '/x')).rejects.toThrow(ServerUnreachableError)
    await expect(client.bytes('/x', never)).rejects.toThrow(ServerUnreachableError)
  })

  it('needs no token where it can read the data folder of the server, and tells no other server what it read', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-local-'))
    vi.stubEnv('DRAWBRIDGE_DATA', folder)
    vi.stubEnv('DRAWBRIDGE_TOKEN', '')
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    answer = ({ headers }, response) => response.end(envelope(headers.authorization))
    await expect(new ApiClient({}).call('GET', '/x')).rejects.toThrow(/needs an API token/)
    writeFileSync(path.join(folder, localAccessFile), JSON.stringify({ url, secret: 'local' }))
    expect(await new ApiClient({}).call('GET', '/x')).toBe('Bearer local')
    expect(await new ApiClient({ url }).call('GET', '/x')).toBe('Bearer local')
    await expect(new ApiClient({ url: `http://localhost:${port}` }).call('GET', '/x')).rejects.toThrow(/needs an API token/)
    rmSync(folder, { recursive: true })
  })

  it('notices that bytes end too early', async () => {
    answer = (_, response) => {
      response.write('12345', () => response.destroy())
    }
    const target = { file: '/dev/null', replace: true }
    await expect(writeBytes((signal) => client.bytes('/x', signal), target, never)).rejects.toThrow(
      /^the server has ended the connection after \d bytes, before all were there/,
    )
  })
})

describe('following a capture', () => {
  it('goes on when the server comes back', async () => {
    const told: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (told.push(String(text)), true))
    const capture = { id: 'c', status: 'running', packets: 1, bytes: 100, agents: [] as Capture['agents'] } as Capture
    const answers = [new ServerUnreachableError('http://x', 'refused'), { ...capture, status: 'success' }]
    const call = async <T>(): Promise<T> => {
      const next = answers.shift()
      if (next instanceof Error) throw next
      // What the test says.
      return next as T
    }
    expect(await followCapture({ call }, capture, never)).toMatchObject({ status: 'success' })
    vi.restoreAllMocks()
    expect(told.join('')).toContain('no server answers at http://x: refused; asking again')
  })
})
