// An alert policy for volumetric attacks that mails, for tests.
import type { State } from '../../context.ts'

export async function addPolicy(state: State): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z'
  await state
    .insertInto('alert_policy')
    .values({
      id: 'c'.repeat(32),
      account: 1,
      name: 'all',
      alert_type: 'fbm_volumetric_attack',
      enabled: 1,
      mechanisms: '{"email":[{"id":"noc@example.com"}]}',
      created_at: at,
      modified_at: at,
    })
    .execute()
}
