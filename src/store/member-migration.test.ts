// Tests what becomes of users, sessions and tokens of a state from before there were members.
import Database from 'libsql'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { firstTables } from './state-migrations/0001-first-tables.ts'
import { rulesAndIncidents } from './state-migrations/0002-rules-and-incidents.ts'
import { alertingTables } from './state-migrations/0003-alerting.ts'
import { advertisementTables } from './state-migrations/0004-advertisements.ts'
import { captureTables } from './state-migrations/0005-captures.ts'
import { signatureTables } from './state-migrations/0006-signatures.ts'
import { openState } from './state.ts'

const before = [firstTables, rulesAndIncidents, alertingTables, advertisementTables, captureTables, signatureTables]

it('makes everybody an administrator of the first account and of those that they did something in', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'drawbridge-migration-'))
  const file = path.join(dir, 'state.sqlite')
  const old = new Database(file)
  for (const { statements } of before) for (const statement of statements) old.exec(statement)
  old.exec(`pragma user_version = 6;
    insert into account values (1, 'a', 'A', 't'), (2, 'b', 'B', 't'), (3, 'c', 'C', 't');
    insert into user values ('ada', 'Ada@x', 'Ada', 't1'), ('bob', 'bob@x', 'Bob', 't2');
    insert into session values ('s1', 'session', 'h1', 1, 'ada', 't', 'z', 'u'), ('s2.tok', 'session', 'h2', 2, 'bob', 't', 'z', 'u');
    insert into audit values (1, 't8', 1, 'ada', 'session', 'session.sign_in', 's1', '{}'), (2, 't9', 3, 'ada', 'session', 'rule.create', 'r', '{}')`)
  old.close()
  const state = await openState(file)
  const members = await state.db.selectFrom('member').selectAll().orderBy('user').orderBy('account').execute()
  const told = members.map(({ account, user, role, created_at }) => [user, account, role, created_at].join(' '))
  expect(told).toEqual(['ada 1 administrator t1', 'ada 3 administrator t1', 'bob 1 administrator t2', 'bob 2 administrator t2'])
  const users = await state.db.selectFrom('user').select(['email', 'last_seen_at', 'password_hash']).orderBy('id').execute()
  expect(users).toEqual([
    { email: 'ada@x', last_seen_at: 't8', password_hash: null },
    { email: 'bob@x', last_seen_at: null, password_hash: null },
  ])
  const sessions = await state.db.selectFrom('session').select(['id', 'opened_with']).orderBy('id').execute()
  expect(sessions.map(({ opened_with }) => opened_with)).toEqual(['link', 'token'])
  await state.close()
  await rm(dir, { recursive: true })
})
