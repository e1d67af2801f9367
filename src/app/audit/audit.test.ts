// The audit log: pages that do not shift, filters, and lines that go when their time is over.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditPage } from '../../contract/settings.ts'
import { openTestContext, testTime, type TestContext } from '../testing/test-context.ts'
import { AuditJanitor } from './audit-janitor.ts'
import { listAudit } from './list.ts'

let context: TestContext
const stranger = 'f'.repeat(32)
const dayMs = 86_400_000

/** @param from days before the time of the test */
async function addLines(action: string, count: number, { from = 0, user = context.local.user.id, account = 1 } = {}): Promise<void> {
  const line = (index: number) => ({
    at: new Date(testTime - from * dayMs + index).toISOString(),
    account,
    user,
    via: 'token',
    action,
    target: `t${index}`,
    detail: '{"from":1,"to":2}',
  })
  const lines = Array.from({ length: count }, (_, index) => line(index))
  await context.state.insertInto('audit').values(lines).execute()
}

beforeAll(async () => {
  context = await openTestContext()
  await addLines('session.sign_in', 2, { from: 900 })
  await addLines('router.register', 3, { from: 10 })
  await addLines('rule.edit', 4, { from: 2 })
  await addLines('rule.create', 2, { from: 1, user: stranger })
  await addLines('rules.move', 1)
  await addLines('secret.of_others', 1, { account: 2 })
})
afterAll(() => context?.close())

const ask = (query: Record<string, unknown> = {}): Promise<AuditPage> => listAudit(context, context.local, query)
const actionsOf = ({ lines }: AuditPage) => lines.map(({ action }) => action)

describe('the audit log', () => {
  it('is told in pages that do not shift while lines are added', async () => {
    const first = await ask({ limit: '5' })
    expect(first.lines[0]).toMatchObject({
      at: '2026-01-01T12:00:00.000Z',
      user: context.local.user,
      via: 'token',
      action: 'rules.move',
      target: 't0',
      detail: { from: 1, to: 2 },
    })
    await addLines('rules.move', 1)
    const second = await ask({ limit: '5', before: String(first.next) })
    const third = await ask({ limit: '5', before: String(second.next) })
    const ids = [first, second, third].flatMap(({ lines }) => lines.map(({ id }) => id))
    expect(ids).toEqual(ids.toSorted((one, other) => other - one))
    expect(new Set(ids).size).toBe(12)
    expect(third.next).toBeNull()
  })

  it('is filtered by action, by the noun of actions, by user and by time', async () => {
    expect(actionsOf(await ask({ action: 'rule.edit' }))).toHaveLength(4)
    expect(new Set(actionsOf(await ask({ action: 'rule.' })))).toEqual(new Set(['rule.edit', 'rule.create']))
    const { lines } = await ask({ user: stranger })
    expect(lines.map(({ action, user }) => [action, user])).toEqual([
      ['rule.create', null],
      ['rule.create', null],
    ])
    const since = new Date(testTime - dayMs).toISOString()
    expect(new Set(actionsOf(await ask({ since })))).toEqual(new Set(['rule.create', 'rules.move']))
    expect(actionsOf(await ask({ since, action: 'rule.', user: stranger, limit: 1 }))).toEqual(['rule.create'])
    // The same time elsewhere.
    expect(await ask({ since: '2026-01-01T13:00:00+01:00' })).toMatchObject({ lines: [{}, {}] })
    expect((await ask({ action: 'rule.none' })).lines).toEqual([])
  })

  it('names the actions of its own account', async () => {
    const { actions } = await ask({ action: 'rule.edit', limit: 1 })
    expect(actions).toEqual(['router.register', 'rule.create', 'rule.edit', 'rules.move', 'session.sign_in'])
  })

  it.each([
    [{ limit: 0 }, 'limit must be a whole number from 1 to 200'],
    [{ limit: 201 }, 'limit must be'],
    [{ before: 'x' }, 'before must be a whole number'],
    [{ action: "'; drop table audit; --" }, 'action must be an action like rule.edit'],
    [{ action: 'rule' }, 'action must be an action like rule.edit'],
    [{ action: ['rule.', 'router.'] }, 'action must be given once'],
    [{ user: 'admin' }, 'user must be the id of a user'],
    [{ since: 'yesterday' }, 'since must be a time like'],
  ])('refuses %j', async (query, reason) => {
    const error = await ask(query).catch((error: unknown) => error)
    expect(error).toMatchObject({ error: 'audit_invalid' })
    expect((error as Error).message).toContain(reason)
  })

  it('is for administrators', async () => {
    const reader = { ...context.local, scopes: ['mnm:read', 'mnm:admin'] as const }
    await expect(listAudit(context, reader, {})).rejects.toMatchObject({ error: 'forbidden' })
  })

  it('is read by way of an index, however it is asked for', async () => {
    const plan = async (where: string) => {
      const { rows } = await context.state.executeQuery<{ detail: string }>(
        // Only the plan of a statement of ours.
        { sql: `explain query plan select * from audit where account = 1 and ${where} order by id desc`, parameters: [] } as never,
      )
      return rows.map(({ detail }) => detail).join('; ')
    }
    expect(await plan('id < 9')).toMatch(/audit_by_id|INTEGER PRIMARY KEY/)
    expect(await plan("action = 'rule.edit' and id < 9")).toContain('audit_by_action')
    expect(await plan("user = 'x' and id < 9")).toContain('audit_by_user')
  })
})

describe('the janitor', () => {
  it('deletes what has outlived its time in small steps, and leaves the newest sign-in', async () => {
    let days = 800
    await addLines('router.edit', 450, { from: 850 })
    const janitor = new AuditJanitor({ retentionDays: () => days }, { ...context, log: { error: expect.unreachable } })
    await janitor.turn()
    const all = async () => (await context.state.selectFrom('audit').select('action').execute()).map(({ action }) => action)
    expect(await all()).toHaveLength(13)
    expect(await all()).toContain('router.register')
    expect(await all()).not.toContain('router.edit')
    expect((await all()).filter((action) => action === 'session.sign_in')).toHaveLength(1)
    days = 5
    await janitor.turn()
    expect(await all()).not.toContain('router.register')
    await janitor.stop()
  })
})
