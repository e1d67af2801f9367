// Says what a capture would catch, without starting it.
import { agentsAt } from '../../capture/jobs/places.ts'
import type { CaptureExtension, CapturePreview } from '../../contract/capture.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { filterText } from '../../filter/filter-text.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { expectedTraffic } from './expected-traffic.ts'
import { parsePreviewedFields } from './fields.ts'
import { checkCompiles, compiledTexts, readFilters } from './filters.ts'
import { allowedExtension } from './request.ts'

type Context = Pick<AppContext, 'state' | 'flows' | 'agents' | 'clock'>
type Estimate = Pick<
  CapturePreview,
  'packets_per_second' | 'bits_per_second' | 'captured_packets_per_second' | 'captured_bytes_per_second' | 'not_estimated'
>

const unknown: Estimate = {
  packets_per_second: null,
  bits_per_second: null,
  captured_packets_per_second: null,
  captured_bytes_per_second: null,
  not_estimated: [],
}

/**
 * @param body as for startCapture; limits, destination and offset are not looked at
 * @throws ApiError capture_invalid, filter_invalid, forbidden
 */
export async function previewCapture(context: Context, principal: Principal, body: unknown): Promise<CapturePreview> {
  requireScope(principal, 'captures:read')
  const fields = parsePreviewedFields(body)
  const filter = readFilters(fields)
  const account = principal.account.number
  const extension = await allowedExtension(context.state, { account, asked: fields.extension, snapLengthGiven: fields.snapLengthGiven })
  checkCompiles(filter, extension)
  return {
    filter: filter === null ? null : filterText(filter),
    ...(await estimate(context, account, { filter, extension })),
    ...compiledTexts(filter, extension.hook),
    agents: agentsAt(context.agents.agents(account), fields.colo_name).map(({ id, name, colo, connected }) => ({
      id,
      name,
      colo,
      connected,
    })),
  }
}

interface Asked {
  readonly filter: PacketFilter | null
  readonly extension: CaptureExtension
}

async function estimate(context: Context, account: number, asked: Asked): Promise<Estimate> {
  const found = await expectedTraffic(context, account, asked.filter)
  if (found === null) return unknown
  const { packetsPerSecond, bitsPerSecond, notExpressible } = found
  const { sampling, snap_length } = asked.extension
  const meanLength = packetsPerSecond === 0 ? 0 : bitsPerSecond / 8 / packetsPerSecond
  const captured = packetsPerSecond / sampling
  return {
    packets_per_second: packetsPerSecond,
    bits_per_second: bitsPerSecond,
    captured_packets_per_second: captured,
    captured_bytes_per_second: captured * Math.min(snap_length, meanLength),
    not_estimated: notExpressible,
  }
}
