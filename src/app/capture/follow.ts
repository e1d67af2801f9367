// Tells every change of a capture as it happens.
import type { Capture } from '../../contract/capture.ts'
import type { CaptureContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/**
 * @param listener told how it stands now, and then of each change, at most ten times a second
 * @returns what ends it
 * @throws ApiError capture_not_found, forbidden
 */
export async function followCapture(
  context: Pick<CaptureContext, 'capturing'>,
  principal: Principal,
  { id, listener }: { readonly id: string; readonly listener: (capture: Capture) => void },
): Promise<() => void> {
  requireScope(principal, 'captures:read')
  const account = principal.account.number
  // Before it is read: a change between the two would be missed.
  const end = context.capturing.follow(account, id, listener)
  try {
    listener(await context.capturing.get(account, id))
  } catch (error) {
    end()
    throw error
  }
  return end
}
