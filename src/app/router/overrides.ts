// The sampling factors that are set for routers of an account, by which questions scale flows that told none.
import type { SamplingOverrides } from '../../query/applied-rate.ts'
import type { State } from '../context.ts'

export async function samplingOverrides(state: State, account: number): Promise<SamplingOverrides> {
  const rows = await state
    .selectFrom('router')
    .select(['address', 'sampling_override'])
    .where('account', '=', account)
    .where('sampling_override', 'is not', null)
    .execute()
  return new Map(rows.flatMap(({ address, sampling_override: rate }) => (rate === null ? [] : [[address, rate] as const])))
}
