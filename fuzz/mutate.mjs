// Damages bytes as the network, a broken exporter or an attacker would: flips, insertions, deletions, cuts, splices and
// the integers at which length checks go wrong.

const interesting8 = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 31, 32, 63, 64, 127, 128, 254, 255]
const interesting16 = [
  0, 1, 2, 3, 4, 5, 8, 9, 10, 16, 20, 21, 22, 34, 48, 50, 255, 256, 257, 258, 1001, 1003, 1472, 0x0800, 0x86dd, 0x8100, 0x8847, 0x7fff,
  0x8000, 0xfffe, 0xffff,
]
const interesting32 = [0, 1, 2, 3, 4, 5, 256, 0xffff, 0x10000, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff]

/**
 * Damages the input that is being written (from its start to `writer.at`), a few times over.
 * @param other bytes of which a piece may be spliced in
 */
export function mutate(writer, random, other) {
  const start = writer.starts[writer.count]
  const times = random.oneIn(4) ? 1 + random.below(8) : 1 + random.below(2)
  for (let i = 0; i < times; i++) {
    if (writer.at === start) return
    operations[random.below(operations.length)](writer, random, start, other)
  }
}

function position(writer, random, start) {
  const length = writer.at - start
  // Headers decide about everything behind them: half of all damage is done there.
  return start + random.below(random.oneIn(2) ? Math.min(length, 64) : length)
}

function flip(writer, random, start) {
  writer.bytes[position(writer, random, start)] ^= 1 << random.below(8)
}

function setByte(writer, random, start) {
  writer.bytes[position(writer, random, start)] = random.oneIn(2) ? random.pick(interesting8) : random.next()
}

function set16(writer, random, start) {
  const at = position(writer, random, start)
  if (writer.at - at < 2) return
  // Mostly near the end of what is there: off by one is what bounds checks get wrong.
  const value = random.oneIn(3) ? writer.at - at - 3 + random.below(6) : random.pick(interesting16)
  writer.u16At(at, value)
}

function set32(writer, random, start) {
  const at = position(writer, random, start)
  if (writer.at - at < 4) return
  const value = random.oneIn(3) ? writer.at - at - 6 + random.below(12) : random.pick(interesting32)
  writer.u32At(at, value)
}

function add(writer, random, start) {
  writer.bytes[position(writer, random, start)] += random.below(9) - 4
}

function truncate(writer, random, start) {
  const length = writer.at - start
  writer.at = random.oneIn(2) ? start + random.below(length + 1) : writer.at - Math.min(length, 1 + random.below(8))
}

function remove(writer, random, start) {
  const at = position(writer, random, start)
  const length = Math.min(writer.at - at, 1 + random.below(random.oneIn(3) ? 64 : 8))
  writer.bytes.copyWithin(at, at + length, writer.at)
  writer.at -= length
}

/** Repeats what stands somewhere, or puts in noise. */
function insert(writer, random, start) {
  const at = position(writer, random, start)
  const length = Math.min(writer.at - at, 1 + random.below(random.oneIn(3) ? 64 : 8))
  writer.bytes.copyWithin(at + length, at, writer.at)
  if (random.oneIn(2)) for (let i = 0; i < length; i++) writer.bytes[at + i] = random.next()
  writer.at += length
}

function splice(writer, random, start, other) {
  if (other.length === 0) return
  const at = position(writer, random, start)
  const from = random.below(other.length)
  const length = Math.min(other.length - from, 1500)
  writer.bytes.set(other.subarray(from, from + length), at)
  writer.at = at + length
}

/** Writes a piece over another: lengths then stand where other lengths stood. */
function copyOver(writer, random, start) {
  const from = position(writer, random, start)
  const to = position(writer, random, start)
  const length = Math.min(writer.at - Math.max(from, to), 1 + random.below(16))
  writer.bytes.copyWithin(to, from, from + length)
}

const operations = [flip, flip, setByte, set16, set16, set32, add, truncate, remove, insert, splice, copyOver]
