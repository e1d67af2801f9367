// Makes pcap and pcapng files of a few packets, in either byte order, with odd link types, options, blocks and lengths.
import { linkTypes, packet } from './generate-packets.mjs'

class Endian {
  little = true

  u16(writer, value) {
    if (this.little) writer.u16le(value)
    else writer.u16(value)
  }

  u32(writer, value) {
    if (this.little) writer.u32le(value)
    else writer.u32(value)
  }

  u32At(writer, at, value) {
    const end = writer.at
    writer.at = at
    this.u32(writer, value)
    writer.at = end
  }
}

const endian = new Endian()
const magics = [0xa1b2c3d4, 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34]

export function pcap(writer, random) {
  endian.little = random.oneIn(2)
  const magic = random.pick(magics)
  const linkType = linkTypeOf(random)
  endian.u32(writer, magic)
  endian.u16(writer, random.oneIn(40) ? random.below(4) : 2)
  endian.u16(writer, random.oneIn(8) ? random.below(5) : 4)
  writer.zeros(8)
  endian.u32(writer, 65535)
  endian.u32(writer, random.oneIn(40) ? random.next() : linkType)
  const packets = random.oneIn(5) ? random.below(16) : random.below(4)
  for (let i = 0; i < packets; i++) pcapRecord(writer, random, linkType, magic === 0xa1b2cd34 ? 8 : 0)
}

function linkTypeOf(random) {
  const type = random.oneIn(2) ? 1 : random.pick(linkTypes)
  // MPLS is no link type of a file.
  return type > 0xffff ? 1 : type
}

function pcapRecord(writer, random, linkType, extra) {
  endian.u32(writer, 1_700_000_000)
  endian.u32(writer, random.next())
  const at = writer.at
  endian.u32(writer, 0)
  endian.u32(writer, 64 + random.below(1500))
  writer.zeros(extra)
  const start = writer.at
  packet(writer, random, linkType)
  const length = writer.at - start
  endian.u32At(writer, at, random.oneIn(24) ? random.next() : length)
  if (random.oneIn(12)) endian.u32At(writer, at + 4, length)
}

export function pcapng(writer, random) {
  const sections = random.oneIn(8) ? 2 : 1
  for (let i = 0; i < sections; i++) section(writer, random)
}

function section(writer, random) {
  endian.little = random.oneIn(2)
  block(writer, random, 0x0a0d0d0a, () => {
    endian.u32(writer, 0x1a2b3c4d)
    endian.u16(writer, random.oneIn(40) ? random.below(4) : 1)
    endian.u16(writer, random.oneIn(20) ? random.below(4) : 0)
    writer.u32(0xffffffff)
    writer.u32(0xffffffff)
    if (random.oneIn(4)) options(writer, random)
  })
  const types = []
  const blocks = random.oneIn(8) ? random.below(20) : 1 + random.below(4)
  for (let i = 0; i < blocks; i++) {
    const kind = types.length === 0 ? 0 : random.below(12)
    if (kind < 2) types.push(interfaceBlock(writer, random))
    else if (kind < 8) enhanced(writer, random, types)
    else if (kind < 10) simple(writer, random, types)
    else block(writer, random, random.oneIn(2) ? random.below(12) : random.next(), () => writer.random(random, random.below(12) * 4))
  }
}

function block(writer, random, type, body) {
  const start = writer.at
  endian.u32(writer, type)
  endian.u32(writer, 0)
  body()
  writer.zeros(-(writer.at - start) & 3)
  const total = writer.at - start + 4
  endian.u32(writer, random.oneIn(40) ? total - 8 + random.below(16) : total)
  endian.u32At(writer, start + 4, random.oneIn(40) ? (random.oneIn(2) ? random.next() : total + 4) : total)
}

function options(writer, random) {
  const count = random.below(4)
  for (let i = 0; i < count; i++) {
    const code = random.pick([9, 9, 14, 1, 2, 0])
    const length = random.oneIn(8) ? random.below(70) : ({ 9: 1, 14: 8 }[code] ?? random.below(16))
    endian.u16(writer, code)
    endian.u16(writer, random.oneIn(20) ? random.next() : length)
    writer.random(random, length)
    writer.zeros(-length & 3)
  }
  if (random.oneIn(2)) writer.u32(0)
}

function interfaceBlock(writer, random) {
  const type = linkTypeOf(random)
  block(writer, random, 1, () => {
    endian.u16(writer, type)
    endian.u16(writer, 0)
    endian.u32(writer, random.oneIn(2) ? 0 : random.below(70_000))
    options(writer, random)
  })
  return type
}

function enhanced(writer, random, types) {
  const id = random.oneIn(20) ? random.below(8) : random.below(types.length)
  const isObsolete = random.oneIn(5)
  block(writer, random, isObsolete ? 2 : 6, () => {
    if (isObsolete) {
      endian.u16(writer, id)
      endian.u16(writer, 0)
    } else endian.u32(writer, id)
    writer.random(random, 8)
    const at = writer.at
    endian.u32(writer, 0)
    endian.u32(writer, 1500)
    const start = writer.at
    packet(writer, random, types[id] ?? 1)
    endian.u32At(writer, at, random.oneIn(24) ? random.next() : writer.at - start)
  })
}

function simple(writer, random, types) {
  block(writer, random, 3, () => {
    endian.u32(writer, random.oneIn(4) ? random.next() : random.below(200))
    packet(writer, random, types[0])
  })
}
