// Encodes the datagrams of a blast beforehand, with exactly known sums.
import { createExporter } from './exporters/create-exporter.ts'
import type { ExporterConfig, PlacedDatagram, SimProtocol } from './exporters/exporter.ts'
import { frameLength } from './exporters/sflow5.ts'
import type { SimFlow } from './flow.ts'
import { Random } from './random.ts'
import { Traffic } from './traffic.ts'

export interface BlastSums {
  datagrams: number
  /** Flow records; sFlow: flow samples. */
  records: number
  /** As exported, sampling not applied; sFlow: frame lengths. */
  bytes: number
  packets: number
}

export interface PlannedDatagram extends PlacedDatagram {
  /** What it adds to an exporter's count of records: options records too. */
  readonly counted: number
  readonly bytes: number
  readonly packets: number
}

/** Datagrams in one piece of memory. A pass over `cycle` may be sent any number of times, then `tail`. */
export interface BlastPlan {
  readonly memory: Buffer
  /** Template datagrams, sent by each stream at the start and now and then again; empty for v5 and sFlow. */
  readonly announcements: readonly PlannedDatagram[]
  readonly cycle: readonly PlannedDatagram[]
  /** What is left over of the wanted records after whole datagrams: one smaller datagram, or none. */
  readonly tail: PlannedDatagram | undefined
  /** Datagrams of `cycle` to send, going round as often as needed. */
  readonly fullDatagrams: number
}

export interface BlastPlanConfig {
  readonly protocol: SimProtocol
  readonly records: number
  readonly seed: number
  readonly exporter: ExporterConfig
  /** Time of the first stamp, ms since 1970. */
  readonly now: number
}

// 4096 × 1.4 kB is 6 MB: more different flows (100 000 for v9) than a cache of the receiver holds, ready in a moment.
const largestCycle = 4096
/** One flow in so many is longer than 4 GiB where the protocol can tell: a decoder that reads 32 bits is found out. */
const elephantEvery = 4096
const elephantBytes = 2 ** 32

interface Encoded {
  readonly buffer: Buffer
  readonly flows: readonly SimFlow[]
  readonly counted: number
}

/** The plan for exactly so many records. IPv4 only, so that all datagrams are of one size. */
export function planBlast(config: BlastPlanConfig): BlastPlan {
  const exporter = createExporter(config.protocol, config.exporter)
  const size = exporter.recordsPerDatagram
  const flows = new BlastFlows(config)
  const data = (count: number): Encoded[] => {
    const some = flows.take(count)
    return exporter.encode(some, config.now).map((buffer) => ({ buffer, flows: some, counted: some.length }))
  }
  const fullDatagrams = Math.floor(config.records / size)
  const cycle = Array.from({ length: Math.min(fullDatagrams, largestCycle) }, () => data(size)).flat()
  const tail = config.records % size === 0 ? [] : data(config.records % size)
  // sFlow announces counters, which are no part of an exact sum.
  const announced = config.protocol === 'sflow5' ? [] : exporter.announce(config.now)
  const optionsRecords = config.protocol === 'ipfix' && config.exporter.sampling > 1 ? 1 : 0
  const announcements = announced.map((buffer): Encoded => ({ buffer, flows: [], counted: optionsRecords }))
  const placed = place([...announcements, ...cycle, ...tail], config.protocol)
  return {
    memory: placed.memory,
    announcements: placed.datagrams.slice(0, announcements.length),
    cycle: placed.datagrams.slice(announcements.length, announcements.length + cycle.length),
    tail: tail.length === 0 ? undefined : placed.datagrams.at(-1),
    fullDatagrams,
  }
}

/** Seeded flows with, in v9 and IPFIX, an elephant now and then. */
class BlastFlows {
  private readonly traffic: Traffic
  private readonly random: Random
  private readonly elephants: boolean
  private count = 0

  constructor({ protocol, seed }: BlastPlanConfig) {
    this.traffic = new Traffic({ seed, ipv6Share: 0 })
    this.random = new Random(seed ^ 0x5eed)
    this.elephants = protocol === 'netflow9' || protocol === 'ipfix'
  }

  take(count: number): SimFlow[] {
    return Array.from({ length: count }, () => this.next())
  }

  private next(): SimFlow {
    const flow = this.traffic.next()
    if (!this.elephants || ++this.count % elephantEvery !== 0) return flow
    const bytes = elephantBytes + this.random.integer(0, elephantBytes)
    return { ...flow, bytes, packets: Math.ceil(bytes / 1400) }
  }
}

function place(encoded: readonly Encoded[], protocol: SimProtocol): { memory: Buffer; datagrams: PlannedDatagram[] } {
  const memory = Buffer.concat(encoded.map(({ buffer }) => buffer))
  let offset = 0
  const datagrams = encoded.map(({ buffer, flows, counted }): PlannedDatagram => {
    const at = offset
    offset += buffer.length
    return { offset: at, length: buffer.length, records: flows.length, counted, ...sums(flows, protocol) }
  })
  return { memory, datagrams }
}

function sums(flows: readonly SimFlow[], protocol: SimProtocol): { bytes: number; packets: number } {
  if (protocol === 'sflow5') return { bytes: flows.reduce((total, flow) => total + frameLength(flow), 0), packets: flows.length }
  return {
    bytes: flows.reduce((total, { bytes }) => total + bytes, 0),
    packets: flows.reduce((total, { packets }) => total + packets, 0),
  }
}
