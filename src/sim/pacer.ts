// Says how much may be sent now, so that a rate is kept without bursts.

/** Longest burst, in ms worth of the rate. */
const longestBurst = 5
/** After a pause of the process the backlog is made up for at this multiple of the rate. */
const catchUp = 1.5

/** Paces by units (records). Times are ms of any clock that does not go back. */
export class Pacer {
  private readonly perMillisecond: number
  private readonly start: number
  private last: number
  private sent = 0

  /** @param rate units a second; Infinity sends as fast as possible */
  constructor(rate: number, now: number) {
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
    return Math.max(0, Math.min(due, passed * catchUp * this.perMillisecond, longestBurst * this.perMillisecond))
  }

  took(units: number): void {
    this.sent += units
  }
}
