// Silences: times in which a policy tells nothing new. They come and are changed as lists (contract §5.2).
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type AlertContext, type Principal, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId } from '../../base/secret.ts'
import { parseInput } from '../validation.ts'
import { findPolicy } from './policies.ts'
import { silenceView } from './rows.ts'

/** Of an account; those that are over count until they are deleted. */
const maxSilences = 1000
const maxListed = 100

const time = z.iso
  .datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' })
  .transform((text) => timeText(Date.parse(text)))
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item, { error: 'must be a JSON list' })
    .min(1, 'must have at least one entry')
    .max(maxListed, `must not have more than ${maxListed} entries`)
const id = z.string({ error: 'must be text' }).max(64, 'is too long')
const newSilences = list(z.object({ policy_id: id, start_time: time, end_time: time }, { error: 'must be an object' }))
const changedSilences = list(z.object({ id, start_time: time.optional(), end_time: time.optional() }, { error: 'must be an object' }))

/** In the order in which they were made. */
export async function listSilences({ state }: AlertContext, principal: Principal) {
  requireScope(principal, 'notifications:read')
  return (await silencesOf(state, principal).execute()).map(silenceView)
}

/** @throws ApiError alert_silence_not_found */
export async function getSilence({ state }: AlertContext, principal: Principal, id: string) {
  requireScope(principal, 'notifications:read')
  return silenceView(await findSilence(state, principal, id))
}

/** All or none. @throws ApiError invalid_request, alert_policy_not_found, forbidden */
export async function createSilences(context: AlertContext, principal: Principal, body: unknown) {
  requireScope(principal, 'notifications:write')
  const wanted = parseInput(newSilences, body, 'invalid_request')
  const at = timeText(context.clock.now())
  const account = principal.account.number
  return change(context, principal, async (state) => {
    const { length } = await silencesOf(state, principal).execute()
    if (length + wanted.length > maxSilences)
      throw new ApiError('invalid_request', { reason: `an account has ${maxSilences} silences at the most` })
    const rows = wanted.map(({ policy_id: policy, start_time, end_time }) => ({
      id: newId(),
      account,
      policy,
      start_time,
      end_time,
      created_at: at,
      updated_at: at,
    }))
    for (const [index, row] of rows.entries()) {
      checkOrder(row, index)
      await findPolicy(state, principal, row.policy)
      await state.insertInto('alert_silence').values(row).execute()
    }
    const silences = rows.map(silenceView)
    const target = rows.map(({ id }) => id).join(' ')
    return { result: silences, audit: { action: 'alert_silence.create', target, detail: { silences: silences.map(timesOf) } } }
  })
}

/** All or none; a time that is left out stays. @throws ApiError invalid_request, alert_silence_not_found, forbidden */
export async function changeSilences(context: AlertContext, principal: Principal, body: unknown) {
  requireScope(principal, 'notifications:write')
  const wanted = parseInput(changedSilences, body, 'invalid_request')
  const updated_at = timeText(context.clock.now())
  return change(context, principal, async (state) => {
    const [before, result] = [[] as ReturnType<typeof timesOf>[], [] as ReturnType<typeof silenceView>[]]
    for (const [index, { id, start_time, end_time }] of wanted.entries()) {
      const now = await findSilence(state, principal, id)
      const times = { start_time: start_time ?? now.start_time, end_time: end_time ?? now.end_time }
      checkOrder(times, index)
      await state
        .updateTable('alert_silence')
        .set({ ...times, updated_at })
        .where('id', '=', id)
        .execute()
      before.push(timesOf(silenceView(now)))
      result.push(silenceView({ ...now, ...times, updated_at }))
    }
    const detail = { before, after: result.map(timesOf) }
    return { result, audit: { action: 'alert_silence.change', target: wanted.map(({ id }) => id).join(' '), detail } }
  })
}

/** @throws ApiError alert_silence_not_found, forbidden */
export async function deleteSilence(context: AlertContext, principal: Principal, id: string): Promise<void> {
  requireScope(principal, 'notifications:write')
  await change(context, principal, async (state) => {
    const silence = silenceView(await findSilence(state, principal, id))
    await state.deleteFrom('alert_silence').where('id', '=', id).execute()
    return { result: undefined, audit: { action: 'alert_silence.delete', target: id, detail: timesOf(silence) } }
  })
}

function checkOrder({ start_time, end_time }: { start_time: string; end_time: string }, index: number): void {
  if (end_time > start_time) return
  throw new ApiError('invalid_request', { reason: `[${index}].end_time must be after start_time` }, `/${index}/end_time`)
}

function silencesOf(state: State, { account }: Principal) {
  return state.selectFrom('alert_silence').selectAll().where('account', '=', account.number).orderBy('created_at').orderBy('id')
}

async function findSilence(state: State, principal: Principal, id: string) {
  const row = await silencesOf(state, principal).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError('alert_silence_not_found')
  return row
}

/** What the audit says of a silence. */
function timesOf({ policy_id, start_time, end_time }: ReturnType<typeof silenceView>) {
  return { policy_id, start_time, end_time }
}
