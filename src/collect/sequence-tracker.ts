// Export sequence numbers: how many datagrams (or flows) of an exporter never arrived.

/** What one datagram said about those before it. */
export interface SequenceVerdict {
  /** Units missing between the expected number and this one. */
  lost: number
  /** 1 when the datagram came late: it had been counted as lost. */
  reordered: number
}

/** A jump of more than this is a restarted exporter, not a loss: nobody loses a million units between two datagrams. */
const restartJump = 1_000_000
/** A step back of at most this many units is a datagram that was overtaken. */
const reorderWindow = 10_000
const modulus = 0x1_0000_0000

// One verdict for the thread: it is read before the next datagram.
const verdict: SequenceVerdict = { lost: 0, reordered: 0 }

/** Follows one sequence (exporter, protocol, domain). Numbers are modulo 2³². */
export class SequenceTracker {
  #expected = -1

  /**
   * @param sequence number in the datagram
   * @param units how far the datagram moves the sequence, −1 when unknown: the next datagram then starts anew
   * @returns a verdict that is only valid until the next call
   */
  observe(sequence: number, units: number): SequenceVerdict {
    verdict.lost = 0
    verdict.reordered = 0
    const gap = this.#expected < 0 ? 0 : (sequence - this.#expected + modulus) % modulus
    if (gap > 0 && gap <= restartJump) verdict.lost = gap
    else if (gap >= modulus - reorderWindow) {
      verdict.reordered = 1
      return verdict
    }
    this.#expected = units < 0 ? -1 : (sequence + units) % modulus
    return verdict
  }
}
