// Tests the command `token` on a data folder of its own, as a person and as a script use it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verifyKey, verifyToken } from '../app/token/verify.ts'
import { systemClock } from '../base/clock.ts'
import { openState } from '../store/state.ts'
import { tokenCommand } from './token.ts'

let data: string

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'drawbridge-token-'))
  await (await openState(path.join(data, 'state.sqlite'))).close()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(data, { recursive: true })
})

/** Standard output of the command. */
async function run(...args: string[]): Promise<string> {
  const written: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  await tokenCommand()
    .exitOverride()
    .parseAsync([...args, '--data', data], { from: 'user' })
  write.mockRestore()
  return written.join('')
}

async function withState<T>(
  work: (context: { state: Awaited<ReturnType<typeof openState>>['db']; clock: typeof systemClock }) => Promise<T>,
) {
  const state = await openState(path.join(data, 'state.sqlite'))
  try {
    return await work({ state: state.db, clock: systemClock })
  } finally {
    await state.close()
  }
}

interface Created {
  readonly id: string
  readonly secret: string
  readonly email: string
  readonly account_id: string
  readonly scopes: readonly string[]
  readonly expires_at: string | null
}

const created = async (...args: string[]) => JSON.parse(await run('create', '--json', ...args)) as Created

describe('token', () => {
  it('creates one that works, lists it without its secret and revokes it', async () => {
    const token = await created('--name', 'grafana')
    const scopes = [
      'mnm:read',
      'mnm:write',
      'mnm:admin',
      'analytics:read',
      'notifications:read',
      'notifications:write',
      'advertisements:read',
      'captures:read',
    ]
    expect(token.scopes).toEqual(scopes)
    expect(token.account_id).toMatch(/^[0-9a-f]{32}$/)
    expect((await withState((context) => verifyToken(context, token.secret)))?.principal.account.id).toBe(token.account_id)
    const listed = await run('list')
    expect(listed).toContain(`${token.id}  token  grafana  ${scopes.join(',')}  admin@localhost  without an end, used `)
    expect(listed).not.toContain(token.secret)
    expect(await run('revoke', token.id)).toBe(`Revoked token grafana (${token.id}).\n`)
    expect(await withState((context) => verifyToken(context, token.secret))).toBeUndefined()
    expect(JSON.parse(await run('list', '--json'))).toMatchObject([{ id: token.id, revoked_at: expect.any(String) }])
  })

  it('creates keys, chosen scopes and an end', async () => {
    const key = await created('--key', '--scope', 'mnm:read', 'admin', '--expires', '90d')
    expect(key.scopes).toEqual(['mnm:read', 'admin'])
    expect(Date.parse(key.expires_at ?? '')).toBeGreaterThan(Date.now() + 89 * 86_400_000)
    expect(await withState((context) => verifyKey(context, { key: key.secret, email: key.email }))).toBeDefined()
  })

  it('prints for people how to send it', async () => {
    expect(await run('create', '--name', 'curl')).toMatch(/\nAuthorization: Bearer [\w-]{43}\n/)
    expect(await run('create', '--key')).toMatch(/\nX-Auth-Email: admin@localhost\nX-Auth-Key: [\w-]{43}\n/)
  })

  it('says what is wrong and what to do next', async () => {
    await expect(run('create', '--expires', 'soon')).rejects.toThrow('expires_at must be a time like 2027-01-31T00:00:00Z')
    await expect(run('revoke', 'nope')).rejects.toMatchObject({
      message: 'there is no token nope',
      next: 'drawbridge token list',
    })
    await rm(path.join(data, 'state.sqlite'))
    await expect(run('list')).rejects.toThrow(`there is no Drawbridge data in ${data}`)
  })
})
