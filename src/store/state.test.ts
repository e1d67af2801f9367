// The state database: made, migrated, reopened, and refused when it is newer than the program.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openState, StateVersionError } from './state.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'state-'))
  file = path.join(dir, 'state.sqlite')
})
afterEach(() => rmSync(dir, { recursive: true }))

const account = { id: 'a'.repeat(32), name: 'first', created_at: '2026-01-01T00:00:00.000Z' }

describe('the state database', () => {
  it('keeps what was written over a reopening, without a clean close', async () => {
    const first = await openState(file)
    await first.db.insertInto('account').values(account).execute()
    const second = await openState(file)
    expect(await second.db.selectFrom('account').selectAll().execute()).toEqual([{ number: 1, ...account }])
    await first.close()
    await second.close()
  })

  it('is readable for its owner only', async () => {
    const state = await openState(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await state.close()
  })

  it('holds to its references', async () => {
    const state = await openState(file)
    const router = { account: 9, address: '192.0.2.1', name: '', sampling_override: null, created_at: '2026-01-01T00:00:00.000Z' }
    await expect(state.db.insertInto('router').values(router).execute()).rejects.toThrow(/FOREIGN KEY/)
    await state.close()
  })

  it('undoes a failed transaction whole', async () => {
    const state = await openState(file)
    const failing = state.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('account').values(account).execute()
      await transaction.insertInto('account').values(account).execute()
    })
    await expect(failing).rejects.toThrow(/UNIQUE/)
    expect(await state.db.selectFrom('account').selectAll().execute()).toEqual([])
    await state.close()
  })

  it('keeps other processes from writing in the middle of a transaction', async () => {
    const state = await openState(file)
    const other = new Database(file)
    await state.db.insertInto('account').values(account).execute()
    const renamed = await state.db.transaction().execute(async (transaction) => {
      const [row] = await transaction.selectFrom('account').selectAll().execute()
      expect(() => other.exec(`update account set name = 'other'`)).toThrow(/locked/)
      return await transaction
        .updateTable('account')
        .set({ name: `${row?.name} again` })
        .execute()
    })
    expect(renamed[0]?.numUpdatedRows).toBe(1n)
    other.exec(`update account set name = 'other'`)
    expect(await state.db.selectFrom('account').select('name').execute()).toEqual([{ name: 'other' }])
    other.close()
    await state.close()
  })

  it('of a newer program is refused and left alone', async () => {
    await (await openState(file)).close()
    const database = new Database(file)
    database.exec('pragma user_version = 99')
    database.close()
    await expect(openState(file)).rejects.toThrow(StateVersionError)
  })
})
