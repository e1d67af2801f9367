// Tests the life of tokens and what the state keeps of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signIn } from '../session/sign-in.ts'
import { verifySession } from '../session/verify.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { createToken } from './create.ts'
import { listTokens } from './list.ts'
import { revokeToken } from './revoke.ts'
import { hashSecret } from '../../base/secret.ts'
import { verifyKey, verifyToken } from './verify.ts'

let context: TestContext

beforeEach(async () => {
  context = await openTestContext()
})

afterEach(() => context.close())

const reader = { name: 'reader', scopes: ['mnm:read'] }

describe('a token', () => {
  it('is kept as its hash only', async () => {
    const { secret, id } = await createToken(context, context.local, reader)
    expect(secret).toMatch(/^[\w-]{43}$/)
    const everything = JSON.stringify([
      await context.state.selectFrom('token').selectAll().execute(),
      await context.state.selectFrom('audit').selectAll().execute(),
    ])
    expect(everything).not.toContain(secret)
    expect(everything).toContain(hashSecret(secret))
    expect(JSON.stringify(await listTokens(context, context.local))).not.toContain(hashSecret(secret))
    expect((await verifyToken(context, secret))?.principal).toMatchObject({ via: 'token', credential: id, scopes: ['mnm:read'] })
  })

  it('remembers its last use to the minute', async () => {
    const { secret } = await createToken(context, context.local, reader)
    const used = async () => (await listTokens(context, context.local))[0]?.last_used_at
    expect(await used()).toBeNull()
    await verifyToken(context, secret)
    expect(await used()).toBe('2026-01-01T12:00:00.000Z')
    context.clock.time += 59_999
    await verifyToken(context, secret)
    expect(await used()).toBe('2026-01-01T12:00:00.000Z')
    context.clock.time += 1
    await verifyToken(context, secret)
    expect(await used()).toBe('2026-01-01T12:01:00.000Z')
  })

  it('is revoked once and for all, with its sessions', async () => {
    const { secret, id } = await createToken(context, context.local, { name: 'a', scopes: ['mnm:read'] })
    const other = await createToken(context, context.local, { name: 'b', scopes: ['mnm:read'] })
    const session = await signIn(context, { body: { secret } })
    const kept = await signIn(context, { body: { secret: other.secret } })
    expect(await verifySession(context, session.secret)).toBeDefined()
    const { revoked_at } = await revokeToken(context, context.local, id)
    context.clock.time += 1000
    expect((await revokeToken(context, context.local, id)).revoked_at).toBe(revoked_at)
    expect(await verifyToken(context, secret)).toBeUndefined()
    expect(await verifySession(context, session.secret)).toBeUndefined()
    expect(await verifySession(context, kept.secret)).toBeDefined()
    await expect(revokeToken(context, context.local, 'nope')).rejects.toThrow('there is no token nope')
  })

  it.each([
    ['no name', { scopes: ['admin'] }, 'name must be text'],
    ['a name that moves the cursor', { name: 'a\u001b[2J', scopes: ['admin'] }, 'name must not have control characters'],
    ['no scope', { name: 'a', scopes: [] }, 'scopes must have at least one entry'],
    ['an unknown scope', { name: 'a', scopes: ['root'] }, 'scopes[0] must be one of mnm:read, mnm:write, mnm:admin, '],
    ['an end that is no time', { name: 'a', scopes: ['admin'], expires_at: 'soon' }, 'expires_at must be a time like 2027-01-31T00:00:00Z'],
    ['an unknown kind', { kind: 'x', name: 'a', scopes: ['admin'] }, 'kind must be token or key'],
  ])('is not made with %s', async (_what, body, message) => {
    await expect(createToken(context, context.local, body)).rejects.toThrow(message)
  })

  it('is made, listed and revoked by admins only', async () => {
    const { secret } = await createToken(context, context.local, { name: 'w', scopes: ['mnm:write'] })
    const principal = (await verifyToken(context, secret))?.principal
    if (!principal) throw new Error('the token is not known')
    await expect(createToken(context, principal, reader)).rejects.toThrow('Authentication error')
    await expect(listTokens(context, principal)).rejects.toThrow('Authentication error')
    await expect(revokeToken(context, principal, principal.credential)).rejects.toThrow('Authentication error')
  })
})

it('ends at its time in any time zone', async () => {
  const { secret } = await createToken(context, context.local, { ...reader, expires_at: '2026-01-01T14:00:00+01:00' })
  context.clock.time += 3_599_999
  expect(await verifyToken(context, secret)).toBeDefined()
  context.clock.time += 1
  expect(await verifyToken(context, secret)).toBeUndefined()
})

it('a key needs its e-mail address and is no token', async () => {
  const { secret } = await createToken(context, context.local, { kind: 'key', ...reader })
  expect(await verifyToken(context, secret)).toBeUndefined()
  expect(await verifyKey(context, { key: secret, email: 'ADMIN@localhost' })).toBeDefined()
  expect(await verifyKey(context, { key: secret, email: 'x@localhost' })).toBeUndefined()
})
