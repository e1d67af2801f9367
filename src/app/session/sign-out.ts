// Ends the browser session of whoever asks.
import { change } from '../change.ts'
import type { Principal, StateContext } from '../context.ts'

/** Does nothing for a credential that is no session. */
export async function signOut(context: StateContext, principal: Principal): Promise<void> {
  if (principal.via !== 'session') return
  await change(context, principal, async (state) => {
    await state.deleteFrom('session').where('id', '=', principal.credential).execute()
    return { result: undefined, audit: { action: 'session.sign_out', target: principal.credential } }
  })
}
