// Starts a capture.
import type { Capture, CaptureRequest } from '../../contract/capture.ts'
import { change } from '../change.ts'
import type { CaptureContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseCapture } from './request.ts'

/**
 * @param body contract §3.2, and ours: `filter`, several places in `colo_name`, `drawbridge`
 * @returns the capture, before the first packet
 * @throws ApiError capture_invalid, filter_invalid, bucket_invalid, bucket_unproven, capture_no_agent, capture_limit, capture_too_soon, forbidden
 */
export async function startCapture(context: CaptureContext, principal: Principal, body: unknown): Promise<Capture> {
  requireScope(principal, 'captures:write')
  const { request, originalForm } = await parseCapture(context, principal, body)
  const result = await context.capturing.start(request, originalForm)
  const audit = { action: 'capture.start', target: result.id, detail: startDetail(request, result) }
  return change(context, principal, async () => ({ result, audit }))
}

/** What the audit says of a capture; its destination holds no credentials. */
function startDetail(request: CaptureRequest, { agents }: Capture): Readonly<Record<string, unknown>> {
  const { type, filter_v1, filter_text, time_limit, packet_limit, byte_limit, offset_time, colo_name, destination_conf, extension } =
    request
  const limits = { time_limit, packet_limit, byte_limit, offset_time }
  const asked = agents.map(({ agent, name, colo }) => ({ agent, name, colo }))
  return { type, filter: filter_text, filter_v1, colo_name, agents: asked, ...limits, destination_conf, extension }
}
