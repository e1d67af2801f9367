// Tests people, roles and second accounts over HTTP: what each role may ask, and that no account is seen from another.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ApiToken, BrowserSession, Invitation, Member, NewApiToken } from '../contract/member.ts'
import { roles, type Role } from '../contract/scopes.ts'
import { startTestServer, type ApiBody, type TestServer } from './testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})

afterEach(() => server.close())

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: ApiBody
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

async function send(method: string, url: string, more: { headers?: Record<string, string>; body?: unknown }): Promise<Answer> {
  const { headers = {}, body } = more
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  // Every answer of the API is an envelope; the tests look at what is in it.
  return { status: response.status, headers: response.headers, body: (await response.json()) as ApiBody }
}

/** Signs a browser in and gives its cookie. */
async function cookieFor(body: unknown): Promise<string> {
  const { status, headers } = await send('POST', `${server.url}/sign-in`, { body })
  expect(status).toBe(200)
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Asks below an account with a cookie, as our page does. */
const browser =
  (cookie: string, account = server.context.local.account.id): Ask =>
  (method, path, body) =>
    send(method, `${server.url}/client/v4/accounts/${account}${path === '' ? '' : `/${path}`}`, {
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body,
    })

async function resultOf<T>(answer: Promise<Answer>): Promise<T> {
  const { status, body } = await answer
  expect([status, body.errors]).toEqual([200, []])
  // The route is documented to answer in this shape.
  return body.result as T
}

const ours: Ask = (method, path, body) => server.call(method, `${server.account}/${path}`, body)

async function invited(email: string, role: Role, ask: Ask = ours): Promise<Invitation> {
  return resultOf<Invitation>(ask('POST', 'drawbridge/members', { email, role }))
}

/** Cookie of somebody new. */
async function joined(email: string, role: Role, ask: Ask = ours): Promise<string> {
  const { link } = await invited(email, role, ask)
  return cookieFor({ secret: link?.split('#link=')[1] })
}

/** What each asks of the server, and the least role that gets an answer other than 403. */
const asked: readonly (readonly [method: string, path: string, least: Role | 'nobody'])[] = [
  ['GET', 'drawbridge/me', 'viewer'],
  ['GET', 'drawbridge/routers', 'viewer'],
  ['GET', 'drawbridge/tokens', 'viewer'],
  ['GET', 'drawbridge/captures', 'viewer'],
  ['GET', 'drawbridge/firewall/rules', 'viewer'],
  ['POST', 'drawbridge/routers', 'operator'],
  ['POST', 'mnm/rules', 'operator'],
  ['POST', 'drawbridge/captures', 'operator'],
  ['GET', 'drawbridge/signatures', 'operator'],
  ['POST', 'drawbridge/advertisements', 'operator'],
  ['POST', 'drawbridge/prefixes', 'administrator'],
  ['POST', 'drawbridge/agents/enrolments', 'administrator'],
  ['GET', 'drawbridge/members', 'administrator'],
  ['POST', 'drawbridge/members', 'administrator'],
]

it('gives each role its own', async () => {
  const cookies = await Promise.all(roles.map((role) => joined(`${role}@example.net`, role)))
  for (const [method, path, least] of asked) {
    const answers = await Promise.all(cookies.map((cookie) => browser(cookie)(method, path, method === 'GET' ? undefined : {})))
    const may = roles.filter((_, index) => answers[index]?.status !== 403)
    expect([method, path, may]).toEqual([method, path, roles.slice(roles.indexOf(least as Role))])
  }
  const scopes = await resultOf<{ scopes: string[] }>(browser(cookies[0] ?? '')('GET', 'drawbridge/status'))
  expect(scopes.scopes).toContain('captures:read')
  expect(scopes.scopes).not.toContain('captures:packets')
})

describe('a password', () => {
  const password = 'correct horse battery'

  it('opens a session, and only the right one; changing it signs others out', async () => {
    const me = browser(await joined('ada@example.net', 'viewer'))
    expect(await resultOf<Member>(me('PUT', 'drawbridge/me/password', { password }))).toMatchObject({ you: true, has_password: true })
    const second = browser(await cookieFor({ email: ' ADA@example.net', password }))
    const refusals = await Promise.all(
      [
        { email: 'ada@example.net', password: `${password}!` },
        { email: 'nobody@example.net', password },
        { email: 'admin@localhost', password },
      ].map((body) => send('POST', `${server.url}/sign-in`, { body })),
    )
    expect(refusals.map(({ status, body }) => [status, body.errors])).toEqual(
      Array.from({ length: 3 }, () => [401, [{ code: 10_000, message: 'Authentication error' }]]),
    )
    const sessions = await resultOf<BrowserSession[]>(second('GET', 'drawbridge/me/sessions'))
    expect(sessions.find((each) => each.this_one)).toMatchObject({ with: 'password', user_agent: expect.stringMatching(/node/i) })
    // By link it may be forgotten; by password it has to be known.
    const changed = { password: 'another long password' }
    expect((await second('PUT', 'drawbridge/me/password', changed)).body.errors[0]).toMatchObject({
      code: 20_086,
      source: { pointer: '/current' },
    })
    await resultOf(second('PUT', 'drawbridge/me/password', { ...changed, current: password }))
    expect((await me('GET', 'drawbridge/me')).status).toBe(401)
    expect((await second('DELETE', 'drawbridge/me/password', { current: password })).body.errors[0]?.code).toBe(20_086)
    expect(server.errors).toEqual([])
  })

  it('that is forgotten is replaced right after a link, not later', async () => {
    const { state, clock, local } = server.context
    await state.updateTable('user').set({ password_hash: 'scrypt$4$8$1$AAAA$AAAA' }).where('id', '=', local.user.id).execute()
    const { link } = await resultOf<Invitation>(ours('POST', `drawbridge/members/${local.user.id}/link`))
    const me = browser(await cookieFor({ secret: link?.split('#link=')[1] }))
    clock.time += 15 * 60_000
    expect((await me('DELETE', 'drawbridge/me/password')).status).toBe(400)
    clock.time -= 1
    expect(await resultOf<Member>(me('DELETE', 'drawbridge/me/password'))).toMatchObject({ has_password: false })
    const audit = await state.selectFrom('audit').select(['action', 'via', 'detail']).where('action', 'like', 'member.%').execute()
    expect(audit.at(-1)).toEqual({ action: 'member.remove_password', via: 'session', detail: '{}' })
  })
})

describe('a second account', () => {
  /** Two accounts with an administrator each, and ada, who is an operator here and a viewer there. */
  async function twoAccounts() {
    const { link } = await resultOf<Invitation>(ours('POST', `drawbridge/members/${server.context.local.user.id}/link`))
    const root = await cookieFor({ secret: link?.split('#link=')[1] })
    const made = await send('POST', `${server.url}/client/v4/accounts`, {
      headers: { authorization: `Bearer ${server.token}` },
      body: { name: ' Second ' },
    })
    const other = made.body.result as { id: string; name: string }
    expect([made.status, other.name]).toEqual([200, 'Second'])
    const ada = await joined('ada@example.net', 'operator')
    await invited('ada@example.net', 'viewer', browser(root, other.id))
    const eve = await joined('eve@example.net', 'administrator', browser(root, other.id))
    return { other: other.id, root, ada, eve }
  }

  it('is used by the path, with the role there', async () => {
    const { other, root, ada, eve } = await twoAccounts()
    const listed = async (cookie: string) => {
      const { body } = await send('GET', `${server.url}/client/v4/accounts`, { headers: { cookie } })
      return (body.result as { id: string }[]).map(({ id }) => id)
    }
    const first = server.context.local.account.id
    expect([await listed(ada), await listed(eve)]).toEqual([[first, other], [other]])
    const byToken = await server.call('GET', '/client/v4/accounts')
    expect((byToken.body.result as unknown[]).length).toBe(1)
    const add = (cookie: string, account: string) => browser(cookie, account)('POST', 'drawbridge/routers', { address: '192.0.2.1' })
    expect([(await add(ada, first)).status, (await add(ada, other)).status]).toEqual([200, 403])
    expect(await resultOf(browser(eve, other)('PUT', '', { name: 'Renamed' }))).toMatchObject({ id: other, name: 'Renamed' })
    expect((await browser(ada, other)('PUT', '', { name: 'x' })).status).toBe(403)
    expect((await server.call('PUT', `/client/v4/accounts/${other}`, { name: 'x' })).status).toBe(403)
    expect((await browser(root, other)('GET', '')).body.result).toMatchObject({ name: 'Renamed' })
  })

  it('neither shows nor changes anything of the first', async () => {
    const { other, root, eve } = await twoAccounts()
    const first = server.context.local.account.id
    await ours('POST', 'mnm/config', { name: 'secret-network', default_sampling: 1, router_ips: ['192.0.2.77'] })
    await ours('POST', 'mnm/rules', { name: 'secret_rule', type: 'threshold', prefixes: ['203.0.113.0/24'], packet_threshold: 1 })
    const token = await resultOf<NewApiToken>(ours('POST', 'drawbridge/tokens', { name: 'secret-token', scopes: ['mnm:read'] }))
    const members = await resultOf<Member[]>(ours('GET', 'drawbridge/members'))
    const theirs = browser(eve, other)
    const reads = ['routers', 'status', 'members', 'me', 'tokens', 'me/sessions', 'incidents', 'captures', 'agents', 'prefixes']
    const answers = await Promise.all(
      [...reads.map((path) => `drawbridge/${path}`), 'mnm/config', 'mnm/rules'].map((path) => theirs('GET', path)),
    )
    expect(answers.filter(({ status }) => status !== 200 && status !== 404)).toEqual([])
    const bodies = JSON.stringify(answers.map(({ body }) => body))
    expect(bodies).not.toMatch(/secret|192\.0\.2\.77|Drawbridge"/)
    expect(bodies).not.toContain(first)
    expect((await theirs('DELETE', `drawbridge/tokens/${token.id}`)).body.errors[0]?.code).toBe(20_085)
    const own = new Set((await resultOf<Member[]>(theirs('GET', 'drawbridge/members'))).map(({ user }) => user.id))
    for (const { user } of members.filter(({ user }) => !own.has(user.id))) {
      for (const [method, rest] of [
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/link'],
      ] as const) {
        const { status } = await theirs(method, `drawbridge/members/${user.id}${rest}`, method === 'PATCH' ? { role: 'viewer' } : undefined)
        expect([method, rest, status]).toEqual([method, rest, 404])
      }
    }
    // Nor by the path of the first.
    const statuses = await Promise.all(['routers', 'me', 'status', 'members'].map((path) => browser(eve)('GET', `drawbridge/${path}`)))
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    for (const [cookie, status] of [
      [eve, 403],
      [root, 200],
    ] as const) {
      expect((await fetch(`${server.url}/metrics`, { headers: { cookie } })).status).toBe(status)
    }
    // Stopping all that is announced is for who runs the server.
    expect((await theirs('POST', 'drawbridge/advertisements/stop', { why: 'x' })).status).toBe(403)
    expect((await theirs('POST', 'drawbridge/advertisements/resume', { why: 'x' })).status).toBe(403)
  })

  it('is what a GraphQL question names, or a WebSocket, if one may', async () => {
    const { other, ada, eve } = await twoAccounts()
    const first = server.context.local.account.id
    const ask = async (cookie: string, account: string) => {
      const headers = { cookie, 'sec-fetch-site': 'same-origin' }
      const query = 'query Q($a: string!) { viewer { accounts(filter: { accountTag: $a }) { accountTag } } }'
      const response = await fetch(`${server.url}/client/v4/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables: { a: account } }),
      })
      // The form of every answer of GraphQL.
      const { data, errors } = (await response.json()) as { data: unknown; errors: { message: string }[] | null }
      return errors?.[0]?.message ?? data
    }
    const tagged = (accountTag: string) => ({ viewer: { accounts: [{ accountTag }] } })
    expect([await ask(ada, first), await ask(ada, other)]).toEqual([tagged(first), tagged(other)])
    expect([await ask(eve, first), await ask(eve, other)]).toEqual(['not authorized for that account', tagged(other)])
    for (const [cookie, account, status] of [
      [ada, other, 404],
      [eve, first, 403],
    ] as const) {
      const url = `${server.url.replace('http:', 'ws:')}/client/v4/accounts/${account}/drawbridge/captures/${'0'.repeat(32)}/live`
      const client = new WebSocket(url, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
      const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage]
      expect(response.statusCode).toBe(status)
      response.destroy()
    }
  })
})

it('ends what somebody had who is removed: sessions and tokens', async () => {
  const { member, link } = await invited('ada@example.net', 'operator')
  const cookie = await cookieFor({ secret: link?.split('#link=')[1] })
  const me = browser(cookie)
  const { secret } = await resultOf<NewApiToken>(me('POST', 'drawbridge/tokens', { name: 'mine', scopes: ['mnm:read'] }))
  const byToken = () => send('GET', `${server.account}/drawbridge/routers`, { headers: { authorization: `Bearer ${secret}` } })
  expect([(await me('GET', 'drawbridge/routers')).status, (await byToken()).status]).toEqual([200, 200])
  expect(await resultOf(ours('DELETE', `drawbridge/members/${member.user.id}`))).toEqual({ id: member.user.id })
  expect([(await me('GET', 'drawbridge/routers')).status, (await byToken()).status]).toEqual([401, 401])
  const tokens = await resultOf<ApiToken[]>(ours('GET', 'drawbridge/tokens'))
  expect(tokens.find(({ name }) => name === 'mine')?.revoked_at).toBe('2026-01-01T12:00:00.000Z')
})
