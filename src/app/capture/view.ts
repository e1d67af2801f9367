// A capture as the original's clients see it (contract §3.3): its fields, and ours only where they differ from what it knows.
import type { Capture, CaptureExtension } from '../../contract/capture.ts'
import type { FilterV1 } from '../../contract/packet-filter.ts'
import { defaultExtension } from './fields.ts'

interface PcapView {
  readonly id: string
  readonly submitted: string
  readonly filter_v1: FilterV1
  readonly time_limit: number
  readonly status: Capture['status']
  readonly type: Capture['type']
  readonly system: 'magic-transit'
  /** Simple captures; the original's examples have 0 at all times, also with packets to come. */
  readonly packets_remaining?: 0
  readonly offset_time?: string
  readonly packet_limit?: number
  readonly byte_limit?: number
  /** Both spellings: the SDK reads the one, the documentation shows the other. */
  readonly colo_name?: string
  readonly colo?: string
  readonly destination_conf?: string
  readonly packets_captured?: number
  readonly error_message?: string
  readonly stop_requested?: string
  readonly filter?: string
  readonly drawbridge?: Partial<CaptureExtension>
}

export function pcapView(capture: Capture): PcapView {
  const { id, submitted, filter_v1, time_limit, status, type, error_message, filter, colo_name } = capture
  const drawbridge = extensionDifference(capture)
  return {
    id,
    submitted,
    filter_v1,
    time_limit,
    status,
    type,
    system: 'magic-transit',
    ...(type === 'simple' ? simpleFields(capture) : fullFields(capture)),
    ...(colo_name === '' ? {} : { colo_name, colo: colo_name }),
    ...(error_message === null ? {} : { error_message }),
    ...(filter === null ? {} : { filter }),
    ...(Object.keys(drawbridge).length === 0 ? {} : { drawbridge }),
  }
}

function simpleFields({ offset_time }: Capture): Partial<PcapView> {
  return { packets_remaining: 0, ...(offset_time === null ? {} : { offset_time }) }
}

function fullFields({ packet_limit, byte_limit, destination_conf, packets, stop_requested }: Capture): Partial<PcapView> {
  return {
    ...(packet_limit === null ? {} : { packet_limit }),
    ...(byte_limit === null ? {} : { byte_limit }),
    ...(destination_conf === null ? {} : { destination_conf }),
    packets_captured: packets,
    ...(stop_requested === null ? {} : { stop_requested }),
  }
}

function extensionDifference({ type, extension }: Capture): Partial<CaptureExtension> {
  const usual = defaultExtension(type)
  const keys = Object.keys(usual) as readonly (keyof CaptureExtension)[]
  return Object.fromEntries(keys.filter((key) => extension[key] !== usual[key]).map((key) => [key, extension[key]]))
}
