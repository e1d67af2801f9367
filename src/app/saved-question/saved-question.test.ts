// Tests who sees, changes and removes which saved question.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { roleScopes } from '../../contract/scopes.ts'
import type { Principal } from '../context.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { editSavedQuestion } from './edit.ts'
import { listSavedQuestions } from './list.ts'
import { removeSavedQuestion } from './remove.ts'
import { saveQuestion } from './save.ts'

let context: TestContext
let other: Principal

beforeEach(async () => {
  context = await openTestContext()
  const user = { id: 'b'.repeat(32), email: 'other@example.net', name: 'Other' }
  await context.state
    .insertInto('user')
    .values({ ...user, created_at: '2026-01-01T12:00:00.000Z' })
    .execute()
  other = { ...context.local, user, scopes: roleScopes.viewer }
})

afterEach(() => context.close())

const question = { name: 'By AS', search: 'by=sourceAS&range=6h' }

describe('a saved question', () => {
  it("is its owner's alone until it is shared", async () => {
    const saved = await saveQuestion(context, other, question)
    expect(saved).toMatchObject({ ...question, shared: false, editable: true, owner: { email: 'other@example.net' } })
    expect(await listSavedQuestions(context, other)).toEqual([saved])
    expect(await listSavedQuestions(context, context.local)).toEqual([])
    await expect(removeSavedQuestion(context, context.local, saved.id)).rejects.toThrow('there is no saved question')
    await editSavedQuestion(context, other, { id: saved.id, body: { shared: true } })
    expect(await listSavedQuestions(context, context.local)).toMatchObject([{ id: saved.id, shared: true, editable: true }])
  })

  it('can be changed by its owner and by administrators only', async () => {
    const saved = await saveQuestion(context, context.local, { ...question, shared: true })
    expect(await listSavedQuestions(context, other)).toMatchObject([{ editable: false }])
    await expect(editSavedQuestion(context, other, { id: saved.id, body: { name: 'Mine' } })).rejects.toThrow('Authentication error')
    await expect(removeSavedQuestion(context, other, saved.id)).rejects.toThrow('Authentication error')
    const theirs = await saveQuestion(context, other, { ...question, shared: true })
    const renamed = await editSavedQuestion(context, context.local, { id: theirs.id, body: { name: 'Ours' } })
    expect(renamed).toMatchObject({ name: 'Ours', search: question.search, owner: { name: 'Other' } })
  })

  it('comes back as it was removed, and the audit log knows of both', async () => {
    const saved = await saveQuestion(context, other, question)
    const { name, search, shared } = await removeSavedQuestion(context, other, saved.id)
    expect(await listSavedQuestions(context, other)).toEqual([])
    expect(await saveQuestion(context, other, { name, search, shared })).toMatchObject(question)
    const audit = await context.state.selectFrom('audit').select('action').where('action', 'like', 'question.%').orderBy('id').execute()
    expect(audit.map(({ action }) => action)).toEqual(['question.save', 'question.remove', 'question.save'])
  })

  it.each([
    ['no name', { ...question, name: ' ' }, 'name must not be empty'],
    ['a whole address', { ...question, search: 'http://x/?by=1' }, 'search must be search parameters'],
    ['markup', { ...question, search: 'by=<script>' }, 'search must be search parameters'],
    ['a line break', { ...question, search: 'by=a\nb' }, 'search must be search parameters'],
    ['an endless address', { ...question, search: 'a'.repeat(16_385) }, 'search must not be longer than 16384 characters'],
    ['something unknown', { ...question, page: 'rules' }, 'must be an object with name, search and shared'],
  ])('is not kept with %s', async (_what, body, message) => {
    await expect(saveQuestion(context, other, body)).rejects.toThrow(message)
  })

  it('is not for who may not ask about flows', async () => {
    const nobody = { ...other, scopes: ['mnm:read'] as const }
    await expect(saveQuestion(context, nobody, question)).rejects.toThrow('Authentication error')
    await expect(listSavedQuestions(context, nobody)).rejects.toThrow('Authentication error')
  })
})
