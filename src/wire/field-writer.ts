// Copies one field of a run of records into its column: one tight loop for each form of field, so that the column's array
// and the field's offset are looked up once for a set and not once for a record.
import type { BatchColumns } from '../contract/flow-batch.ts'
import { read32, readUint } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import { copyCode, type FieldCopy } from './field-copy.ts'

/** The third word of an IPv4-mapped address, bytes 00 00 ff ff read little-endian. */
const mappedWord = 0xffff0000

/** 2³²: what the high word of a 64-bit value counts. */
const word = 0x1_0000_0000

/** Half the range of a 32-bit uptime: a start this far after "now" is from before the counter wrapped (49.7 days). */
const halfUptime = 0x8000_0000

/** Where a loop reads and writes: `count` records of `stride` bytes from `at`, into rows from `row`. */
interface Span {
  bytes: Uint8Array
  at: number
  stride: number
  count: number
  row: number
}

/** One object for the thread: the writer is not re-entrant, and a span each set would be garbage on the hot path. */
export const span: Span = { bytes: new Uint8Array(0), at: 0, stride: 0, count: 0, row: 0 }

/** Four bytes in the order in which an `ip` column holds them. */
function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

/** Copies one field of every record in `span`. The casts to an array kind follow from compileCopies, which pairs code and column kind. */
export function copyField(copy: FieldCopy, length: number, columns: BatchColumns, header: ExportHeader): void {
  const target = columns[copy.column]
  switch (copy.code) {
    case copyCode.u8_1:
      return copy8(target as Uint8Array)
    case copyCode.u16_2:
      return copy16(target as Uint16Array)
    case copyCode.u32_4:
      return copy32(target as Uint32Array)
    case copyCode.u64_8:
      return copy64(target as Uint32Array)
    case copyCode.u64_4:
      return copy64From32(target as Uint32Array)
    case copyCode.ip_4:
    case copyCode.ip_4_unless_zero:
      return copyIpv4(target as Uint32Array, copy.code === copyCode.ip_4_unless_zero)
    case copyCode.ip_16:
      return copyIpv6(target as Uint32Array)
    case copyCode.mac_6:
      return copyMac(target as Uint32Array)
    case copyCode.uint:
      return copyUint(target, length, copy.column === 'bytes' || copy.column === 'packets')
    case copyCode.icmp_type:
    case copyCode.icmp_code:
      span.at += copy.code - copyCode.icmp_type
      return copy8(target as Uint8Array)
    case copyCode.direction:
      return copyDirection(target as Uint8Array)
    case copyCode.mpls_label:
      return copyMplsLabel(target as Uint32Array)
    case copyCode.firewall_event:
      return copyFirewallEvent(target as Uint8Array)
    default:
      return copyTime(copy.code, target as Uint32Array, header)
  }
}

function copy8(target: Uint8Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = bytes[p]
}

function copy16(target: Uint16Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = (bytes[p] << 8) | bytes[p + 1]
}

function copy32(target: Uint32Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = read32(bytes, p)
}

function copy64(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    target[w] = read32(bytes, p + 4)
    target[w + 1] = read32(bytes, p)
  }
}

function copy64From32(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) target[w] = read32(bytes, p)
}

function copyIpv4(target: Uint32Array, unlessZero: boolean): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 4; i < count; i++, p += stride, w += 4) {
    const address = readWord(bytes, p)
    if (unlessZero) {
      if (address === 0) continue
      target[w] = 0
      target[w + 1] = 0
    }
    target[w + 2] = mappedWord
    target[w + 3] = address
  }
}

function copyIpv6(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 4; i < count; i++, p += stride, w += 4) {
    target[w] = readWord(bytes, p)
    target[w + 1] = readWord(bytes, p + 4)
    target[w + 2] = readWord(bytes, p + 8)
    target[w + 3] = readWord(bytes, p + 12)
  }
}

