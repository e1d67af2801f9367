// How much traffic a filter matches now, for previews of captures and of firewall rules.
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { expectedRate, type ExpectedRate } from '../../query/expected-rate.ts'
import { storeFailure } from '../../query/store-failure.ts'
import type { AppContext } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'

/** Mean over the last 5 minutes. People type while it is asked for: better none than a late one. */
const estimatedSeconds = 300
const timeoutSeconds = 3

/** Null when the account has no flow in that time, and when the store does not answer: the rest of a preview is worth having. */
export async function expectedTraffic(
  { state, flows, clock }: Pick<AppContext, 'state' | 'flows' | 'clock'>,
  account: number,
  filter: PacketFilter | null,
): Promise<ExpectedRate | null> {
  const to = Math.floor(clock.now() / 1000)
  const overrides = await samplingOverrides(state, account)
  try {
    return await expectedRate(flows, { account, filter, seconds: estimatedSeconds, to, overrides }, { timeoutSeconds })
  } catch (error) {
    const failure = storeFailure(error)
    // A statement that is refused is a fault of ours.
    if (failure === undefined || failure === 'refused') throw error
    return null
  }
}
