// Traffic of each router by direction and by interface since the process began, from what the threads tell.
import type { TrafficGrowth } from './messages.ts'
import { interfaceRow, otherInterfaces, sumsOfInterface, sumsOfRouter } from './traffic-period.ts'

interface TrafficLimits {
  /** Routers with sums of their own; the rest is summed. */
  readonly routers: number
  /** Interfaces with sums of their own, of one router and of all; the rest of each router is summed. */
  readonly interfacesOfRouter: number
  readonly interfaces: number
}

/** 10 000 interfaces are 60 000 lines for Prometheus, 10 MB. */
const trafficLimits: TrafficLimits = { routers: 1000, interfacesOfRouter: 1024, interfaces: 10_000 }

/** Sums as traffic-period.ts lays them out; they only grow. */
export interface RouterTraffic {
  readonly directions: Float64Array
  /** By ifIndex, and by `otherInterfaces` those without sums of their own. */
  readonly interfaces: ReadonlyMap<number, Float64Array>
}

interface Sums extends RouterTraffic {
  readonly interfaces: Map<number, Float64Array>
}

export class TrafficTotals {
  readonly #limits: TrafficLimits
  #registered: ReadonlySet<string> = new Set()
  readonly #routers = new Map<string, Sums>()
  #interfaces = 0
  #others: Sums | undefined

  constructor(limits: TrafficLimits = trafficLimits) {
    this.#limits = limits
  }

  /** Makes room for the registered routers, and forgets those that are registered no more. */
  register(addresses: Iterable<string>): void {
    this.#registered = new Set(addresses)
    for (const [address, { interfaces }] of this.#routers) {
      if (this.#registered.has(address)) continue
      this.#routers.delete(address)
      this.#interfaces -= ownRows(interfaces)
    }
    for (const address of this.#registered) this.#ownSums(address)
  }

  /** Adds what a thread has told. What is on its way of a router that was just removed is of no use. */
  add({ routers, directions, interfaces }: TrafficGrowth): void {
    const sums = routers.map((address) => (this.#registered.has(address) ? this.#sumsOf(address) : undefined))
    for (const [router, of] of sums.entries()) if (of !== undefined) addTo(of.directions, directions, router * sumsOfRouter)
    for (let row = 0; row < interfaces.length; row += interfaceRow) {
      const of = sums[interfaces[row]]
      if (of !== undefined) addTo(this.#interfaceSums(of, interfaces[row + 1]), interfaces, row + 2)
    }
  }

  #sumsOf(address: string): Sums {
    return this.#ownSums(address) ?? (this.#others ??= emptySums())
  }

  /** Undefined when there are too many routers. */
  #ownSums(address: string): Sums | undefined {
    const known = this.#routers.get(address)
    if (known !== undefined || this.#routers.size >= this.#limits.routers) return known
    const sums = emptySums()
    this.#routers.set(address, sums)
    return sums
  }

  #interfaceSums(of: Sums, ifIndex: number): Float64Array {
    const known = of.interfaces.get(ifIndex)
    if (known !== undefined) return known
    const own = ifIndex !== otherInterfaces
    if (own && !this.#hasRoom(of)) return this.#interfaceSums(of, otherInterfaces)
    const sums = new Float64Array(sumsOfInterface)
    of.interfaces.set(ifIndex, sums)
    if (own) this.#interfaces++
    return sums
  }

  #hasRoom(of: Sums): boolean {
    const { interfacesOfRouter, interfaces } = this.#limits
    return of !== this.#others && ownRows(of.interfaces) < interfacesOfRouter && this.#interfaces < interfaces
  }

  /** By address. */
  routers(): ReadonlyMap<string, RouterTraffic> {
    return this.#routers
  }

  /** Of all routers without sums of their own; undefined where there is none. */
  others(): RouterTraffic | undefined {
    return this.#others
  }
}

function ownRows(interfaces: ReadonlyMap<number, Float64Array>): number {
  return interfaces.has(otherInterfaces) ? interfaces.size - 1 : interfaces.size
}

function emptySums(): Sums {
  return { directions: new Float64Array(sumsOfRouter), interfaces: new Map() }
}

function addTo(sums: Float64Array, added: Float64Array, at: number): void {
  for (let index = 0; index < sums.length; index++) sums[index] = sums[index] + added[at + index]
}
