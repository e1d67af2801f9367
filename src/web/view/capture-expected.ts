// What a capture would take, from what matches now and the limits of its form. Pure.
import type { CapturePreview } from '../../contract/capture.ts'
import type { CaptureForm } from './capture-form.ts'
import { readAmount, readSeconds } from './quantity-input.ts'

export interface ExpectedTake {
  /** A second, on the wire. */
  readonly matching: { readonly packets: number; readonly bits: number }
  /** A second, as kept. */
  readonly captured: { readonly packets: number; readonly bytes: number }
  /** Until the first limit. */
  readonly total: { readonly seconds: number; readonly packets: number; readonly bytes: number }
  /** The limit that ends it before its time. */
  readonly ends: { readonly limit: 'packets' | 'bytes'; readonly seconds: number } | undefined
}

/**
 * Limits of full captures are for each agent: that all agents see the same share is as good a guess as any.
 * @returns undefined where no flow tells anything
 */
export function expectedTake(preview: CapturePreview, form: CaptureForm): ExpectedTake | undefined {
  const { packets_per_second, bits_per_second, captured_packets_per_second, captured_bytes_per_second, agents } = preview
  if (packets_per_second === null || captured_packets_per_second === null) return undefined
  const captured = { packets: captured_packets_per_second, bytes: captured_bytes_per_second ?? 0 }
  const each = form.type === 'full' ? Math.max(1, agents.length) : 1
  const time = readSeconds(form.seconds) ?? 0
  const packets = ((readAmount(form.packets) ?? Number.POSITIVE_INFINITY) * each) / captured.packets
  const bytes =
    form.type === 'full' ? ((readAmount(form.bytes) ?? Number.POSITIVE_INFINITY) * each) / captured.bytes : Number.POSITIVE_INFINITY
  const early = Math.min(packets, bytes)
  const seconds = Math.min(time, early)
  return {
    matching: { packets: packets_per_second, bits: bits_per_second ?? 0 },
    captured,
    total: { seconds: time, packets: captured.packets * seconds, bytes: captured.bytes * seconds },
    ends: early < time ? { limit: packets <= bytes ? 'packets' : 'bytes', seconds: early } : undefined,
  }
}
