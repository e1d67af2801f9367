// The latest sFlow counters of one router that tell of the device itself: processor, host, errors of its Ethernet ports.
import { ethernetCounters, type EthernetHealth, type HostHealth, type ProcessorHealth } from '../contract/exporter-health.ts'
import type { SflowEthernetCounters, SflowHostCounters, SflowProcessorCounters } from '../wire/sflow-counters.ts'
import { maxInterfacesPerRouter } from './interface-monitor.ts'

/** The fields of an sFlow record in the order of `ethernetCounters`. */
const ethernetFields = [
  'alignmentErrors',
  'checkSequenceErrors',
  'singleCollisions',
  'multipleCollisions',
  'signalQualityErrors',
  'deferredTransmissions',
  'lateCollisions',
  'excessiveCollisions',
  'transmitErrors',
  'carrierSenseErrors',
  'tooLongFrames',
  'receiveErrors',
  'symbolErrors',
] as const satisfies readonly (keyof SflowEthernetCounters)[]

/** A copy of counters, and when they came. */
interface Kept<T> {
  readonly at: number
  readonly counters: Readonly<T>
}

export class DeviceCounters {
  #processor: Kept<SflowProcessorCounters> | undefined
  #host: Kept<SflowHostCounters> | undefined
  #cpuPercent: number | null = null
  readonly #ethernet = new Map<number, Kept<SflowEthernetCounters>>()

  noteProcessor(counters: SflowProcessorCounters, at: number): void {
    this.#processor = { at, counters: { ...counters } }
  }

  noteHost(counters: SflowHostCounters, at: number): void {
    const last = this.#host?.counters
    this.#host = { at, counters: { ...counters } }
    this.#cpuPercent = last === undefined ? null : cpuPercent(last, counters)
  }

  /** @returns whether there was room for the interface */
  noteEthernet(ifIndex: number, counters: SflowEthernetCounters, at: number): boolean {
    if (!this.#ethernet.has(ifIndex) && this.#ethernet.size >= maxInterfacesPerRouter) return false
    this.#ethernet.set(ifIndex, { at, counters: { ...counters } })
    return true
  }

  /** Interfaces that are kept. */
  get interfaces(): number {
    return this.#ethernet.size
  }

  hasInterface(ifIndex: number): boolean {
    return this.#ethernet.has(ifIndex)
  }

  processor(): ProcessorHealth | null {
    if (this.#processor === undefined) return null
    const { at, counters } = this.#processor
    return {
      updated: new Date(at).toISOString(),
      cpu_5s_percent: known(counters.percent5Seconds),
      cpu_1m_percent: known(counters.percent1Minute),
      cpu_5m_percent: known(counters.percent5Minutes),
      memory_total: known(counters.totalMemory),
      memory_free: known(counters.freeMemory),
    }
  }

  host(): HostHealth | null {
    if (this.#host === undefined) return null
    const { at, counters } = this.#host
    return {
      updated: new Date(at).toISOString(),
      name: counters.hostName === '' ? null : counters.hostName,
      release: counters.operatingSystemRelease === '' ? null : counters.operatingSystemRelease,
      uptime_seconds: known(counters.uptimeSeconds),
      processors: known(counters.processors),
      load_1m: known(counters.load1Minute),
      load_5m: known(counters.load5Minutes),
      load_15m: known(counters.load15Minutes),
      cpu_percent: this.#cpuPercent,
      memory_total: known(counters.totalMemory),
      memory_free: known(counters.freeMemory),
      memory_cached: known(counters.cachedMemory),
      swap_total: known(counters.totalSwap),
      swap_free: known(counters.freeSwap),
      disk_total: known(counters.totalDisk),
      disk_free: known(counters.freeDisk),
      disk_percent: known(counters.fullestPartitionPercent),
    }
  }

  ethernet(): EthernetHealth[] {
    return [...this.#ethernet].map(([ifIndex, kept]) => ethernetHealth(ifIndex, kept))
  }
}

function ethernetHealth(ifIndex: number, { at, counters }: Kept<SflowEthernetCounters>): EthernetHealth {
  const values = ethernetFields.map((field, index) => [ethernetCounters[index], known(counters[field])] as const)
  // fromEntries forgets the keys; both lists have the same counters in the same order.
  const byName = Object.fromEntries(values) as Record<(typeof ethernetCounters)[number], number | null>
  return { if_index: ifIndex, updated: new Date(at).toISOString(), ...byName }
}

/** Below 0 is unknown: see wire/sflow-counters. */
function known(value: number): number | null {
  return value < 0 ? null : value
}

/** Milliseconds of 32 bits: they wrap every 50 days, after which one sample has no answer. */
function cpuPercent(before: SflowHostCounters, now: SflowHostCounters): number | null {
  const fields = ['userMs', 'systemMs', 'ioWaitMs', 'idleMs'] as const
  // An agent that does not count waiting for disks counts it as idle.
  const counted = fields.filter((field) => before[field] >= 0 && now[field] >= 0)
  if (!counted.includes('idleMs') || !counted.includes('userMs')) return null
  const grown = counted.map((field) => now[field] - before[field])
  const total = grown.reduce((sum, ms) => sum + ms, 0)
  if (total <= 0 || grown.some((ms) => ms < 0)) return null
  const idle = now.idleMs - before.idleMs
  return Math.round(((total - idle) / total) * 1000) / 10
}
