// A router as the API shows it: what the collectors measured, with the name and factor that the state keeps.
import { ledgerTerms, type Ledger, type RouterStatus } from '../../contract/collector-status.ts'
import type { AppContext, Principal, State } from '../context.ts'
import { canonicalSet, readMnmConfig } from '../mnm-config/rows.ts'

/** Status of every registered router of an account, in the order of `router_ips`. */
export async function routerStatuses(
  context: Pick<AppContext, 'state' | 'telemetry' | 'reconciliation'>,
  principal: Principal,
): Promise<RouterStatus[]> {
  const account = principal.account.number
  const config = await readMnmConfig(context.state, account)
  const known = await knownRouters(context.state, account)
  const measured = new Map(context.telemetry.routers(account).map((status) => [status.address, status]))
  return [...canonicalSet(config?.router_ips ?? null)].map((address) => {
    const { name = '', sampling_override = null } = known.get(address) ?? {}
    const doubtful_interfaces = context.reconciliation.doubtfulInterfaces(address)
    const counter_check = context.reconciliation.counterCheck(address)
    return { ...(measured.get(address) ?? silentRouter(address)), name, sampling_override, doubtful_interfaces, counter_check }
  })
}

async function knownRouters(state: State, account: number) {
  const rows = await state.selectFrom('router').selectAll().where('account', '=', account).execute()
  return new Map(rows.map((row) => [row.address, row]))
}

/** A router that the collectors have not heard of since the server began. */
export function silentRouter(address: string): RouterStatus {
  // fromEntries forgets the keys; ledgerTerms are all of them.
  const ledger = Object.fromEntries(ledgerTerms.map((term) => [term, 0])) as Record<keyof Ledger, number>
  return {
    address,
    name: '',
    sampling_override: null,
    last_seen: null,
    protocols: [],
    flows_per_second: 0,
    bits_per_second: 0,
    packets_per_second: 0,
    loss: null,
    sampling_rate: null,
    sampling_source: 'unknown',
    clock_skew: null,
    templates: 0,
    silent: false,
    doubtful_interfaces: 0,
    counter_check: null,
    ledger: { ...ledger, records_stored: 0, records_in_flight: 0, sets_waiting: 0 },
  }
}
