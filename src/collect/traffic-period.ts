// Traffic of each router by direction and by interface since it was last taken: sums in one array, nothing is made for a flow.
import type { FlowBatch } from '../contract/flow-batch.ts'
import { direction } from '../contract/flow-columns.ts'
import type { TrafficGrowth } from './messages.ts'

/** Bytes, packets and flows; sampling is applied to the first two. */
export const sumsEach = 3
/** Three of each direction, by its code. */
export const sumsOfRouter = Object.keys(direction).length * sumsEach
/** What came in by the interface, then what went out by it. */
export const sumsOfInterface = 2 * sumsEach
/** Numbers of an interface in a message: position of its router, ifIndex, sums. */
export const interfaceRow = 2 + sumsOfInterface
/** Stands as ifIndex for those of a router that found no room. */
export const otherInterfaces = -1

/** Interfaces that have sums of their own between two looks: of all routers, so that memory is bounded (2^14 × 72 bytes), … */
const mostInterfaces = 16_384
/** … and of one router, so that none takes the room of the others. */
export const mostInterfacesAtOnce = 1024
/** Slots of the hash table, half of them used at the most. */
const slotBits = 15
const slotMask = 2 ** slotBits - 1
/** 2^32 divided by the golden ratio: numbers that are near each other end far apart. */
const spread = 0x9e3779b1

const word = 0x1_0000_0000
/** The sums of a router, then those of its interfaces that found no room. */
const routerStride = sumsOfRouter + sumsOfInterface

export class TrafficPeriod {
  /** Of the rows that were counted last. */
  bytes = 0
  packets = 0
  /** Number of each router by its address, from 1. */
  readonly #routers = new Map<string, number>()
  /** Where the sums of each router begin, and how many interfaces it has. */
  readonly #routerAt: number[] = [0]
  readonly #routerInterfaces: number[] = [0]
  // Of each slot: its interface as number of the router × 2^32 + ifIndex, 0 for none, and where the sums are.
  readonly #keys = new Float64Array(slotMask + 1)
  readonly #at = new Uint32Array(slotMask + 1)
  /** Slots in use. */
  readonly #used: number[] = []
  #sums = new Float64Array(4096)
  #length = 0

  /**
   * Counts rows `from` to `to` − 1, which belong to one router and have sampling and direction. About 15 ns a row: it looks
   * for each interface in the slot where it is likely to be before it calls anything.
   */
  count(address: string, batch: FlowBatch, from: number, to: number): void {
    const router = this.#routers.get(address) ?? this.#addRouter(address)
    const begin = this.#routerAt[router]
    const { bytes, packets, sampling_rate: rates, direction: directions, in_if: inputs, out_if: outputs } = batch.columns
    const base = router * word
    const keys = this.#keys
    const places = this.#at
    let sums = this.#sums
    let allBytes = 0
    let allPackets = 0
    for (let row = from, w = from * 2; row < to; row++, w += 2) {
      const rate = rates[row]
      const flowBytes = (bytes[w + 1] * word + bytes[w]) * rate
      const flowPackets = (packets[w + 1] * word + packets[w]) * rate
      let slot = slotOf(router, inputs[row])
      let input = places[slot]
      if (keys[slot] !== base + inputs[row]) {
        input = this.#interfaceAt(slot, router, inputs[row])
        sums = this.#sums
      }
      slot = slotOf(router, outputs[row])
      let output = places[slot]
      if (keys[slot] !== base + outputs[row]) {
        output = this.#interfaceAt(slot, router, outputs[row])
        sums = this.#sums
      }
      add(sums, begin + directions[row] * sumsEach, flowBytes, flowPackets)
      add(sums, input, flowBytes, flowPackets)
      add(sums, output + sumsEach, flowBytes, flowPackets)
      allBytes += flowBytes
      allPackets += flowPackets
    }
    this.bytes = allBytes
    this.packets = allPackets
  }

  #addRouter(address: string): number {
    const number = this.#routerAt.length
    this.#routers.set(address, number)
    this.#routerAt.push(this.#allot(routerStride))
    this.#routerInterfaces.push(0)
    return number
  }

  /** Where the sums of an interface are, whose slot is this one or one behind it; those of its router's others when there is no room. */
  #interfaceAt(first: number, router: number, ifIndex: number): number {
    const key = router * word + ifIndex
    let slot = first
    while (this.#keys[slot] !== 0) {
      if (this.#keys[slot] === key) return this.#at[slot]
      slot = (slot + 1) & slotMask
    }
    const isFull = this.#routerInterfaces[router] === mostInterfacesAtOnce || this.#used.length === mostInterfaces
    if (isFull) return this.#routerAt[router] + sumsOfRouter
    this.#routerInterfaces[router]++
    this.#used.push(slot)
    this.#keys[slot] = key
    return (this.#at[slot] = this.#allot(sumsOfInterface))
  }

  #allot(length: number): number {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#sums.length) {
      const larger = new Float64Array(this.#sums.length * 2)
      larger.set(this.#sums)
      this.#sums = larger
    }
    return at
  }

  /** Takes the sums and forgets them; undefined when nothing came. */
  take(): TrafficGrowth | undefined {
    if (this.#routers.size === 0) return undefined
    const growth = { routers: [...this.#routers.keys()], directions: this.#directions(), interfaces: this.#interfaceRows() }
    this.#routers.clear()
    this.#routerAt.length = 1
    this.#routerInterfaces.length = 1
    for (const slot of this.#used) this.#keys[slot] = 0
    this.#used.length = 0
    this.#sums.fill(0, 0, this.#length)
    this.#length = 0
    return growth
  }

  #directions(): Float64Array<ArrayBuffer> {
    const sums = new Float64Array(this.#routers.size * sumsOfRouter)
    for (const router of this.#routers.values()) {
      const at = this.#routerAt[router]
      sums.set(this.#sums.subarray(at, at + sumsOfRouter), (router - 1) * sumsOfRouter)
    }
    return sums
  }

  #interfaceRows(): Float64Array<ArrayBuffer> {
    const crowded = [...this.#routers.values()].filter((router) => this.#hasOthers(router))
    const rows = new Float64Array((this.#used.length + crowded.length) * interfaceRow)
    let to = 0
    const write = (router: number, ifIndex: number, at: number): void => {
      rows[to] = router - 1
      rows[to + 1] = ifIndex
      rows.set(this.#sums.subarray(at, at + sumsOfInterface), to + 2)
      to += interfaceRow
    }
    for (const slot of this.#used) write(Math.floor(this.#keys[slot] / word), this.#keys[slot] % word, this.#at[slot])
    for (const router of crowded) write(router, otherInterfaces, this.#routerAt[router] + sumsOfRouter)
    return rows
  }

  #hasOthers(router: number): boolean {
    const at = this.#routerAt[router] + sumsOfRouter
    return this.#sums[at + 2] > 0 || this.#sums[at + sumsEach + 2] > 0
  }
}

function slotOf(router: number, ifIndex: number): number {
  return Math.imul(ifIndex + Math.imul(router, spread), spread) >>> (32 - slotBits)
}

function add(sums: Float64Array, at: number, bytes: number, packets: number): void {
  sums[at] += bytes
  sums[at + 1] += packets
  sums[at + 2] += 1
}
