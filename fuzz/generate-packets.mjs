// Makes packets: link headers, tags, labels, IP with extensions and fragments, tunnels within tunnels, cut anywhere.

/** Each writes its header and what goes inside. `depth` counts what is nested, so that packets end. */
const links = {
  1: ethernet,
  113: linuxCooked,
  276: linuxCooked2,
  0: family,
  108: family,
  239: nflog,
  0x10000: mpls,
  228: ipv4,
  229: ipv6,
  101: ip,
  12: ip,
  14: ip,
}

/** Link types, in the order in which the first byte of an input of the packet decoder chooses one. */
export const linkTypes = Object.keys(links).map(Number)

export function packet(writer, random, linkType = 1) {
  const start = writer.at
  ;(links[linkType] ?? ethernet)(writer, random, 0)
  const length = writer.at - start
  // Samples are cut, mostly at 64 or 128 bytes.
  if (random.oneIn(4)) writer.at = start + random.below(length + 1)
  else if (random.oneIn(2)) writer.at = start + Math.min(length, random.oneIn(2) ? 128 : 64)
}

function ethernet(writer, random, depth) {
  writer.random(random, 12)
  typed(writer, random, depth)
}

function linuxCooked(writer, random, depth) {
  writer.u16(0)
  writer.u16(1)
  writer.u16(random.oneIn(2) ? 6 : random.below(20))
  writer.random(random, 8)
  typed(writer, random, depth)
}

function linuxCooked2(writer, random, depth) {
  const at = writer.at
  typed(writer, random, depth, 18)
  if (writer.at - at < 20) writer.zeros(20)
}

function family(writer, random, depth) {
  writer.u32(random.oneIn(2) ? 2 : 30)
  ip(writer, random, depth)
}

function nflog(writer, random, depth) {
  writer.u8(random.oneIn(2) ? 2 : 10)
  writer.u8(0)
  writer.u16(1)
  const attributes = random.below(4)
  for (let i = 0; i < attributes; i++) {
    const length = random.oneIn(8) ? random.next() & 0xffff : 4 + random.below(12)
    writer.u16le(length)
    writer.u16le(random.below(12))
    writer.zeros((Math.min(length, 20) - 4 + 3) & ~3)
  }
  const at = writer.at
  writer.u16le(0)
  writer.u16le(9)
  ip(writer, random, depth)
  const length = writer.at - at
  writer.bytes[at] = length
  writer.bytes[at + 1] = length >>> 8
}

/** An EtherType, possibly behind tags, and what it announces. `between` zeros stand behind the type. */
function typed(writer, random, depth, between = 0) {
  const kind = random.below(12)
  const put = (type) => {
    writer.u16(type)
    if (between > 0) writer.zeros(between)
  }
  if (kind < 5) {
    put(0x0800)
    ipv4(writer, random, depth)
  } else if (kind < 7) {
    put(0x86dd)
    ipv6(writer, random, depth)
  } else if (kind < 9 && depth < 20) {
    put(random.pick([0x8100, 0x88a8, 0x9100, 0x9200]))
    writer.u16(random.next())
    typed(writer, random, depth + 1)
  } else if (kind < 10) {
    put(random.oneIn(8) ? 0x8848 : 0x8847)
    mpls(writer, random, depth)
  } else if (kind < 11) {
    put(0x8864)
    pppoe(writer, random, depth)
  } else put(random.oneIn(2) ? random.below(0x600) : random.next())
}

function mpls(writer, random, depth) {
  const labels = random.oneIn(8) ? random.below(20) : 1 + random.below(3)
  for (let i = 0; i < labels; i++) {
    writer.u16(random.next())
    writer.u8((random.next() & 0xfe) | (i === labels - 1 ? 1 : 0))
    writer.u8(64)
  }
  if (random.oneIn(3)) {
    if (random.oneIn(2)) writer.u32(random.below(4))
    if (depth < 8) ethernet(writer, random, depth + 1)
  } else ip(writer, random, depth)
}

function pppoe(writer, random, depth) {
  writer.u8(0x11)
  writer.u8(0)
  writer.u16(random.next())
  writer.u16(random.next())
  writer.u16(random.oneIn(2) ? 0x21 : 0x57)
  ip(writer, random, depth)
}

function ip(writer, random, depth) {
  if (random.oneIn(3)) ipv6(writer, random, depth)
  else ipv4(writer, random, depth)
}

const protocols4 = [1, 6, 6, 17, 17, 17, 4, 41, 47, 47, 50, 51, 58, 115, 132, 33, 136, 137]
const protocols6 = [...protocols4, 0, 43, 43, 44, 60, 135]

function ipv4(writer, random, depth) {
  const start = writer.at
  const words = random.oneIn(8) ? random.below(16) : 5
  const protocol = random.pick(protocols4)
  writer.u8(0x40 | words)
  writer.u8(random.next())
  writer.u16(0)
  writer.u16(random.next())
  writer.u16(random.oneIn(6) ? random.next() : 0x4000)
  writer.u8(64)
  writer.u8(protocol)
  writer.u16(0)
  writer.u32(random.next())
  writer.u32(random.next())
  if (words > 5) writer.zeros((words - 5) * 4)
  inner(writer, random, protocol, depth)
  writer.u16At(start + 2, random.oneIn(12) ? random.next() : writer.at - start)
}

