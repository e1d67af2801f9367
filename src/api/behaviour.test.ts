// Tests how the server speaks HTTP: envelope, credentials, bodies, methods, limits, sessions, pages (contract §4).
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { firstRun } from '../app/account/first-run.ts'
import { createToken } from '../app/token/create.ts'
import { startTestServer, type ApiBody, type TestServer } from './testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})

afterEach(() => server.close())

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(path.startsWith('http') ? path : server.url + path, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function parsed(text: string): ApiBody {
  try {
    return JSON.parse(text) as ApiBody
  } catch {
    return { success: false, errors: [], messages: [], result: undefined }
  }
}

const bearer = () => ({ authorization: `Bearer ${server.token}` })

describe('credentials', () => {
  it('refuses a header that cannot be one with 6003 and the reason', async () => {
    for (const authorization of ['Bearer', 'Basic abc', 'Bearer a b', `Bearer ${'x'.repeat(600)}`]) {
      const { status, body } = await send('/client/v4/user', { headers: { authorization } })
      expect(status).toBe(400)
      expect(body.errors[0]).toEqual({
        code: 6003,
        message: 'Invalid request headers',
        error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
      })
    }
  })

  it('wants key and e-mail together, and the e-mail of the key', async () => {
    const of = (headers: Record<string, string>) => send('/client/v4/user', { headers })
    expect((await of({ 'x-auth-key': server.key })).status).toBe(400)
    expect((await of({ 'x-auth-email': 'admin@localhost' })).status).toBe(400)
    expect((await of({ 'x-auth-key': server.key, 'x-auth-email': 'other@localhost' })).status).toBe(401)
    expect((await of({ 'x-auth-key': server.key, 'x-auth-email': 'Admin@localhost' })).status).toBe(200)
  })

  it('knows commands on its own machine by the secret that it wrote down, and by nothing like it', async () => {
    const localSecret = 'a'.repeat(43)
    const own = await startTestServer({ config: { localSecret } })
    const who = async (secret: string) => {
      const response = await fetch(`${own.url}/client/v4/user`, { headers: { authorization: `Bearer ${secret}` } })
      return { status: response.status, body: parsed(await response.text()) }
    }
    expect(await who(localSecret)).toMatchObject({ status: 200, body: { result: { email: 'admin@localhost' } } })
    for (const secret of [`${localSecret}a`, localSecret.slice(1), 'b'.repeat(43)]) expect((await who(secret)).status).toBe(401)
    await own.close()
    expect((await send('/client/v4/user', { headers: { authorization: `Bearer ${localSecret}` } })).status).toBe(401)
  })

  it('takes a token for no key and a key for no token', async () => {
    expect((await send('/client/v4/user', { headers: { authorization: `Bearer ${server.key}` } })).status).toBe(401)
    const headers = { 'x-auth-key': server.token, 'x-auth-email': 'admin@localhost' }
    expect((await send('/client/v4/user', { headers })).status).toBe(401)
  })

  it('says that user service keys are not supported', async () => {
    const { status, text } = await send('/client/v4/user', { headers: { 'x-auth-user-service-key': 'v1.0-x' } })
    expect(status).toBe(400)
    expect(text).toContain('X-Auth-User-Service-Key is not supported here; use an API token')
  })

  it('verifies tokens as CI scripts do', async () => {
    for (const path of ['/client/v4/user/tokens/verify', `${server.account}/tokens/verify`]) {
      const { status, body } = await send(path, { headers: bearer() })
      expect(status).toBe(200)
      expect(body.result).toMatchObject({ status: 'active', id: expect.stringMatching(/^[0-9a-f]{32}$/) })
      expect(body.messages).toEqual([{ code: 10000, message: 'This API Token is valid and active' }])
      const unknown = await send(path, { headers: { authorization: 'Bearer unknown' } })
      expect([unknown.status, unknown.body.errors[0]]).toEqual([401, { code: 1000, message: 'Invalid API Token' }])
    }
  })

  it('knows neither an expired nor a revoked token', async () => {
    const { context } = server
    const body = { name: 'short', scopes: ['admin'], expires_at: new Date(context.clock.time + 60_000).toISOString() }
    const { secret } = await createToken(context, context.local, body)
    const headers = { authorization: `Bearer ${secret}` }
    expect((await send('/client/v4/user', { headers })).status).toBe(200)
    context.clock.time += 60_000
    expect((await send('/client/v4/user', { headers })).status).toBe(401)
  })

  it('keeps a token to its scopes', async () => {
    const { context } = server
    const { secret } = await createToken(context, context.local, { name: 'reader', scopes: ['mnm:read'] })
    const headers = { authorization: `Bearer ${secret}` }
    expect((await send(`${server.account}/mnm/config`, { headers })).status).toBe(200)
    const body = JSON.stringify({ default_sampling: 1, name: 'a' })
    const refused = await send(`${server.account}/mnm/config`, { method: 'POST', headers, body })
    expect([refused.status, refused.body.errors[0]]).toEqual([403, { code: 10000, message: 'Authentication error', scope: 'mnm:write' }])
    const graphql = await send('/client/v4/graphql', { method: 'POST', headers, body: '{"query":"{ cost }"}' })
    expect([graphql.status, graphql.body.errors[0]]).toMatchObject([403, { extensions: { code: 'authz' } }])
  })
})

describe('paths and methods', () => {
  it('routes no malformed account id and opens no other account', async () => {
    const malformed = await send('/client/v4/accounts/nope/mnm/config', { headers: bearer() })
    expect(malformed.status).toBe(404)
    expect(malformed.body.errors[0]).toEqual({
      code: 7003,
      message: 'Could not route to /accounts/nope/mnm/config, perhaps your object identifier is invalid?',
    })
    const foreign = await send(`/client/v4/accounts/${'0'.repeat(32)}/mnm/config`, { headers: bearer() })
    expect([foreign.status, foreign.body.errors[0]?.code]).toEqual([403, 10000])
  })

  it('tells an unknown path and a wrong method apart', async () => {
    const unknown = await send('/client/v4/zones?x=1', { headers: bearer() })
    expect([unknown.status, unknown.body.errors[0]?.message]).toEqual([
      404,
      'Could not route to /zones, perhaps your object identifier is invalid?',
    ])
    const wrong = await send(`${server.account}/mnm/config/full`, { method: 'POST', headers: bearer() })
    expect([wrong.status, wrong.body.errors[0]?.code, wrong.headers.get('allow')]).toEqual([405, 10405, 'GET'])
  })

  it('lists the own account and then ends, for clients that page until nothing comes', async () => {
    const first = await send('/client/v4/accounts', { headers: bearer() })
    expect(first.body.result).toMatchObject([{ id: server.context.local.account.id, name: 'Drawbridge' }])
    const second = await send('/client/v4/accounts?page=2&per_page=20', { headers: bearer() })
    expect(second.body.result).toEqual([])
  })
})

describe('bodies', () => {
  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/json'])('takes JSON as %s', async (type) => {
    const headers: Record<string, string> = { ...bearer(), ...(type === undefined ? {} : { 'content-type': type }) }
    // Bytes, because fetch gives text a content type of its own.
    const body = new TextEncoder().encode('{"default_sampling":1,"name":"a"}')
    const { status } = await send(`${server.account}/mnm/config`, { method: 'POST', headers, body })
    expect(status).toBe(200)
  })

  it('needs no body where there is nothing to say', async () => {
    const { status, body } = await send(`${server.account}/mnm/config`, {
      method: 'PATCH',
      headers: { ...bearer(), 'content-type': 'application/json' },
    })
    expect([status, body.errors[0]?.code]).toEqual([400, 1003])
  })

  it.each(['{', 'name=a', '{"a":1}}', '\u0000'])('refuses %j as malformed', async (body) => {
    const { status, body: answer } = await send(`${server.account}/mnm/config`, { method: 'POST', headers: bearer(), body })
    expect([status, answer.errors[0]?.code]).toEqual([400, 6007])
  })

  it('refuses more than 1 MiB', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(1024 * 1024) })
    const { status, body: answer } = await send(`${server.account}/mnm/config`, { method: 'POST', headers: bearer(), body })
    expect([status, answer.errors[0]?.code]).toEqual([413, 6008])
  })

  it('does not let __proto__ through', async () => {
    const body = '{"__proto__":{"admin":true},"default_sampling":1,"name":"a"}'
    const { status, body: answer } = await send(`${server.account}/mnm/config`, { method: 'POST', headers: bearer(), body })
    expect(status).toBe(200)
    expect(answer.result).toEqual({ default_sampling: 1, name: 'a', router_ips: null, warp_devices: null })
  })
})

