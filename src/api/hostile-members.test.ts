// The API is held to a table of hostile requests about people, accounts, passwords and tokens: each is refused with its own
// reason, nothing is kept of them, and no fault of ours is logged.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Invitation } from '../contract/member.ts'
import { startTestServer, type ApiBody, type TestServer } from './testing/test-server.ts'

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await startTestServer()
  const { body } = await server.call('POST', `${server.account}/drawbridge/members/${server.context.local.user.id}/link`)
  const secret = (body.result as Invitation).link?.split('#link=')[1]
  const response = await fetch(`${server.url}/sign-in`, { method: 'POST', body: JSON.stringify({ secret }) })
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
})
afterAll(() => server.close())

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: ApiBody }> {
  const url = path.startsWith('/') ? server.url + path : `${server.account}/drawbridge/${path}`
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: text }) })
  // Every answer of the API is an envelope.
  return { status: response.status, body: (await response.json()) as ApiBody }
}

const member = { email: 'eve@example.net', role: 'viewer' }
const emails: readonly unknown[] = [
  '',
  'eve',
  '@',
  'eve@',
  '@example.net',
  'eve@@example.net',
  'eve@example.net@example.net',
  'eve @example.net',
  'eve@example.net\u0000',
  'eve@exa\nmple.net',
  'eve\r\nBcc: x@example.net',
  '<eve@example.net>',
  '"eve"@example.net',
  'éve@example.net',
  'ev\u200be@example.net',
  'eve@-example.net',
  'eve@example.net-',
  `${'e'.repeat(250)}@x.net`,
  'e'.repeat(100_000),
  null,
  5,
  ['eve@example.net'],
  { toString: 'eve@example.net' },
]
const names: readonly unknown[] = ['', '   ', 'a\u0000b', 'a\nb', '\u202eeve', 'a\u2066b', 'x'.repeat(101), 5, null, ['x'], {}]
const wrongRoles: readonly unknown[] = ['', 'root', 'Administrator', 'admin', '__proto__', 'constructor', null, 3, ['viewer'], undefined]
const bodies = ['text', '"text"', '[]', 'null', '5', '{', '{}', '\u0000']

describe('the API refuses', () => {
  it.each(emails.map((email) => [JSON.stringify(email).slice(0, 60), email]))('the address %s', async (_, email) => {
    const { status, body } = await ask('POST', 'members', { ...member, email })
    expect([status, body.errors[0]?.code, body.errors[0]?.source?.pointer]).toEqual([400, 20_080, '/email'])
  })

  it.each(names.map((name) => [JSON.stringify(name).slice(0, 60), name]))('the name %s', async (_, name) => {
    const answers = await Promise.all([
      ask('POST', 'members', { ...member, name }),
      ask('PATCH', 'me', { name }),
      ask('PATCH', `members/${server.context.local.user.id}`, { name }),
      ask('POST', '/client/v4/accounts', { name }),
      ask('PUT', `/client/v4/accounts/${server.context.local.account.id}`, { name }),
    ])
    expect(answers.map(({ status, body }) => [status, body.errors[0]?.code])).toEqual(
      [20_080, 20_080, 20_080, 20_083, 20_083].map((code) => [400, code]),
    )
  })

  it.each(wrongRoles.map((role) => [JSON.stringify(role) ?? 'undefined', role]))('the role %s', async (_, role) => {
    const { status, body } = await ask('POST', 'members', { email: member.email, role })
    expect([status, body.errors[0]]).toMatchObject([400, { code: 20_080, source: { pointer: '/role' } }])
  })

  it.each(bodies)('the body %j', async (text) => {
    for (const [method, path] of [
      ['POST', 'members'],
      ['PATCH', 'me'],
      ['PUT', 'me/password'],
      ['POST', 'tokens'],
      ['POST', '/client/v4/accounts'],
    ] as const) {
      expect([path, (await ask(method, path, text)).status]).toEqual([path, 400])
    }
  })

  it.each([
    ['id', { ...member, id: 'x' }],
    ['account', { ...member, account: 2 }],
    ['scopes', { ...member, scopes: ['admin'] }],
    ['password_hash', { ...member, password_hash: 'x' }],
  ])('the field %s of a member', async (field, body) => {
    const { status, body: answer } = await ask('POST', 'members', body)
    expect([status, answer.errors[0]?.message]).toEqual([400, `Invalid member: there is no field ${field}`])
  })

  it.each([
    ['short', { password: 'eleven char' }, 'it has 11 characters; 12 are the least'],
    ['short in characters', { password: '🔑'.repeat(11) }, 'it has 11 characters; 12 are the least'],
    ['long', { password: 'x'.repeat(257) }, 'it has 257 characters; 256 are the most'],
    ['very long', { password: 'x'.repeat(500_000) }, 'password is too long'],
    ['the address', { password: ' ADMIN@localhost' }, 'it is the e-mail address, which others know'],
    ['no text', { password: ['x'.repeat(12)] }, 'password must be text'],
    ['for somebody else', { password: 'correct horse battery', user: 'x' }, 'there is no field user'],
  ])('a password that is %s', async (_, body, reason) => {
    const { status, body: answer } = await ask('PUT', 'me/password', body)
    expect([status, answer.errors[0]?.code, answer.errors[0]?.message]).toEqual([400, 20_086, `Invalid password: ${reason}`])
  })

  it.each(['x', '0'.repeat(32), 'A'.repeat(32), `${'0'.repeat(32)}' or 1=1 --`, '%00', '%2e%2e', '../members', '.'.repeat(120)])(
    'the id %j',
    async (text) => {
      const id = encodeURIComponent(text)
      for (const [method, path] of [
        ['PATCH', `members/${id}`],
        ['DELETE', `members/${id}`],
        ['POST', `members/${id}/link`],
        ['DELETE', `tokens/${id}`],
        ['DELETE', `me/sessions/${id}`],
      ] as const) {
        expect([method, path, (await ask(method, path, method === 'PATCH' ? { role: 'viewer' } : undefined)).status]).toEqual([
          method,
          path,
          404,
        ])
      }
    },
  )

  it.each([
    ['an address alone', { email: 'admin@localhost' }, 400],
    ['a password alone', { password: 'x' }, 400],
    ['an address that is a list', { email: ['admin@localhost'], password: 'x' }, 400],
    ['an address without an end', { email: 'a'.repeat(255), password: 'x' }, 400],
    ['a password without an end', { email: 'admin@localhost', password: 'x'.repeat(513) }, 400],
    ['both ways at once', { email: 'admin@localhost', password: 'x', secret: 'x' }, 400],
  ])('to sign in with %s', async (_, body, status) => {
    expect((await ask('POST', '/sign-in', body)).status).toBe(status)
  })
})

it('has added and changed nothing, and logged no fault', async () => {
  const { state, local } = server.context
  const users = await state.selectFrom('user').select(['email', 'name', 'password_hash']).execute()
  expect(users).toEqual([{ email: 'admin@localhost', name: 'Administrator', password_hash: null }])
  expect(await state.selectFrom('account').select(['id', 'name']).execute()).toEqual([{ id: local.account.id, name: 'Drawbridge' }])
  expect(await state.selectFrom('member').select('role').execute()).toEqual([{ role: 'administrator' }])
  expect(server.errors).toEqual([])
})
