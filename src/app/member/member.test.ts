// Tests the rules of members: roles count at once, somebody always administers, and accounts do not reach into one another.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Invitation } from '../../contract/member.ts'
import { roleScopes, type Role } from '../../contract/scopes.ts'
import { createAccount } from '../account/create.ts'
import { localPrincipal } from '../account/first-run.ts'
import type { Account, Principal } from '../context.ts'
import { endSession, endSessions, listSessions } from '../session/own.ts'
import { signIn } from '../session/sign-in.ts'
import { verifySession } from '../session/verify.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { createToken } from '../token/create.ts'
import { listTokens } from '../token/list.ts'
import { revokeToken } from '../token/revoke.ts'
import { verifyToken } from '../token/verify.ts'
import { editMe, editMember } from './edit.ts'
import { inviteMember, linkMember } from './invite.ts'
import { getMe, listMembers } from './list.ts'
import { setPassword } from './password.ts'
import { removeMember } from './remove.ts'

let context: TestContext

beforeEach(async () => {
  context = await openTestContext()
})

afterEach(() => context.close())

const secretIn = ({ link }: Invitation) => link?.split('#link=')[1] ?? ''

/** Signs in with a secret and tells who that is, in each account. */
async function enter(secret: string): Promise<{ cookie: string; principal: Principal }> {
  const { secret: cookie } = await signIn(context, { body: { secret }, userAgent: 'Firefox' })
  return { cookie, principal: (await session(cookie)) as Principal }
}

const session = async (cookie: string) => (await verifySession(context, cookie))?.principal

/** Somebody in the first account who has signed in by the link. */
async function joined(email: string, role: Role = 'viewer'): Promise<{ cookie: string; principal: Principal }> {
  return enter(secretIn(await inviteMember(context, context.local, { email, role })))
}

/** Somebody who administers an account of their own and nothing else. */
async function stranger(email: string): Promise<{ principal: Principal; account: Account }> {
  const account = await createAccount(context, [context.local], { name: 'Other' })
  const local = { ...context.local, account }
  const invited = await inviteMember(context, local, { email, role: 'administrator' })
  await removeMember(context, local, context.local.user.id)
  return { ...(await enter(secretIn(invited))), account }
}