describe('client faults', () => {
  it('never end in 409 or 5xx, and always in JSON', async () => {
    const paths = [
      '/mnm/config',
      '/drawbridge/routers',
      '/drawbridge/routers/%zz',
      '/drawbridge/live?seconds=x',
      '/drawbridge/as-names',
      '/drawbridge/as-names?asn=a',
    ]
    const bodies = [undefined, '{', 'null', '[]', '"x"', '{"address":"x"}', '{"router_ips":[1]}', '{"name":null,"default_sampling":1e99}']
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of paths) {
        for (const body of method === 'GET' ? [undefined] : bodies) {
          const { status, headers } = await send(server.account + path, {
            method,
            headers: bearer(),
            ...(body === undefined ? {} : { body }),
          })
          expect([method, path, body, status < 500 && status !== 409]).toEqual([method, path, body, true])
          expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
        }
      }
    }
    expect(server.errors).toEqual([])
  })

  it('are answered even when the request is no HTTP', async () => {
    const { port } = new URL(server.url)
    const text = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      let received = ''
      socket.on('data', (data) => (received += data.toString()))
      socket.on('close', () => resolve(received))
      socket.on('error', reject)
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('limits', () => {
  it('tells what is left, and how long to wait when nothing is', async () => {
    await server.close()
    server = await startTestServer({ config: { requestLimit: { quota: 2, seconds: 5 } } })
    const first = await send('/client/v4/user', { headers: bearer() })
    expect(first.headers.get('ratelimit')).toBe('"default";r=1;t=5')
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=5')
    await send('/client/v4/user')
    const third = await send('/client/v4/user', { headers: bearer() })
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '5'])
    server.context.clock.time += 5000
    expect((await send('/client/v4/user', { headers: bearer() })).status).toBe(200)
  })

  it('slows down who guesses secrets', async () => {
    const guess = () => send('/sign-in', { method: 'POST', body: '{"secret":"guess"}' })
    for (let attempt = 0; attempt < 10; attempt++) expect((await guess()).status).toBe(401)
    const { status, headers, body } = await guess()
    expect([status, headers.get('retry-after'), body.errors[0]?.code]).toEqual([429, '2', 10013])
    server.context.clock.time += 2000
    expect((await guess()).status).toBe(401)
  })
})

