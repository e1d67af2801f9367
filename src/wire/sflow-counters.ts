// Counter records of sFlow v5: of interfaces, of the processor of a switch, of a host. Each is read into an object that
// is reused, and handed to the host if it wants that kind.
import type { Cursor } from './cursor.ts'
import { counterRecordFormat } from './sflow-formats.ts'

// Every number below is −1 where the agent does not know it: such counters have all bits set (sFlow v5 §5, counter records).
// 64-bit counters are exact up to 2⁵³ and rounded to 1 part in 2⁵³ beyond.

/** Generic interface counters (RFC 2863), all since some unknown time. One object is reused: copy what must outlive the call. */
export interface SflowInterfaceCounters {
  ifIndex: number
  /** IANAifType: 6 is Ethernet. */
  type: number
  /** Bits per second. */
  speed: number
  /** 0 unknown, 1 full duplex, 2 half duplex, 3 in, 4 out. */
  direction: number
  administrativelyUp: boolean
  operationallyUp: boolean
  inOctets: number
  inUnicastPackets: number
  inMulticastPackets: number
  inBroadcastPackets: number
  inDiscards: number
  inErrors: number
  inUnknownProtocols: number
  outOctets: number
  outUnicastPackets: number
  outMulticastPackets: number
  outBroadcastPackets: number
  outDiscards: number
  outErrors: number
  promiscuous: boolean
}

/** Ethernet errors (RFC 3635) of the interface that is the source of the counter sample. One object is reused. */
export interface SflowEthernetCounters {
  alignmentErrors: number
  checkSequenceErrors: number
  singleCollisions: number
  multipleCollisions: number
  signalQualityErrors: number
  deferredTransmissions: number
  lateCollisions: number
  excessiveCollisions: number
  transmitErrors: number
  carrierSenseErrors: number
  tooLongFrames: number
  receiveErrors: number
  symbolErrors: number
}

/** Load of a switch or router. Percentages are 0 to 100; memory in bytes. One object is reused. */
export interface SflowProcessorCounters {
  percent5Seconds: number
  percent1Minute: number
  percent5Minutes: number
  totalMemory: number
  freeMemory: number
}

/** What the records of one counter sample tell of a host; −1 or '' for what they do not. One object is reused. */
export interface SflowHostCounters {
  hostName: string
  operatingSystemRelease: string
  /** Load averages, as the host counts them. */
  load1Minute: number
  load5Minutes: number
  load15Minutes: number
  processors: number
  /** Seconds since the host booted. */
  uptimeSeconds: number
  /** Milliseconds of all processors together since then. */
  userMs: number
  systemMs: number
  idleMs: number
  ioWaitMs: number
  /** Bytes. */
  totalMemory: number
  freeMemory: number
  cachedMemory: number
  totalSwap: number
  freeSwap: number
  totalDisk: number
  freeDisk: number
  /** Percent used of the fullest partition, 0 to 100. */
  fullestPartitionPercent: number
  diskBytesRead: number
  diskBytesWritten: number
  /** All interfaces of the host together. */
  bytesIn: number
  packetsIn: number
  errorsIn: number
  dropsIn: number
  bytesOut: number
  packetsOut: number
  errorsOut: number
  dropsOut: number
}

/** The part of a host that takes counters; each is optional, and a record that nobody takes goes to `sflowCounterRecord`. */
export interface SflowCounterHost {
  sflowInterfaceCounters?(counters: SflowInterfaceCounters): void
  sflowEthernetCounters?(counters: SflowEthernetCounters): void
  sflowProcessorCounters?(counters: SflowProcessorCounters): void
  /** Called once a counter sample, behind its last record, when any of them told of a host. */
  sflowHostCounters?(counters: SflowHostCounters): void
}

const unknown32 = 0xffffffff
/** 2⁶⁴ − 1 read as two words and rounded: no 64-bit counter that is in use comes near. */
const unknown64 = 2 ** 64

function counter32(record: Cursor): number {
  const value = record.u32()
  return value === unknown32 ? -1 : value
}

function counter64(record: Cursor): number {
  const value = record.u64()
  return value === unknown64 ? -1 : value
}

/** Hundredths of a percent. */
function percent(record: Cursor): number {
  const value = record.u32()
  return value === unknown32 ? -1 : value / 100
}

const floatWord = new Uint32Array(1)
const float = new Float32Array(floatWord.buffer)

/** XDR float (RFC 4506 §4.6): IEEE 754 single precision. What is no number, or negative, is unknown. */
function float32(record: Cursor): number {
  floatWord[0] = record.u32()
  const value = float[0]
  return value >= 0 && value < Infinity ? value : -1
}

