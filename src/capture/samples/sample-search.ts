// What captures of the past are answered from: packets that were sampled before anybody asked.
import type { PacketFilter } from '../../contract/packet-filter.ts'

export interface SampleQuestion {
  readonly account: number
  /** ms since 1970, both inclusive. */
  readonly from: number
  readonly to: number
  readonly filter: PacketFilter | null
  /** Bytes kept of each packet, from the IP header on. */
  readonly snapLength: number
  /** The newest so many packets. */
  readonly limit: number
  /** Bytes of packets as kept that the answer may have; null for no limit. The newest packets go first. */
  readonly byteLimit: number | null
}

export interface SampleAnswer {
  /** Packet records (src/wire/packet-record.ts), by ascending time. */
  readonly records: readonly Uint8Array[]
  readonly packets: number
  readonly bytes: number
  /** Time of the oldest sample that is kept, ms since 1970: what lies before cannot be found any more. Null when none is. */
  readonly keptSince: number | null
}

export interface SampleSearch {
  search(question: SampleQuestion): Promise<SampleAnswer>
}