describe('sessions', () => {
  const cookieOf = (headers: Headers) => headers.getSetCookie()[0]?.split(';')[0] ?? ''

  async function signedIn(): Promise<string> {
    const { link } = await firstRun(server.context)
    const { status, headers } = await send('/sign-in', { method: 'POST', body: JSON.stringify({ secret: link }) })
    expect(status).toBe(200)
    return cookieOf(headers)
  }

  it('begin with a link that works once, for a day', async () => {
    const { link } = await firstRun(server.context)
    const body = JSON.stringify({ secret: link })
    const first = await send('/sign-in', { method: 'POST', body })
    expect(first.status).toBe(200)
    expect(first.headers.getSetCookie()[0]).toMatch(/^drawbridge_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await send('/sign-in', { method: 'POST', body })).status).toBe(401)
    expect((await firstRun(server.context)).link).toBeUndefined()
  })

  it('get no link that is older than a day, and only the newest', async () => {
    const old = await firstRun(server.context)
    const { link } = await firstRun(server.context)
    expect((await send('/sign-in', { method: 'POST', body: JSON.stringify({ secret: old.link }) })).status).toBe(401)
    server.context.clock.time += 24 * 3_600_000
    expect((await send('/sign-in', { method: 'POST', body: JSON.stringify({ secret: link }) })).status).toBe(401)
  })

  it('read everything and change something only from our own page', async () => {
    const cookie = await signedIn()
    expect((await send(`${server.account}/drawbridge/status`, { headers: { cookie } })).status).toBe(200)
    const change = (headers: Record<string, string>) =>
      send(`${server.account}/drawbridge/routers`, { method: 'POST', headers: { cookie, ...headers }, body: '{"address":"192.0.2.1"}' })
    const origin = server.url
    expect((await change({})).status).toBe(403)
    expect((await change({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await change({ origin: 'http://127.0.0.1:1' })).status).toBe(403)
    expect((await change({ origin, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await change({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await change({ origin })).status).toBe(200)
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it('slide for 30 days and end by signing out', async () => {
    const cookie = await signedIn()
    const status = async () => send(`${server.account}/drawbridge/status`, { headers: { cookie } })
    const day = 86_400_000
    for (let use = 0; use < 3; use++) {
      server.context.clock.time += 29 * day
      const { status: code, headers } = await status()
      expect([code, headers.getSetCookie()[0]?.startsWith(cookie)]).toEqual([200, true])
    }
    const out = await send('/sign-out', { method: 'POST', headers: { cookie, origin: server.url } })
    expect([out.status, out.headers.getSetCookie()[0]?.startsWith('drawbridge_session=;')]).toEqual([200, true])
    expect((await status()).status).toBe(401)
  })

  it('end when they are not used for 30 days', async () => {
    const cookie = await signedIn()
    server.context.clock.time += 30 * 86_400_000
    expect((await send(`${server.account}/drawbridge/status`, { headers: { cookie } })).status).toBe(401)
  })

  it('that began with a token have its scopes and end with it', async () => {
    const { context } = server
    const token = await createToken(context, context.local, { name: 'reader', scopes: ['mnm:read'] })
    const { status, headers } = await send('/sign-in', { method: 'POST', body: JSON.stringify({ secret: token.secret }) })
    expect(status).toBe(200)
    const cookie = cookieOf(headers)
    const read = () => send(`${server.account}/drawbridge/routers`, { headers: { cookie } })
    expect((await read()).status).toBe(200)
    const write = { method: 'POST', headers: { cookie, origin: server.url }, body: '{"address":"192.0.2.1"}' }
    expect((await send(`${server.account}/drawbridge/routers`, write)).status).toBe(403)
    await context.state.updateTable('token').set({ revoked_at: '2026-01-01T00:00:00.000Z' }).where('id', '=', token.id).execute()
    expect((await read()).status).toBe(401)
  })

  it('are not opened with a key, nor from another site', async () => {
    expect((await send('/sign-in', { method: 'POST', body: JSON.stringify({ secret: server.key }) })).status).toBe(401)
    const { link } = await firstRun(server.context)
    const headers = { origin: 'https://evil.example' }
    expect((await send('/sign-in', { method: 'POST', headers, body: JSON.stringify({ secret: link }) })).status).toBe(403)
  })

  it('are Secure behind an HTTPS address', async () => {
    await server.close()
    server = await startTestServer({ config: { publicUrl: 'https://flows.example' } })
    const { link } = await firstRun(server.context)
    const headers = { origin: 'https://flows.example' }
    const answer = await send('/sign-in', { method: 'POST', headers, body: JSON.stringify({ secret: link }) })
    expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([200, expect.stringContaining('; Secure')])
  })
})

it('gives metrics to who may read', async () => {
  const { status, headers, text } = await send('/metrics', { headers: bearer() })
  expect([status, headers.get('content-type'), text]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    '# HELP drawbridge_up Always 1\n',
  ])
})

describe('the dashboard', () => {
  let webRoot: string
  beforeAll(async () => {
    webRoot = await mkdtemp(path.join(tmpdir(), 'drawbridge-web-'))
    await mkdir(path.join(webRoot, 'assets'))
    await writeFile(path.join(webRoot, 'index.html'), '<!doctype html><title>page</title>')
    await writeFile(path.join(webRoot, 'assets/index-abc123.js'), 'let x')
    await writeFile(path.join(webRoot, '.secret'), 'x')
  })
  afterAll(() => rm(webRoot, { recursive: true }))

  const page = { headers: { accept: 'text/html' } }

  it('is one page for every address that a browser asks for', async () => {
    await server.close()
    server = await startTestServer({ config: { webRoot } })
    for (const address of ['/', '/sign-in', '/ledger', '/some/where?x=1']) {
      const { status, headers, text } = await send(address, page)
      expect([address, status, text]).toEqual([address, 200, '<!doctype html><title>page</title>'])
      expect(headers.get('cache-control')).toBe('no-cache')
      expect(headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self' 'unsafe-inline'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    const file = await send('/assets/index-abc123.js')
    expect([file.text, file.headers.get('cache-control')]).toEqual(['let x', 'public, max-age=31536000, immutable'])
  })

  it('answers programs in JSON, and gives out no other file', async () => {
    await server.close()
    server = await startTestServer({ config: { webRoot } })
    for (const address of ['/nowhere', '/assets/none.js', '/.secret', '/..%2f..%2fetc%2fpasswd', '/client/v4/nowhere']) {
      const { status, body } = await send(address)
      expect([address, status, body.errors[0]?.code]).toEqual([address, 404, 7003])
    }
    expect((await send('/client/v4/nowhere', page)).body.errors[0]?.code).toBe(7003)
  })

  it('says how to build it where it is not built', async () => {
    const { status, text } = await send('/', page)
    expect([status, text]).toEqual([404, 'The dashboard is not built. Next: npm run build\n'])
  })
})
