// sFlow v5 datagrams for tests, part by part as the specification nests them.
import { join, u32 } from './bytes.ts'

const ipv4Agent = join(u32(1), Uint8Array.of(192, 0, 2, 10))

/** Of sub-agent 7, sequence 1000, uptime 60 s. */
export function sflowDatagram(
  samples: readonly Uint8Array[],
  { agent = ipv4Agent, announced = samples.length } = {},
): Uint8Array<ArrayBuffer> {
  return join(u32(5), agent, u32(7, 1000, 60_000, announced), ...samples)
}

/** A sample or record: format, length, body, padding to whole words. `length` may lie. */
export function part(format: number, body: Uint8Array, length: number = body.length): Uint8Array<ArrayBuffer> {
  return join(u32(format, length), body, new Uint8Array(-body.length & 3))
}

interface FlowSampleFields {
  readonly source?: number
  readonly rate?: number
  readonly input?: number
  readonly output?: number
  readonly announced?: number
}

/** A compact flow sample: sequence 50, source ifIndex 3, pool 100000, drops 2, from ifIndex 3 to 4. */
export function flowSample(
  records: readonly Uint8Array[],
  { source = 3, rate = 512, input = 3, output = 4, announced = records.length }: FlowSampleFields = {},
): Uint8Array<ArrayBuffer> {
  return part(1, join(u32(50, source, rate, 100_000, 2, input, output, announced), ...records))
}

/** A raw packet header record of Ethernet (protocol 1) with its frame length. */
export function rawHeader(header: Uint8Array, frameLength: number, protocol = 1): Uint8Array<ArrayBuffer> {
  return part(1, join(u32(protocol, frameLength, 4, header.length), header, new Uint8Array(-header.length & 3)))
}