function ipv6(writer, random, depth) {
  const start = writer.at
  writer.u32(0x60000000 | (random.next() & 0x0fffffff))
  writer.u16(0)
  let next = random.pick(protocols6)
  writer.u8(next)
  writer.u8(64)
  writer.random(random, 32)
  for (let i = 0; i < 12 && [0, 43, 44, 51, 60, 135].includes(next); i++) {
    const header = next
    next = random.oneIn(3) ? header : random.pick(protocols6)
    extension(writer, random, header, next)
  }
  inner(writer, random, next, depth)
  writer.u16At(start + 4, random.oneIn(12) ? random.next() : writer.at - start - 40)
}

function extension(writer, random, header, next) {
  const units = random.oneIn(8) ? random.below(256) : random.below(3)
  writer.u8(next)
  writer.u8(header === 44 ? 0 : units)
  // Routing header of segment routing (type 4), or the offset and flags of a fragment.
  if (header === 43) {
    writer.u8(random.oneIn(2) ? 4 : random.below(6))
    writer.u8(random.below(4))
  } else writer.u16(random.oneIn(2) ? 1 : random.next())
  writer.zeros(4 + (header === 44 ? 0 : Math.min(units, 4) * 8))
}

function inner(writer, random, protocol, depth) {
  if (depth > 8) {
    writer.zeros(8)
    return
  }
  if (protocol === 17) return udp(writer, random, depth)
  if (protocol === 4) return ipv4(writer, random, depth + 1)
  if (protocol === 41) return ipv6(writer, random, depth + 1)
  if (protocol === 47) return gre(writer, random, depth)
  if (protocol === 137) return mpls(writer, random, depth + 1)
  writer.random(random, random.oneIn(4) ? random.below(20) : 20)
}

function gre(writer, random, depth) {
  const flags = random.oneIn(4) ? random.next() & 0xffff : random.below(8) << 12
  const type = random.pick([0x0800, 0x86dd, 0x6558, 0x88be, 0x22eb, 0x8847, 0x880b, 0x0800])
  writer.u16(flags)
  writer.u16(type)
  for (const bit of [0x8000, 0x2000, 0x1000]) if ((flags & bit) !== 0) writer.u32(random.next())
  if (type === 0x0800) ipv4(writer, random, depth + 1)
  else if (type === 0x86dd) ipv6(writer, random, depth + 1)
  else if (type === 0x8847) mpls(writer, random, depth + 1)
  else {
    if (type === 0x88be) writer.zeros(random.oneIn(2) ? 8 : 0)
    if (type === 0x22eb) writer.random(random, 12 + (random.oneIn(2) ? 8 : 0))
    ethernet(writer, random, depth + 1)
  }
}

const udpPorts = [53, 4789, 8472, 6081, 2152, 1701, 2055, 4739, 6343, 4790, 6635, 443]

function udp(writer, random, depth) {
  const start = writer.at
  const port = random.pick(udpPorts)
  writer.u16(random.next())
  writer.u16(port)
  writer.u32(0)
  if (port === 4789 || port === 8472) {
    writer.u32(random.oneIn(8) ? random.next() : 0x08000000)
    writer.u32(random.next())
    ethernet(writer, random, depth + 1)
  } else if (port === 6081) geneve(writer, random, depth)
  else if (port === 2152) gtpu(writer, random, depth)
  else if (port === 6635) mpls(writer, random, depth + 1)
  else writer.random(random, random.below(32))
  writer.u16At(start + 4, random.oneIn(12) ? random.next() : writer.at - start)
}

function geneve(writer, random, depth) {
  const words = random.oneIn(3) ? random.below(64) : 0
  const type = random.pick([0x6558, 0x0800, 0x86dd])
  writer.u8(words)
  writer.u8(0)
  writer.u16(type)
  writer.u32(random.next())
  writer.random(random, Math.min(words, random.oneIn(4) ? 2 : 64) * 4)
  if (type === 0x6558) ethernet(writer, random, depth + 1)
  else ip(writer, random, depth + 1)
}

function gtpu(writer, random, depth) {
  const flags = 0x30 | random.below(8)
  writer.u8(flags)
  writer.u8(random.oneIn(8) ? random.next() : 0xff)
  writer.u16(random.next())
  writer.u32(random.next())
  if ((flags & 7) !== 0) {
    let next = random.oneIn(2) ? 0x85 : 0
    writer.u16(0)
    writer.u8(0)
    writer.u8(next)
    for (let i = 0; i < 6 && next !== 0; i++) {
      const words = random.oneIn(6) ? 0 : 1 + random.below(2)
      writer.u8(words)
      writer.zeros(Math.max(1, words * 4 - 2))
      next = random.oneIn(2) ? 0x85 : 0
      writer.u8(next)
    }
  }
  ip(writer, random, depth + 1)
}
