// The names that an account knows for what flows carry as numbers and addresses: of ASes, routers, interfaces and rules.
import type { InterfaceName } from '../../contract/exporter-health.ts'
import type { FlowNames } from '../../query/flow-names.ts'
import type { AppContext } from '../context.ts'
import { canonicalSet, readMnmConfig } from '../mnm-config/rows.ts'

/** Names of an account as they were when it was asked for; those of interfaces are looked up when they are needed. */
export interface AccountNames extends FlowNames {
  /** Registered routers by canonical address; the name is empty where nobody gave one. */
  readonly routers: ReadonlyMap<string, string>
  /** Names of rules by id. */
  readonly rules: ReadonlyMap<string, string>
}

/** Three small reads of the state. To be asked for once a question. */
export async function flowNames(context: Pick<AppContext, 'state' | 'telemetry' | 'asName'>, account: number): Promise<AccountNames> {
  const [config, routerRows, ruleRows] = await Promise.all([
    readMnmConfig(context.state, account),
    context.state.selectFrom('router').select(['address', 'name']).where('account', '=', account).execute(),
    context.state.selectFrom('rule').select(['id', 'name']).where('account', '=', account).execute(),
  ])
  const given = new Map(routerRows.map(({ address, name }) => [address, name]))
  // An address that this account has registered no more may be another account's router by now.
  const routers = new Map([...canonicalSet(config?.router_ips ?? null)].map((address) => [address, given.get(address) ?? '']))
  const rules = new Map(ruleRows.map(({ id, name }) => [id, name]))
  const interfaces = interfacesOf(context, routers)
  return {
    routers,
    rules,
    as: (number) => context.asName(number),
    router: (address) => routers.get(address) || undefined,
    interface: (router, index) => interfaces(router).get(index)?.name || undefined,
    rule: (id) => rules.get(id),
  }
}

/** Each router's are asked for once. */
function interfacesOf({ telemetry }: Pick<AppContext, 'telemetry'>, routers: ReadonlyMap<string, string>) {
  const known = new Map<string, ReadonlyMap<number, InterfaceName>>()
  return (router: string): ReadonlyMap<number, InterfaceName> => {
    const found = known.get(router)
    if (found !== undefined) return found
    const names = routers.has(router) ? telemetry.interfaceNames(router) : new Map<number, InterfaceName>()
    known.set(router, names)
    return names
  }
}