describe('an invitation', () => {
  it('is a link that makes somebody a member who has been here', async () => {
    const invited = await inviteMember(context, context.local, { email: ' Ada@Example.NET ', role: 'operator' })
    expect(invited).toMatchObject({
      member: { user: { email: 'ada@example.net', name: 'ada' }, role: 'operator', you: false, joined: false, sessions: 0, tokens: 0 },
      link: expect.stringMatching(/^\/sign-in#link=[\w-]{43}$/),
      expires_at: '2026-01-02T12:00:00.000Z',
    })
    const { principal } = await enter(secretIn(invited))
    expect(principal.scopes).toEqual(roleScopes.operator)
    await expect(enter(secretIn(invited))).rejects.toThrow('Authentication error')
    expect(await getMe(context, principal)).toMatchObject({ you: true, joined: true, has_password: false, sessions: 1 })
    expect((await listMembers(context, context.local)).map(({ user, you }) => [user.email, you])).toEqual([
      ['ada@example.net', false],
      ['admin@localhost', true],
    ])
  })

  it('is not for a member; a new link ends the one before', async () => {
    const first = await inviteMember(context, context.local, { email: 'ada@example.net', role: 'viewer', name: 'Ada Lovelace' })
    await expect(inviteMember(context, context.local, { email: 'ADA@example.net', role: 'administrator' })).rejects.toThrow(
      'refused: ada@example.net is a member already; change the role instead',
    )
    const second = await linkMember(context, context.local, first.member.user.id)
    await expect(enter(secretIn(first))).rejects.toThrow('Authentication error')
    expect((await enter(secretIn(second))).principal.scopes).toEqual(roleScopes.viewer)
  })
})

describe('a role', () => {
  it('counts for sessions and tokens from the next request on', async () => {
    const { principal, cookie } = await joined('ada@example.net', 'administrator')
    const { secret } = await createToken(context, principal, { name: 'all', scopes: ['admin'] })
    const scopes = async () => [(await session(cookie))?.scopes, (await verifyToken(context, secret))?.principal.scopes]
    expect(await scopes()).toEqual([roleScopes.administrator, roleScopes.administrator])
    await editMember(context, context.local, { user: principal.user.id, body: { role: 'viewer' } })
    const [bySession, byToken] = await scopes()
    expect([bySession, byToken?.toSorted()]).toEqual([roleScopes.viewer, roleScopes.viewer.toSorted()])
    await removeMember(context, context.local, principal.user.id)
    expect(await scopes()).toEqual([undefined, undefined])
    // Nothing of before comes back with a second invitation.
    await inviteMember(context, context.local, { email: 'ada@example.net', role: 'administrator' })
    expect(await scopes()).toEqual([undefined, undefined])
  })

  it('of the last administrator stays', async () => {
    const { id } = context.local.user
    const why = 'refused: admin@localhost is the only administrator of this account; make somebody else an administrator first'
    await joined('ada@example.net', 'operator')
    await expect(editMember(context, context.local, { user: id, body: { role: 'operator' } })).rejects.toThrow(why)
    await expect(removeMember(context, context.local, id)).rejects.toThrow(why)
    const { principal } = await joined('bob@example.net', 'administrator')
    await editMember(context, principal, { user: id, body: { role: 'viewer' } })
    await expect(removeMember(context, principal, principal.user.id)).rejects.toThrow('bob@example.net is the only administrator')
    // Commands on the server act as somebody who may.
    expect((await localPrincipal(context)).user.email).toBe('bob@example.net')
  })

  it('is given, and people are seen, by administrators only', async () => {
    const { principal } = await joined('ada@example.net', 'operator')
    const { id } = principal.user
    for (const attempt of [
      listMembers(context, principal),
      inviteMember(context, principal, { email: 'x@example.net', role: 'viewer' }),
      editMember(context, principal, { user: id, body: { role: 'administrator' } }),
      removeMember(context, principal, context.local.user.id),
      linkMember(context, principal, context.local.user.id),
      createAccount(context, [principal], { name: 'mine' }),
    ]) {
      await expect(attempt).rejects.toThrow('Authentication error')
    }
  })
})

describe('tokens', () => {
  it('of others than administrators are their own, within their role', async () => {
    const { principal } = await joined('ada@example.net', 'operator')
    const theirs = await createToken(context, principal, { name: 'grafana', scopes: ['analytics:read', 'mnm:write'] })
    const ours = await createToken(context, context.local, { name: 'ci', scopes: ['mnm:read'] })
    expect(theirs.user).toEqual(principal.user)
    await expect(createToken(context, principal, { name: 'more', scopes: ['agents:write'] })).rejects.toThrow('Authentication error')
    expect((await listTokens(context, principal)).map(({ id }) => id)).toEqual([theirs.id])
    expect((await listTokens(context, context.local)).map(({ id }) => id).toSorted()).toEqual([theirs.id, ours.id].toSorted())
    await expect(revokeToken(context, principal, ours.id)).rejects.toThrow(`there is no token ${ours.id}`)
    expect((await revokeToken(context, principal, theirs.id)).revoked_at).not.toBeNull()
  })

  it('neither make tokens, nor give their owner a way in that outlives them', async () => {
    const { principal } = await joined('ada@example.net', 'administrator')
    const reader = await createToken(context, principal, { name: 'reader', scopes: ['mnm:read'] })
    const admin = await createToken(context, principal, { name: 'admin', scopes: ['admin'] })
    const asReader = (await verifyToken(context, reader.secret))?.principal as Principal
    const inBrowser = (await enter(admin.secret)).principal
    await expect(createToken(context, asReader, { name: 'x', scopes: ['mnm:read'] })).rejects.toThrow('Authentication error')
    await expect(listTokens(context, asReader)).rejects.toThrow('Authentication error')
    for (const who of [asReader, inBrowser]) {
      for (const attempt of [
        setPassword(context, who, { password: 'correct horse battery' }),
        editMe(context, who, { name: 'x' }),
        endSessions(context, who),
      ]) {
        await expect(attempt).rejects.toThrow('this needs a browser that is signed in by link or password')
      }
    }
    await expect(listSessions(context, asReader)).rejects.toThrow('this needs a browser')
    expect((await listSessions(context, inBrowser)).map((each) => [each.with, each.this_one])).toEqual(
      expect.arrayContaining([
        ['token', true],
        ['link', false],
      ]),
    )
  })

  it('are a hundred for one user at the most', async () => {
    const { principal } = await joined('ada@example.net')
    const make = () => createToken(context, principal, { name: 'x', scopes: ['mnm:read'] })
    const [first] = await Promise.all(Array.from({ length: 100 }, make))
    await expect(make()).rejects.toThrow('you have 100 tokens, which is the most; revoke one')
    await revokeToken(context, principal, first?.id ?? '')
    await make()
  })
})

describe('browsers', () => {
  it('are listed, and signed out one by one or all others at once', async () => {
    const { principal, cookie } = await joined('ada@example.net')
    const again = async () => enter(secretIn(await linkMember(context, context.local, principal.user.id)))
    const [second, third] = [await again(), await again()]
    const listed = await listSessions(context, principal)
    expect(listed).toHaveLength(3)
    expect(listed.find((each) => each.this_one)).toMatchObject({ id: principal.credential, with: 'link', user_agent: 'Firefox' })
    expect(JSON.stringify(listed)).not.toContain('secret')
    await endSession(context, principal, second.principal.credential)
    expect([await session(second.cookie), await session(third.cookie)]).toEqual([undefined, expect.anything()])
    const foreign = await joined('bob@example.net')
    await expect(endSession(context, principal, foreign.principal.credential)).rejects.toThrow('there is no session')
    expect(await endSessions(context, principal)).toEqual({ ended: 1 })
    expect([await session(third.cookie), await session(cookie), await session(foreign.cookie)].map(Boolean)).toEqual([false, true, true])
  })
})

describe('somebody of two accounts', () => {
  it('uses both by one session, each by the role there', async () => {
    const { principal, cookie } = await joined('ada@example.net')
    const other = await stranger('eve@example.net')
    const added = await inviteMember(context, other.principal, { email: 'ada@example.net', role: 'operator', name: 'Somebody else' })
    expect(added).toMatchObject({ member: { user: principal.user, role: 'operator', joined: true }, link: null, expires_at: null })
    const both = (await verifySession(context, cookie))?.principals.map(({ account, scopes }) => [account.number, scopes])
    expect(both).toEqual([
      [1, roleScopes.viewer],
      [other.account.number, roleScopes.operator],
    ])
  })

  it('is not taken over from one of them', async () => {
    const { principal } = await joined('ada@example.net', 'administrator')
    const other = await stranger('eve@example.net')
    await inviteMember(context, other.principal, { email: 'ada@example.net', role: 'viewer' })
    const user = principal.user.id
    await expect(linkMember(context, other.principal, user)).rejects.toThrow('drawbridge members link ada@example.net')
    await expect(editMember(context, other.principal, { user, body: { name: 'x' } })).rejects.toThrow('changes the name in person')
    await expect(linkMember(context, context.local, user)).resolves.toMatchObject({ link: expect.any(String) })
    const token = await createToken(context, { ...principal, account: context.local.account }, { name: 'a', scopes: ['admin'] })
    const byToken = (await verifyToken(context, token.secret))?.principal as Principal
    await expect(linkMember(context, byToken, user)).rejects.toThrow('refused')
  })

  it('goes on with one when the other is over', async () => {
    const other = await stranger('eve@example.net')
    await inviteMember(context, other.principal, { email: 'ada@example.net', role: 'operator' })
    const { user } = (await inviteMember(context, context.local, { email: 'ada@example.net', role: 'viewer' })).member
    await removeMember(context, context.local, user.id)
    const { principal } = await enter(secretIn(await linkMember(context, other.principal, user.id)))
    expect(principal.account.id).toBe(other.account.id)
  })
})

it('who was never here and belongs nowhere any more is forgotten, others are remembered without a password', async () => {
  const { member } = await inviteMember(context, context.local, { email: 'typo@example.net', role: 'viewer' })
  await removeMember(context, context.local, member.user.id)
  const { principal } = await joined('ada@example.net')
  await context.state.updateTable('user').set({ password_hash: 'x' }).where('id', '=', principal.user.id).execute()
  await removeMember(context, context.local, principal.user.id)
  const users = await context.state.selectFrom('user').select(['email', 'password_hash']).orderBy('email').execute()
  expect(users).toEqual([
    { email: 'ada@example.net', password_hash: null },
    { email: 'admin@localhost', password_hash: null },
  ])
})
