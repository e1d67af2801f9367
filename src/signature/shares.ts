// Shares of packets with the 95 % interval of Wilson, which holds also near 0 and 1 and with few packets.
import type { Share } from '../contract/signature.ts'

/** 97.5 % quantile of the normal distribution: 95 % lie between both ends. */
const quantile = 1.96

/** Of packets that stand for different numbers of others. */
interface WeightedShare {
  readonly share: number
  /** Packets of equal weight that would tell as much. */
  readonly counted: number
}

/** @param weighted where hits / of is not the share, because packets were sampled at different rates */
export function shareOf(hits: number, of: number, { share, counted }: WeightedShare = { share: hits / of, counted: of }): Share {
  if (of === 0) return { hits, of, share: 0, low: 0, high: 1 }
  const z2 = (quantile * quantile) / counted
  const center = (share + z2 / 2) / (1 + z2)
  const half = (quantile * Math.sqrt((share * (1 - share)) / counted + z2 / (4 * counted))) / (1 + z2)
  // At its ends the interval reaches 0 and 1 exactly; rounding would leave it a hair off.
  return { hits, of, share, low: hits === 0 ? 0 : Math.max(0, center - half), high: hits === of ? 1 : Math.min(1, center + half) }
}

/** Adds up packets and their weights, of which some are hits. */
export class ShareMeter {
  /** Packets, or what else is counted of them. */
  #of = 0
  #hits = 0
  #weights = 0
  #hitWeights = 0
  /** Of the packets, whatever is counted of them: they are what is independent. */
  #packetWeights = 0
  #squares = 0

  /**
   * @param weight packets that it stands for
   * @param amount what is counted of it: 1, or its bytes
   */
  add(isHit: boolean, weight: number, amount = 1): void {
    this.#of += amount
    this.#weights += amount * weight
    this.#packetWeights += weight
    this.#squares += weight * weight
    if (!isHit) return
    this.#hits += amount
    this.#hitWeights += amount * weight
  }

  get share(): Share {
    if (this.#weights === 0) return shareOf(0, 0)
    const counted = (this.#packetWeights * this.#packetWeights) / this.#squares
    return shareOf(this.#hits, this.#of, { share: this.#hitWeights / this.#weights, counted })
  }
}
