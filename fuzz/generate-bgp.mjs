// Makes what a BGP neighbour sends: messages in a row, with attributes, prefixes, FlowSpec rules and capabilities whose
// lengths and counts lie now and then.

const messageTypes = [1, 1, 2, 2, 2, 2, 2, 2, 3, 4, 5]
const attributeTypes = [1, 2, 2, 3, 4, 5, 8, 14, 14, 14, 14, 15, 15, 15, 16, 17, 32]
const capabilities = [1, 1, 1, 1, 2, 64, 65, 6, 70, 73]

export function bgp(writer, random) {
  for (let i = random.oneIn(3) ? random.below(4) : 0; i >= 0; i--) message(writer, random)
}

function message(writer, random) {
  const start = writer.at
  for (let i = 0; i < 16; i++) writer.u8(0xff)
  writer.u16(0)
  const type = random.oneIn(60) ? random.below(256) : random.pick(messageTypes)
  writer.u8(type)
  bodies[type]?.(writer, random)
  const length = writer.at - start
  writer.u16At(start + 16, random.oneIn(30) ? random.next() : length)
}

/** A length of `size` bytes, then what it counts; it is right except now and then. */
function measured(writer, random, size, body) {
  const at = writer.at
  writer.zeros(size)
  body()
  const length = writer.at - at - size
  const told = random.oneIn(60) ? (random.oneIn(4) ? random.next() : length - 2 + random.below(5)) : length
  if (size === 1) writer.bytes[at] = told
  else writer.u16At(at, told)
}

function open(writer, random) {
  writer.u8(random.oneIn(30) ? random.below(6) : 4)
  writer.u16(random.oneIn(30) ? 0 : random.next())
  writer.u16(random.oneIn(8) ? random.below(4) : 90)
  writer.u32(random.oneIn(30) ? 0 : random.next())
  const extended = random.oneIn(4)
  if (extended) writer.u16(0xffff)
  measured(writer, random, extended ? 2 : 1, () => {
    for (let i = random.below(4); i > 0; i--) {
      writer.u8(random.oneIn(30) ? random.below(4) : 2)
      measured(writer, random, extended ? 2 : 1, () => capability(writer, random))
    }
  })
}

function capability(writer, random) {
  for (let i = random.below(5); i > 0; i--) {
    const code = random.pick(capabilities)
    writer.u8(code)
    measured(writer, random, 1, () => capabilityValue(writer, random, code))
  }
}

function capabilityValue(writer, random, code) {
  if (code === 1) {
    writer.u16(1 + random.below(2))
    writer.u16(random.oneIn(2) ? 1 : 133)
  } else if (code === 64) {
    writer.u16(random.next())
    for (let i = random.below(4); i > 0; i--) {
      writer.u16(1 + random.below(2))
      writer.u16(random.oneIn(2) ? 0x0180 : 0x8580)
    }
  } else writer.random(random, code === 65 ? 4 : code === 2 ? 0 : random.below(12))
}

function update(writer, random) {
  if (random.oneIn(20)) {
    // End-of-RIB.
    writer.u32(0)
    return
  }
  measured(writer, random, 2, () => prefixes(writer, random, 32, random.oneIn(6) ? random.below(20) : 0))
  measured(writer, random, 2, () => {
    for (let i = random.below(7); i > 0; i--) attribute(writer, random)
  })
  // Nothing but the shortest prefixes is the most work per byte.
  if (random.oneIn(20)) writer.zeros(random.below(1400))
  else if (random.oneIn(2)) prefixes(writer, random, 32, random.below(20))
}

function prefixes(writer, random, longest, count) {
  for (let i = 0; i < count; i++) {
    const length = random.oneIn(60) ? random.below(256) : random.below(longest + 1)
    writer.u8(length)
    writer.random(random, (length + 7) >> 3)
  }
}

function attribute(writer, random) {
  const type = random.oneIn(30) ? random.below(256) : random.pick(attributeTypes)
  const long = random.oneIn(4)
  writer.u8((random.oneIn(8) ? random.next() & 0xe0 : 0x40) | (long ? 0x10 : 0))
  writer.u8(type)
  measured(writer, random, long ? 2 : 1, () => attributeValue(writer, random, type))
}

function attributeValue(writer, random, type) {
  if (type === 1) writer.u8(random.below(4))
  else if (type === 2 || type === 17) path(writer, random, type === 17 || random.oneIn(2) ? 4 : 2)
  else if (type === 14 || type === 15) multiprotocol(writer, random, type)
  else {
    const unit = { 8: 4, 16: 8, 32: 12 }[type]
    writer.random(random, unit === undefined ? 4 : unit * (1 + random.below(6)))
  }
}

function path(writer, random, size) {
  for (let i = random.below(3); i > 0; i--) {
    const count = random.below(6)
    writer.u8(random.oneIn(20) ? random.below(256) : 2)
    writer.u8(random.oneIn(20) ? random.below(256) : count)
    writer.random(random, count * size)
  }
}

function multiprotocol(writer, random, type) {
  const version = 1 + random.below(2)
  const flowSpec = random.oneIn(2)
  writer.u16(random.oneIn(20) ? random.below(30) : version)
  writer.u8(random.oneIn(20) ? random.below(256) : flowSpec ? 133 : 1)
  if (type === 14) {
    const length = flowSpec ? 0 : version === 1 ? 4 : random.oneIn(3) ? 32 : 16
    writer.u8(random.oneIn(20) ? random.below(40) : length)
    writer.random(random, length)
    writer.u8(0)
  }
  const count = random.below(5)
  if (!flowSpec) prefixes(writer, random, version === 1 ? 32 : 128, count)
  else for (let i = 0; i < count; i++) rule(writer, random, version)
}

/** Components in the order of their types, except now and then. */
function rule(writer, random, version) {
  const long = random.oneIn(8)
  const at = writer.at
  measured(writer, random, long ? 2 : 1, () => {
    for (let type = 1; type <= 13; type++)
      if (random.oneIn(3)) component(writer, random, random.oneIn(60) ? random.below(16) : type, version)
  })
  if (long) writer.bytes[at] |= 0xf0
}

function component(writer, random, type, version) {
  writer.u8(type)
  if (type > 2) return operands(writer, random)
  const length = random.below(version === 1 ? 33 : 129)
  const offset = version === 2 && random.oneIn(3) ? random.below(length + 1) : 0
  writer.u8(length)
  if (version === 2) writer.u8(offset)
  writer.random(random, (length - offset + 7) >> 3)
}

function operands(writer, random) {
  for (let left = random.oneIn(30) ? random.below(100) : random.below(3); left >= 0; left--) {
    const exponent = random.oneIn(8) ? random.below(4) : random.below(2)
    const end = left === 0 && !random.oneIn(60) ? 0x80 : 0
    writer.u8(end | (exponent << 4) | (random.next() & 0x4f))
    writer.random(random, 1 << exponent)
  }
}

function notification(writer, random) {
  writer.u8(random.oneIn(2) ? 6 : random.below(10))
  writer.u8(random.below(12))
  if (random.oneIn(2)) measured(writer, random, 1, () => writer.random(random, random.below(40)))
}

function routeRefresh(writer, random) {
  writer.u16(1 + random.below(2))
  writer.u8(random.below(3))
  writer.u8(random.oneIn(2) ? 1 : 133)
}

const bodies = { 1: open, 2: update, 3: notification, 5: routeRefresh }
