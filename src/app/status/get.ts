// What the server says of itself to somebody who is signed in.
import { timeText, type AppContext, type Principal } from '../context.ts'
import { hasScope, scopeNames, type Scope } from '../../contract/scopes.ts'

export interface ServerStatus {
  readonly version: string
  /** Whether simulated routers run. */
  readonly demo: boolean
  /** RFC 3339. */
  readonly started: string
  readonly account: { readonly id: string; readonly name: string }
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
  /** What the credential may do, with the scopes that others bring along. */
  readonly scopes: readonly Scope[]
  /** Prefixes of `enrich.own_networks`, as they are in force. */
  readonly own_networks: readonly string[]
  /** Whether AS numbers or countries come from the data in the package, whose licence asks to be named. */
  readonly bundled_ip_data: boolean
}

/** Open to every credential, whatever its scopes. */
export function getStatus(context: Pick<AppContext, 'version' | 'config' | 'startedAt'>, principal: Principal): ServerStatus {
  const { account, user } = principal
  const { own_networks, asn, country } = context.config.enrich
  return {
    version: context.version,
    demo: context.config.demo,
    started: timeText(context.startedAt),
    account: { id: account.id, name: account.name },
    user: { id: user.id, email: user.email, name: user.name },
    scopes: scopeNames.filter((name) => hasScope(principal.scopes, name)),
    own_networks,
    bundled_ip_data: asn === 'bundled' || country === 'bundled',
  }
}