// One object of each kind for the thread, filled field by field in the order in which the records have them.
const interfaceCounters: SflowInterfaceCounters = {
  ifIndex: 0,
  type: 0,
  speed: 0,
  direction: 0,
  administrativelyUp: false,
  operationallyUp: false,
  inOctets: 0,
  inUnicastPackets: 0,
  inMulticastPackets: 0,
  inBroadcastPackets: 0,
  inDiscards: 0,
  inErrors: 0,
  inUnknownProtocols: 0,
  outOctets: 0,
  outUnicastPackets: 0,
  outMulticastPackets: 0,
  outBroadcastPackets: 0,
  outDiscards: 0,
  outErrors: 0,
  promiscuous: false,
}

/** if_counters: index, type, speed (64 bits), direction, status (bit 0 admin up, bit 1 up), then the counters, octets in 64 bits. */
function readInterface(record: Cursor): SflowInterfaceCounters {
  const to = interfaceCounters
  to.ifIndex = record.u32()
  to.type = record.u32()
  to.speed = counter64(record)
  to.direction = record.u32()
  const status = record.u32()
  to.administrativelyUp = (status & 1) !== 0
  to.operationallyUp = (status & 2) !== 0
  to.inOctets = counter64(record)
  to.inUnicastPackets = counter32(record)
  to.inMulticastPackets = counter32(record)
  to.inBroadcastPackets = counter32(record)
  to.inDiscards = counter32(record)
  to.inErrors = counter32(record)
  to.inUnknownProtocols = counter32(record)
  to.outOctets = counter64(record)
  to.outUnicastPackets = counter32(record)
  to.outMulticastPackets = counter32(record)
  to.outBroadcastPackets = counter32(record)
  to.outDiscards = counter32(record)
  to.outErrors = counter32(record)
  to.promiscuous = record.u32() === 1
  return to
}

const ethernetCounters: SflowEthernetCounters = {
  alignmentErrors: 0,
  checkSequenceErrors: 0,
  singleCollisions: 0,
  multipleCollisions: 0,
  signalQualityErrors: 0,
  deferredTransmissions: 0,
  lateCollisions: 0,
  excessiveCollisions: 0,
  transmitErrors: 0,
  carrierSenseErrors: 0,
  tooLongFrames: 0,
  receiveErrors: 0,
  symbolErrors: 0,
}
// Object.keys gives the keys of the literal above, in its order, which is that of the record.
const ethernetFields = Object.keys(ethernetCounters) as (keyof SflowEthernetCounters)[]

function readEthernet(record: Cursor): SflowEthernetCounters {
  for (const field of ethernetFields) ethernetCounters[field] = counter32(record)
  return ethernetCounters
}

const processorCounters: SflowProcessorCounters = {
  percent5Seconds: 0,
  percent1Minute: 0,
  percent5Minutes: 0,
  totalMemory: 0,
  freeMemory: 0,
}

/** processor: three percentages, total and free memory in 64 bits. */
function readProcessor(record: Cursor): SflowProcessorCounters {
  const to = processorCounters
  to.percent5Seconds = percent(record)
  to.percent1Minute = percent(record)
  to.percent5Minutes = percent(record)
  to.totalMemory = counter64(record)
  to.freeMemory = counter64(record)
  return to
}

function createHostCounters(): SflowHostCounters {
  return {
    hostName: '',
    operatingSystemRelease: '',
    load1Minute: -1,
    load5Minutes: -1,
    load15Minutes: -1,
    processors: -1,
    uptimeSeconds: -1,
    userMs: -1,
    systemMs: -1,
    idleMs: -1,
    ioWaitMs: -1,
    totalMemory: -1,
    freeMemory: -1,
    cachedMemory: -1,
    totalSwap: -1,
    freeSwap: -1,
    totalDisk: -1,
    freeDisk: -1,
    fullestPartitionPercent: -1,
    diskBytesRead: -1,
    diskBytesWritten: -1,
    bytesIn: -1,
    packetsIn: -1,
    errorsIn: -1,
    dropsIn: -1,
    bytesOut: -1,
    packetsOut: -1,
    errorsOut: -1,
    dropsOut: -1,
  }
}

const hostCounters = createHostCounters()
const noHostCounters: Readonly<SflowHostCounters> = createHostCounters()
let hostTold = false

const text = new TextDecoder()

/** Bytes of a host name or release that are kept; the specification allows 64 and 32. */
const maxTextBytes = 64

