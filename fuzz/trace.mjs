// A running sum over everything that a decoder reports, so that two runs of one input can be compared at no cost.

export class Trace {
  sum = 0

  /** Mixes in a number; both its halves count, and what is not a number counts as that. */
  add(value) {
    const low = value | 0
    const high = value === low ? 0 : Math.floor(value / 0x1_0000_0000) | 0
    this.sum = Math.imul(this.sum ^ low, 0x01000193) ^ Math.imul(high + 0x9e37, 0x85ebca6b)
  }

  bytes(bytes, start, end) {
    for (let i = start; i < end; i++) this.sum = Math.imul(this.sum ^ bytes[i], 0x01000193)
    this.add(end - start)
  }

  text(text) {
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i))
  }
}
