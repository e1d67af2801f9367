// Makes sFlow v5 datagrams: flow, counter and drop samples, compact and expanded, with the records that agents send, and
// lengths and counts that lie now and then.
import { packet } from './generate-packets.mjs'

const samples = [1, 1, 1, 2, 3, 3, 4, 5, 5]
const flowRecords = [1, 1, 1, 1, 2, 3, 4, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1012, 1020, 1021, 1022, 1023, 1031]
const counterRecords = [1, 1, 2, 3, 4, 5, 1001, 1004, 2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2100]
const headerProtocols = [1, 1, 1, 1, 1, 11, 12, 13, 2, 7]

export function sflow5(writer, random) {
  writer.u32(5)
  const type = random.oneIn(40) ? random.below(5) : 1 + random.below(2)
  writer.u32(type)
  writer.random(random, type === 2 ? 16 : 4)
  writer.u32(random.below(3))
  writer.u32(random.below(10_000))
  writer.u32(random.next())
  const count = random.oneIn(10) ? random.below(20) : 1 + random.below(2)
  writer.u32(random.oneIn(20) ? random.next() : count)
  // A datagram of nothing but the smallest samples, or of nothing but the smallest records, is the most work per byte.
  if (random.oneIn(30)) return tiny(writer, random)
  for (let i = 0; i < count; i++) sample(writer, random)
}

/** Many headers with nothing behind them. */
function tiny(writer, random) {
  const format = random.pick(samples)
  const count = random.below(180)
  if (random.oneIn(2))
    for (let i = 0; i < count; i++) {
      writer.u32(format)
      writer.u32(0)
    }
  else
    part(writer, random, format, () => {
      sampleHead(writer, random, format)
      writer.u32(count)
      const record = random.pick(format === 2 || format === 4 ? counterRecords : flowRecords)
      for (let i = 0; i < count; i++) {
        writer.u32(record)
        writer.u32(0)
      }
    })
}

/** Format, length, body padded to whole words; the length is right except now and then. */
function part(writer, random, format, body) {
  writer.u32(random.oneIn(40) ? random.next() : format)
  const at = writer.at
  writer.u32(0)
  body()
  const length = writer.at - at - 4
  writer.u32At(at, random.oneIn(24) ? (random.oneIn(4) ? random.next() : length - 8 + random.below(16)) : length)
  writer.zeros(-length & 3)
}

function sample(writer, random) {
  const format = random.pick(samples)
  part(writer, random, format, () => {
    sampleHead(writer, random, format)
    const records = random.oneIn(8) ? random.below(8) : 1 + random.below(2)
    writer.u32(random.oneIn(20) ? random.next() : records)
    const counters = format === 2 || format === 4
    for (let i = 0; i < records; i++) {
      if (counters) part(writer, random, random.pick(counterRecords), () => writer.random(random, random.pick([0, 4, 28, 52, 72, 88])))
      else flowRecord(writer, random, random.pick(flowRecords))
    }
  })
}

/** Everything in a sample before the count of its records. */
function sampleHead(writer, random, format) {
  writer.u32(random.below(1000))
  if (format === 5 || format === 3 || format === 4) writer.u32(random.oneIn(8) ? random.next() : 0)
  writer.u32(random.below(100))
  if (format === 2 || format === 4) return
  if (format === 5) {
    for (let i = 0; i < 3; i++) writer.u32(random.below(100))
    writer.u32(random.oneIn(4) ? random.next() : random.below(300))
    return
  }
  writer.u32(random.oneIn(6) ? random.next() : 512)
  writer.u32(random.next())
  writer.u32(0)
  for (let i = 0; i < 2; i++) {
    if (format === 3) writer.u32(random.below(4))
    writer.u32(random.oneIn(4) ? random.next() : random.below(100))
  }
}

function flowRecord(writer, random, format) {
  part(writer, random, format, () => {
    if (format === 1) rawHeader(writer, random)
    else if (format === 1003) gateway(writer, random)
    else if (format === 1002 || format === 1007) nextHop(writer, random)
    else writer.random(random, random.pick([0, 4, 8, 12, 16, 20, 24, 32, 56, 60]))
  })
}

function rawHeader(writer, random) {
  const protocol = random.pick(headerProtocols)
  writer.u32(protocol)
  writer.u32(64 + random.below(1500))
  writer.u32(4)
  const at = writer.at
  writer.u32(0)
  packet(writer, random, { 11: 228, 12: 229, 13: 0x10000 }[protocol] ?? 1)
  const length = writer.at - at - 4
  writer.u32At(at, random.oneIn(20) ? random.next() : length)
  writer.zeros(-length & 3)
}

function address(writer, random) {
  const type = random.oneIn(20) ? random.below(5) : random.below(3)
  writer.u32(type)
  writer.random(random, type === 1 ? 4 : type === 2 ? 16 : 0)
}

function nextHop(writer, random) {
  address(writer, random)
  if (random.oneIn(2)) address(writer, random)
  writer.u32(random.below(40))
  writer.u32(random.below(150))
}

/** Next hop, own, source and peer AS, then segments of the path, which may claim any length. */
function gateway(writer, random) {
  address(writer, random)
  writer.random(random, 12)
  const segments = random.oneIn(4) ? random.below(40) : random.below(3)
  writer.u32(random.oneIn(12) ? random.next() : segments)
  for (let i = 0; i < segments; i++) {
    const length = random.below(4)
    writer.u32(1 + random.below(2))
    writer.u32(random.oneIn(20) ? random.next() : length)
    writer.random(random, length * 4)
  }
  writer.u32(0)
  writer.u32(100)
}
