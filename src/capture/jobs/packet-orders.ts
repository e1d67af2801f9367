// The packets of a capture that is over, in order, wherever they are: on the server's disk, or in the bucket of the account.
import path from 'node:path'
import { ApiError } from '../../contract/api-errors.ts'
import type { Capture, CaptureAgent } from '../../contract/capture.ts'
import { createPacketRecordView } from '../../wire/packet-record.ts'
import { readObject } from '../buckets/bucket-files.ts'
import type { ParsedDestination } from '../buckets/destination.ts'
import type { PcapFileForm } from '../merge/pcap-file.ts'
import { recordsOfPcap } from '../merge/records-of-pcap.ts'
import { TimeMerge, type MergedPacket, type MergeInput, type PacketOrder } from '../merge/time-merge.ts'
import type { CaptureAgentRow } from './capture-rows.ts'
import { MergedReader } from './merged-file.ts'

/** What a download is made of. */
export interface PacketSource {
  readonly order: PacketOrder
  /** Packets are numbered by them, `MergedPacket.input`. */
  readonly agents: readonly CaptureAgent[]
  readonly form: PcapFileForm
}

/** Two VLAN tags behind the addresses and the type. */
const ethernetRoom = 22

/** How a pcap file of the capture begins. */
export function formOf({ extension }: Capture, ethernet: boolean): PcapFileForm {
  return { ethernet, snapLength: extension.snap_length + (ethernet ? ethernetRoom : 0) }
}

/** From what the server has merged. */
export async function keptSource(capture: Capture, folder: string): Promise<PacketSource> {
  const order = await MergedReader.open(folder)
  return { order, agents: capture.agents, form: formOf(capture, order.ethernet) }
}

/**
 * From the objects that agents have written into a bucket. They are read as the download goes on.
 * @param rows of the agents, in the order of `capture.agents`
 */
export function bucketSource(capture: Capture, rows: readonly CaptureAgentRow[], destination: ParsedDestination): PacketSource {
  const inputs = rows.map(({ clock_offset_ms, clock_error_ms }, index) => ({
    ...mergeClock(clock_offset_ms, clock_error_ms),
    records: objectRecords(capture, capture.agents[index], destination),
  }))
  return { order: new WholeMerge(inputs), agents: capture.agents, form: formOf(capture, capture.extension.link === 'ethernet') }
}

/** A download of which a part is missing must not look whole: it breaks off. */
class WholeMerge extends TimeMerge {
  /** @throws Error what an object could not be read for */
  override async fill(): Promise<boolean> {
    const more = await super.fill()
    const [fault] = this.faults
    if (!more && fault !== undefined) throw fault.error
    return more
  }
}

/** How the times of an agent are corrected: not at all where its clock was not measured. */
export function mergeClock(offsetMs: number | null, errorMs: number | null): Omit<MergeInput, 'records'> {
  if (offsetMs === null || errorMs === null) return { clockOffsetNs: 0, clockErrorNs: 0 }
  return { clockOffsetNs: offsetMs * 1e6, clockErrorNs: errorMs * 1e6 }
}

async function* objectRecords(
  capture: Capture,
  agent: CaptureAgent | undefined,
  destination: ParsedDestination,
): AsyncGenerator<Uint8Array> {
  const { mask_payload: masked, sampling } = capture.extension
  for (const { uri, sha256 } of agent?.objects ?? []) {
    const key = /^s3:\/\/[^/]+\/(.+)$/.exec(uri)?.[1]
    // Without a checksum it is an upload that was not finished: nothing can be read of it. What an agent says of itself opens no
    // other object than one of this capture.
    if (key === undefined || sha256 === null || path.posix.basename(key) !== `pcap_${capture.id}.pcap`) continue
    yield* recordsOfPcap(readObject(destination, key), { masked, sampling, cut: () => undefined })
  }
}

/**
 * The number of an agent in a capture, by its id or name.
 * @throws ApiError invalid_request when it has no part in it
 */
export function indexOf({ agents }: Capture, agent: string): number {
  const index = agents.findIndex((one) => one.agent === agent || one.name === agent)
  if (index >= 0) return index
  throw new ApiError('invalid_request', { reason: `agent: the capture has no agent ${agent}` })
}

/** The packets of one agent; of all where none is named. */
export function onlyInput(source: PacketSource, index: number | undefined): PacketSource {
  if (index === undefined) return source
  return { ...source, order: new OneInput(source.order, index), agents: source.agents.slice(index, index + 1) }
}

/** The packets of one input, which then is the only one. */
class OneInput implements PacketOrder {
  readonly packet: MergedPacket = Object.assign(createPacketRecordView(), { input: 0 })
  readonly #order: PacketOrder
  readonly #input: number

  constructor(order: PacketOrder, input: number) {
    this.#order = order
    this.#input = input
  }

  async fill(): Promise<boolean> {
    return await this.#order.fill()
  }

  next(): boolean {
    while (this.#order.next()) {
      if (this.#order.packet.input !== this.#input) continue
      Object.assign(this.packet, this.#order.packet, { input: 0 })
      return true
    }
    return false
  }

  async close(): Promise<void> {
    await this.#order.close()
  }
}
