// Makes packet records, and packets in the envelope of NFLOG.
import { packet } from './generate-packets.mjs'

/** Seconds 4, nanoseconds 4, wire length 4, captured length 2, link 1, flags 1, sampling 4, the packet. */
export function packetRecords(writer, random) {
  const records = random.oneIn(5) ? random.below(16) : random.below(4)
  for (let i = 0; i < records; i++) {
    const ethernet = random.oneIn(2)
    writer.u32(1_700_000_000)
    writer.u32(random.oneIn(40) ? random.next() : random.below(1_000_000_000))
    const at = writer.at
    writer.u32(0)
    writer.u16(0)
    writer.u8(random.oneIn(40) ? random.next() : ethernet ? 1 : 0)
    writer.u8(random.oneIn(40) ? random.next() : random.below(4))
    writer.u32(random.oneIn(40) ? 0 : 1 + random.below(1000))
    const start = writer.at
    packet(writer, random, ethernet ? 1 : 101)
    const length = Math.min(65_535, writer.at - start)
    writer.at = start + length
    writer.u32At(at, random.oneIn(40) ? random.below(100) : length + random.below(100))
    writer.u16At(at + 4, random.oneIn(40) ? random.next() : length)
  }
}

/** Bytes of the value of each attribute; of the others any number. */
const valueBytes = { 1: 4, 2: 4, 3: 16, 4: 4, 5: 4, 6: 4, 7: 4, 8: 12, 15: 2, 16: 14, 17: 2 }

/** The first byte says whether the machine is little-endian. */
export function nflogRecord(writer, random) {
  const little = random.oneIn(3) ? 0 : 1
  writer.u8(little)
  writer.u8(random.oneIn(2) ? 2 : random.below(12))
  writer.u8(random.oneIn(20) ? random.next() : 0)
  writer.u16(random.next())
  const put = (value) => (little === 1 ? writer.u16le(value) : writer.u16(value))
  const attributes = random.below(8)
  for (let i = 0; i < attributes; i++) attribute(writer, random, put)
  const at = writer.at
  put(0)
  put(9)
  packet(writer, random, random.oneIn(4) ? 1 : 101)
  const end = writer.at
  writer.at = at
  put(random.oneIn(12) ? random.next() : Math.min(0xffff, end - at))
  writer.at = end
}

function attribute(writer, random, put) {
  const type = random.oneIn(4) ? 20 : random.below(22)
  const length = random.oneIn(12) ? random.below(30) : (valueBytes[type] ?? random.below(30))
  put(random.oneIn(24) ? random.next() : length + 4)
  put(random.oneIn(8) ? type | 0x8000 : type)
  if (type === 20 && length >= 16) {
    for (const inner of [1, 2]) {
      put(random.oneIn(12) ? random.below(20) : 6)
      put(inner)
      writer.u32(random.next())
    }
    writer.zeros(((length + 3) & ~3) - 16)
  } else {
    writer.random(random, length)
    writer.zeros(-length & 3)
  }
}
