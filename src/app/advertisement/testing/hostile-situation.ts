// Sets up what the table of hostile requests presumes: registered prefixes, somebody else's, what is announced already.
import { ownedPrefixDefaults } from '../../../contract/owned-prefix.ts'
import { configuredDrivers, foreignPrefixes, registeredPrefixes, type Situation } from '../../../mitigate/testing/hostile-requests.ts'
import { timeText } from '../../context.ts'
import { insertOwnedPrefix } from '../../owned-prefix/rows.ts'
import { openTestContext, type TestContext } from '../../testing/test-context.ts'
import { newId } from '../../../base/secret.ts'
import { announceByHand } from '../announce.ts'
import { withdrawByHand } from '../decide.ts'
import { stopAdvertising } from '../stop.ts'

/** Options of a test context, or server, in which the table holds. */
export function hostileOptions({ limits = {} }: Situation = {}): { config: Record<string, unknown>; drivers: typeof configuredDrivers } {
  return { config: { advertise: limits }, drivers: configuredDrivers }
}

export async function openHostileContext(situation: Situation = {}): Promise<TestContext> {
  return openTestContext(undefined, hostileOptions(situation))
}

/** @param prefix of the request that follows */
export async function arrange(context: TestContext, situation: Situation, prefix: unknown): Promise<void> {
  await registerAll(context)
  const why = 'before the attack'
  for (const body of situation.announced ?? []) await announceByHand(context, context.local, { ...body, why })
  for (let flap = 0; flap < (situation.flaps ?? 0); flap++) {
    for (const { id } of await announceByHand(context, context.local, { prefix, why }))
      await withdrawByHand(context, context.local, { id, body: { why } })
  }
  if (situation.stopped) await stopAdvertising(context, context.local, { why })
}

/** Written past the verbs, which would not take all of them: locks without a reason, say. */
async function registerAll({ state, clock }: TestContext): Promise<void> {
  const at = timeText(clock.now())
  const { number: other } = await state
    .insertInto('account')
    .values({ id: 'f'.repeat(32), name: 'other', created_at: at })
    .returning('number')
    .executeTakeFirstOrThrow()
  const all = [
    ...registeredPrefixes.map((fields) => ({ fields, account: 1 })),
    ...foreignPrefixes.map((fields) => ({ fields, account: other })),
  ]
  for (const { fields, account } of all) {
    const defaults = ownedPrefixDefaults(fields.cidr.includes(':') ? 6 : 4, Number(fields.cidr.split('/')[1]))
    await insertOwnedPrefix(state, { ...defaults, ...fields, id: newId(), account, created_at: at, modified_at: at })
  }
}