/** XDR string: length, bytes, padding to whole words. Control characters are left out: it is the agent's word. */
function xdrText(record: Cursor): string {
  const length = record.u32()
  const at = record.offset
  record.skip(length)
  record.skip(Math.min(-length & 3, record.remaining))
  return text.decode(record.bytes.subarray(at, at + Math.min(length, maxTextBytes))).replaceAll(/\p{Cc}/gu, '')
}

/** host_descr: host name, UUID 16 bytes, machine type, operating system, its release. */
function readDescription(record: Cursor): void {
  hostCounters.hostName = xdrText(record)
  record.skip(24)
  hostCounters.operatingSystemRelease = xdrText(record)
}

/** host_cpu: three loads, processes running and in all, processors, MHz, uptime, then milliseconds user, nice, system, idle, wait. */
function readCpu(record: Cursor): void {
  const to = hostCounters
  to.load1Minute = float32(record)
  to.load5Minutes = float32(record)
  to.load15Minutes = float32(record)
  record.skip(8)
  to.processors = counter32(record)
  record.skip(4)
  to.uptimeSeconds = counter32(record)
  to.userMs = counter32(record)
  record.skip(4)
  to.systemMs = counter32(record)
  to.idleMs = counter32(record)
  to.ioWaitMs = counter32(record)
}

/** host_memory: total, free, shared, buffers, cached, swap total, swap free, in 64 bits each; then page and swap counts. */
function readMemory(record: Cursor): void {
  const to = hostCounters
  to.totalMemory = counter64(record)
  to.freeMemory = counter64(record)
  record.skip(16)
  to.cachedMemory = counter64(record)
  to.totalSwap = counter64(record)
  to.freeSwap = counter64(record)
}

/** host_disk_io: total and free bytes (64 bits), fullest partition, reads, bytes read (64), read time, writes, bytes written (64), write time. */
function readDisk(record: Cursor): void {
  const to = hostCounters
  to.totalDisk = counter64(record)
  to.freeDisk = counter64(record)
  to.fullestPartitionPercent = percent(record)
  record.skip(4)
  to.diskBytesRead = counter64(record)
  record.skip(8)
  to.diskBytesWritten = counter64(record)
}

/** host_net_io: bytes (64 bits), packets, errors, drops, in and then out. */
function readNetwork(record: Cursor): void {
  const to = hostCounters
  to.bytesIn = counter64(record)
  to.packetsIn = counter32(record)
  to.errorsIn = counter32(record)
  to.dropsIn = counter32(record)
  to.bytesOut = counter64(record)
  to.packetsOut = counter32(record)
  to.errorsOut = counter32(record)
  to.dropsOut = counter32(record)
}

const hostReaders: ReadonlyMap<number, (record: Cursor) => void> = new Map([
  [counterRecordFormat.hostDescription, readDescription],
  [counterRecordFormat.hostCpu, readCpu],
  [counterRecordFormat.hostMemory, readMemory],
  [counterRecordFormat.hostDisk, readDisk],
  [counterRecordFormat.hostNetwork, readNetwork],
])

/** To be called before the records of a counter sample. */
export function beginCounterSample(): void {
  hostTold = false
}

/** To be called behind the last record of a counter sample. */
export function endCounterSample(host: SflowCounterHost): void {
  if (hostTold) host.sflowHostCounters?.(hostCounters)
  hostTold = false
}

/**
 * Reads a counter record of a kind that `host` takes.
 * @returns false when the kind is unknown or nobody takes it
 * @throws WireError truncated, before anything was handed over; of a host record what was read until then stays
 */
export function readCounterRecord(format: number, record: Cursor, host: SflowCounterHost): boolean {
  if (format === counterRecordFormat.interface) {
    host.sflowInterfaceCounters?.(readInterface(record))
    return host.sflowInterfaceCounters !== undefined
  }
  if (format === counterRecordFormat.ethernet) {
    host.sflowEthernetCounters?.(readEthernet(record))
    return host.sflowEthernetCounters !== undefined
  }
  if (format === counterRecordFormat.processor) {
    host.sflowProcessorCounters?.(readProcessor(record))
    return host.sflowProcessorCounters !== undefined
  }
  return readHostRecord(format, record, host)
}

function readHostRecord(format: number, record: Cursor, host: SflowCounterHost): boolean {
  const read = hostReaders.get(format)
  if (read === undefined || host.sflowHostCounters === undefined) return false
  if (!hostTold) Object.assign(hostCounters, noHostCounters)
  hostTold = true
  read(record)
  return true
}
