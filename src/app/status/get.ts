// What the server says of itself to somebody who is signed in.
import { timeText, type AppContext, type Principal } from '../context.ts'

export interface ServerStatus {
  readonly version: string
  /** Whether simulated routers run. */
  readonly demo: boolean
  /** RFC 3339. */
  readonly started: string
  readonly account: { readonly id: string; readonly name: string }
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
}

/** Open to every credential, whatever its scopes. */
export function getStatus(context: Pick<AppContext, 'version' | 'config' | 'startedAt'>, principal: Principal): ServerStatus {
  const { account, user } = principal
  return {
    version: context.version,
    demo: context.config.demo,
    started: timeText(context.startedAt),
    account: { id: account.id, name: account.name },
    user: { id: user.id, email: user.email, name: user.name },
  }
}
