// Clean traffic of a busy network by the second: a day's curve, grain, short bursts, a backup each night, a flash crowd.
import { dailyLoad } from './daily-load.ts'

export interface BusyDayConfig {
  readonly seed?: number
  /** Bits a second at the busiest hour, without what follows. */
  readonly bits?: number
  /** Each night from 2:00 to 3:10 UTC so much on top. */
  readonly backupBits?: number
  /** On the first day at 19:00 UTC traffic grows to so many times within five minutes, and falls back over an hour. */
  readonly crowdFactor?: number
}

const daySeconds = 86_400
const hour = 3600
const backup = { from: 2 * hour, to: 3 * hour + 600 }
const crowd = { from: 19 * hour, rise: 300, fall: hour }
/** Mean size of a packet in bits: 900 bytes. */
const packetBits = 7200

/** A number from 0 to 1 that looks random and is the same for the same second and seed. */
function dice(second: number, seed: number): number {
  let mixed = Math.imul(second ^ (seed << 16), 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
}

export class BusyDay {
  readonly #config: Required<BusyDayConfig>
  readonly #start: number

  /** @param start first second of the first day, seconds since 1970 at midnight UTC */
  constructor(start: number, config: BusyDayConfig = {}) {
    this.#start = start
    this.#config = { seed: 1, bits: 2e9, backupBits: 600e6, crowdFactor: 2.5, ...config }
  }

  /** Traffic of one second. */
  at(second: number): { readonly bits: number; readonly packets: number } {
    const { bits, seed } = this.#config
    const time = second - this.#start
    // Of the sum of three dice the deviation is 0.5: 8 % of grain from second to second.
    const grain = 1 + 0.16 * (dice(second, seed) + dice(second, seed + 1) + dice(second, seed + 2) - 1.5)
    const clean = bits * dailyLoad(second * 1000) * this.#crowd(time) + this.#backup(((time % daySeconds) + daySeconds) % daySeconds)
    const total = clean * grain * this.#burst(second)
    return { bits: total, packets: total / (packetBits * (0.9 + 0.2 * dice(second, seed + 3))) }
  }

  #backup(time: number): number {
    return time >= backup.from && time < backup.to ? this.#config.backupBits : 0
  }

  #crowd(time: number): number {
    const since = time - crowd.from
    const most = this.#config.crowdFactor - 1
    if (since < 0 || since > crowd.rise + crowd.fall) return 1
    return 1 + most * (since < crowd.rise ? since / crowd.rise : 1 - (since - crowd.rise) / crowd.fall)
  }

  /** Somebody fetches something large: now and then, for ten seconds, half as much again. */
  #burst(second: number): number {
    return dice(Math.floor(second / 10), this.#config.seed + 4) < 0.01 ? 1.5 : 1
  }
}
