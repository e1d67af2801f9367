// Tells the collectors which routers are registered, by all accounts.
import type { RegisteredRouter } from '../../contract/collector-status.ts'
import type { AppContext, State } from '../context.ts'
import { fromRow } from '../mnm-config/fields.ts'
import { canonicalSet } from '../mnm-config/rows.ts'

/** Called after every change of routers, when it is committed. */
export async function publishRouters(context: Pick<AppContext, 'state' | 'telemetry'>): Promise<void> {
  context.telemetry.register(await registeredRouters(context.state))
}

/** Every registered router of every account. */
export async function registeredRouters(state: State): Promise<RegisteredRouter[]> {
  // One transaction: the two tables are read as of the same moment.
  return state.transaction().execute(async (transaction) => {
    const configs = await transaction.selectFrom('mnm_config').selectAll().orderBy('account').execute()
    const known = await transaction.selectFrom('router').selectAll().execute()
    const overrides = new Map(known.map((row) => [`${row.account} ${row.address}`, row.sampling_override]))
    return configs.flatMap((row) =>
      [...canonicalSet(fromRow(row).router_ips)].map((address) => ({
        account: row.account,
        address,
        samplingOverride: overrides.get(`${row.account} ${address}`) ?? null,
        accountSampling: row.default_sampling,
      })),
    )
  })
}