function copyMac(target: Uint32Array): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    target[w] = read32(bytes, p + 2)
    target[w + 1] = (bytes[p] << 8) | bytes[p + 1]
  }
}

/** Any length of integer into any integer column; what does not fit is cut to the low bits, as the column is the wider by the standard. */
function copyUint(target: Uint8Array | Uint16Array | Uint32Array, length: number, wide: boolean): void {
  const { bytes, stride, count, row } = span
  if (length > 8) return
  for (let i = 0, p = span.at; i < count; i++, p += stride) {
    const value = readUint(bytes, p, length)
    if (wide) {
      target[(row + i) * 2] = length > 4 ? read32(bytes, p + length - 4) : value
      target[(row + i) * 2 + 1] = length > 4 ? readUint(bytes, p, length - 4) : 0
    } else target[row + i] = length > 4 ? read32(bytes, p + length - 4) : value
  }
}

function copyDirection(target: Uint8Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) {
    const value = bytes[p]
    // IE 61: 0 ingress, 1 egress; anything else means nothing.
    target[row + i] = value <= 1 ? value + 1 : 0
  }
}

/** Dropped for an unknown reason, in the codes of IE 89 (RFC 7270 §4.12). */
const dropped = 128

/** IE 233: 1 created, 2 deleted, 3 denied, 4 alert, 5 update. Only a denial says what became of the packets. */
function copyFirewallEvent(target: Uint8Array): void {
  const { bytes, stride, count, row } = span
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = bytes[p] === 3 ? dropped : 0
}

function copyMplsLabel(target: Uint32Array): void {
  const { bytes, stride, count, row } = span
  // Label stack entry (RFC 3032 §2.1): 20 bits of label, then 4 of traffic class and bottom-of-stack.
  for (let i = 0, p = span.at; i < count; i++, p += stride) target[row + i] = readUint(bytes, p, 3) >>> 4
}

function copyTime(code: number, target: Uint32Array, header: ExportHeader): void {
  const { bytes, stride, count } = span
  for (let i = 0, p = span.at, w = span.row * 2; i < count; i++, p += stride, w += 2) {
    const ms = timeMs(code, bytes, p, header)
    target[w] = ms >>> 0
    target[w + 1] = Math.floor(ms / word)
  }
}

/** Milliseconds since 1970 of a time field (RFC 7011 §6.1.7 to 6.1.10; uptime forms RFC 3954 §8). */
function timeMs(code: number, bytes: Uint8Array, p: number, header: ExportHeader): number {
  switch (code) {
    case copyCode.time_uptime:
      return uptimeToMs(read32(bytes, p), header)
    case copyCode.time_seconds:
      return read32(bytes, p) * 1000
    case copyCode.time_milliseconds:
      return clampMs(read32(bytes, p) * word + read32(bytes, p + 4))
    case copyCode.time_ntp:
      // Seconds since 1900 (2 208 988 800 before 1970), then a binary fraction; seconds wrap in 2036, so small ones are later.
      return Math.floor((((read32(bytes, p) + word - 2_208_988_800) % word) + read32(bytes, p + 4) / word) * 1000)
    default:
      return Math.max(0, Math.floor(header.exportMs - read32(bytes, p) / 1000))
  }
}

/** Latest time that DateTime64(3) of ClickHouse shows: 2299-12-31. A hostile value must not make an insert fail. */
const latestMs = 10_413_791_999_999

function clampMs(ms: number): number {
  return ms > latestMs ? latestMs : ms
}

/**
 * Time of an uptime value. Without a boot time (IPFIX without systemInitTime) the time of export is the best there is.
 * @param uptime milliseconds since boot, 32 bits, wrapping
 */
function uptimeToMs(uptime: number, header: ExportHeader): number {
  if (header.bootMs === 0) return header.exportMs
  const now = header.exportMs - header.bootMs
  const wrapped = uptime - (now % word) > halfUptime ? uptime - word : uptime
  return Math.max(0, header.bootMs + Math.floor(now / word) * word + wrapped)
}
