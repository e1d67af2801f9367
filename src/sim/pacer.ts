// Says how much may be sent now, so that a rate is kept without bursts.

/** Longest burst, in ms worth of the rate. */
const longestBurst = 5
/** After a pause of the process the backlog is made up for at this multiple of the rate. */
const catchUp = 1.5

/** Paces by units (records). Times are ms of any clock that does not go back. */
export class Pacer {
  private readonly together: number
  private readonly perMillisecond: number
  private readonly start: number
  private last: number
  private sent = 0

  /**
   * @param rate units a second; Infinity sends as fast as possible
   * @param together units that can only go together (the records of a datagram): so many are let go at once however low the rate
   */
  constructor(rate: number, now: number, together = 0) {
    this.together = together
    this.perMillisecond = rate / 1000
    this.start = now
    this.last = now - 1
  }

  /** Units that may be sent now. Count what was sent of them with `took`. */
  allowance(now: number): number {
    if (this.perMillisecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const passed = Math.min(now - this.last, longestBurst)
    this.last = now
    const due = (now - this.start + 1) * this.perMillisecond - this.sent
    const burst = Math.min(passed * catchUp, longestBurst) * this.perMillisecond
    return Math.max(0, Math.min(due, Math.max(burst, this.together)))
  }

  took(units: number): void {
    this.sent += units
  }
}
