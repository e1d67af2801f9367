// Reads the packets of a capture: as a file, as a stream while they come, as a list, decoded.
import { z } from 'zod'
import { downloadFormats, type CaptureBytes } from '../../capture/capturing.ts'
import type { PacketDetail, PacketSummary } from '../../contract/capture.ts'
import { change, type AuditEntry } from '../change.ts'
import type { CaptureContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

type Context = Pick<CaptureContext, 'capturing' | 'state' | 'clock'>

const downloadInput = z.object({
  format: z.enum(downloadFormats, { error: `must be one of ${downloadFormats.join(', ')}` }).default('pcap'),
  agent: z
    .string({ error: 'must be one id' })
    .regex(/^(?:[0-9a-f]{32}|samples)$/, 'must be the id of an agent of the capture')
    .optional(),
})

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z.coerce.number({ error: message }).int(message).min(least, message).max(most, message)
}
const mostPackets = 10_000_000
const pageInput = z.object({ offset: whole(0, mostPackets).default(0), limit: whole(1, 1000).default(100) })
const numberInput = z.object({ number: whole(0, mostPackets) })

/**
 * @param request.query `{format?, agent?}`
 * @throws ApiError capture_not_found, capture_state, invalid_request, forbidden
 */
export async function downloadCapture(
  context: Context,
  principal: Principal,
  { id, query }: { readonly id: string; readonly query: unknown },
): Promise<CaptureBytes> {
  requireScope(principal, 'captures:packets')
  const { format, agent } = parseInput(downloadInput, query, 'invalid_request')
  const bytes = await context.capturing.download(principal.account.number, id, format, agent)
  return recorded(context, principal, bytes, { action: 'capture.download', target: id, detail: { format, agent } })
}

/**
 * @param request.signal ends it
 * @throws ApiError capture_not_found, capture_state, forbidden
 */
export async function tailCapture(
  context: Context,
  principal: Principal,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<CaptureBytes> {
  requireScope(principal, 'captures:packets')
  const bytes = await context.capturing.tail(principal.account.number, id, signal)
  return recorded(context, principal, bytes, { action: 'capture.tail', target: id })
}

/**
 * @param request.query `{offset?, limit?}`
 * @throws ApiError capture_not_found, capture_state, invalid_request, forbidden
 */
export async function listPackets(
  { capturing }: Context,
  principal: Principal,
  { id, query }: { readonly id: string; readonly query: unknown },
): Promise<readonly PacketSummary[]> {
  requireScope(principal, 'captures:packets')
  return capturing.packets(principal.account.number, id, parseInput(pageInput, query, 'invalid_request'))
}

/** @throws ApiError capture_not_found, capture_state, packet_not_found, invalid_request, forbidden */
export async function getPacket(
  { capturing }: Context,
  principal: Principal,
  { id, number: text }: { readonly id: string; readonly number: string },
): Promise<PacketDetail> {
  requireScope(principal, 'captures:packets')
  const { number } = parseInput(numberInput, { number: text }, 'invalid_request')
  return capturing.packet(principal.account.number, id, number)
}

/** Before the first byte leaves. */
function recorded(context: Context, principal: Principal, result: CaptureBytes, audit: AuditEntry): Promise<CaptureBytes> {
  return change(context, principal, async () => ({ result, audit }))
}
