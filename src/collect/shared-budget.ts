// A budget that all routers share, and maps that draw on it: when it is spent, whoever holds most gives something up.

/** What one holder has taken of a budget. */
export interface BudgetShare {
  /** Units held. */
  held: number
  /** Position among those who hold as many. */
  place: number
  /** Gives up at least one unit: what was not used for longest. Only called on a share that holds something. */
  readonly giveUp: () => void
}

/**
 * Units of something that takes memory. A new unit is never refused: where none is left, the share that holds most
 * gives one up, so that a router that floods others out of memory only ever floods itself. Every step costs the same
 * however many shares there are.
 */
export class SharedBudget {
  readonly limit: number
  /** Units held by all. */
  used = 0
  /** How often a share had to give up something. */
  evictions = 0
  /** The shares that hold exactly so many units; none is empty. */
  readonly #byHeld = new Map<number, BudgetShare[]>()
  #most = 0

  constructor(limit: number) {
    this.limit = limit
  }

  open(giveUp: () => void): BudgetShare {
    return { held: 0, place: 0, giveUp }
  }

  take(share: BudgetShare, units: number): void {
    for (let i = 0; i < units; i++) {
      if (this.used >= this.limit) this.#makeRoom()
      this.used++
      this.#move(share, share.held + 1)
    }
  }

  release(share: BudgetShare, units: number): void {
    for (let i = 0; i < units; i++) {
      this.used--
      this.#move(share, share.held - 1)
    }
  }

  #makeRoom(): void {
    // Units that are being taken for something not stored yet cannot be given up: the limit is exceeded by those few.
    const heaviest = this.#byHeld.get(this.#most)?.at(-1)
    if (heaviest === undefined) return
    this.evictions++
    heaviest.giveUp()
  }

  /** Changes by one at a time, so that the greatest number held is never further away than the next. */
  #move(share: BudgetShare, held: number): void {
    this.#leave(share)
    share.held = held
    if (held > 0) {
      const peers = this.#byHeld.get(held)
      if (peers === undefined) this.#byHeld.set(held, [share])
      share.place = peers === undefined ? 0 : peers.push(share) - 1
    }
    if (held > this.#most) this.#most = held
    else if (!this.#byHeld.has(this.#most)) this.#most = held
  }

  #leave(share: BudgetShare): void {
    const peers = this.#byHeld.get(share.held)
    const last = peers?.pop()
    if (peers === undefined || last === undefined) return
    if (last !== share) {
      last.place = share.place
      peers[share.place] = last
    }
    if (peers.length === 0) this.#byHeld.delete(share.held)
  }
}

/** A map whose entries each take a unit of a budget. In insertion order, like any map. */
export class BudgetedMap<V> extends Map<number, V> {
  readonly #budget: SharedBudget
  readonly #share: BudgetShare

  constructor(budget: SharedBudget, share: BudgetShare) {
    super()
    this.#budget = budget
    this.#share = share
  }

  override set(key: number, value: V): this {
    // Room is made before the entry is there, so that it is not itself what gives way.
    if (!this.has(key)) this.#budget.take(this.#share, 1)
    return super.set(key, value)
  }

  override delete(key: number): boolean {
    const existed = super.delete(key)
    if (existed) this.#budget.release(this.#share, 1)
    return existed
  }

  override clear(): void {
    this.#budget.release(this.#share, this.size)
    super.clear()
  }
}
