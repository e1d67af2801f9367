// Follows the interface counters of all routers in the main thread: rates over the last minutes, and what is to be kept.
import type { CounterRates, InterfaceGrowth } from '../contract/exporter-health.ts'
import { counterGrowth, counterNames, inOctets, outOctets, type InterfaceSample } from './interface-counters.ts'

/** Caps: 1024 interfaces a router (a chassis with room), 16 384 in all (about 30 MB when every one has all its points). */
export const maxInterfacesPerRouter = 1024
export const maxInterfaces = 16_384
/** Points of an interface: at least 15 s apart, for two windows of five minutes and the two minutes until they are looked at. */
const pointEveryMs = 15_000
const pointsForMs = 12 * 60_000

/** Octets since the first sample, wraps undone. */
interface Point {
  readonly at: number
  readonly in: number
  readonly out: number
}

interface Followed {
  last: InterfaceSample
  points: Point[]
  in: number
  out: number
  /** Growth that has not been kept yet, by `counterNames`, and since when. */
  readonly grown: number[]
  grownSince: number
}

export class InterfaceMonitor {
  readonly #routers = new Map<string, Map<number, Followed>>()
  #count = 0
  /** Interfaces that were not followed because a cap was reached. */
  refused = 0
  /** Counters that were set back. */
  resets = 0

  note(router: string, sample: InterfaceSample): void {
    const followed = this.#routers.get(router)?.get(sample.ifIndex)
    if (followed === undefined) this.#follow(router, sample)
    else if (sample.at > followed.last.at) this.#advance(followed, sample)
  }

  #follow(router: string, sample: InterfaceSample): void {
    let interfaces = this.#routers.get(router)
    if (this.#count >= maxInterfaces || (interfaces?.size ?? 0) >= maxInterfacesPerRouter) {
      this.refused++
      return
    }
    if (interfaces === undefined) this.#routers.set(router, (interfaces = new Map()))
    this.#count++
    const { at } = sample
    interfaces.set(sample.ifIndex, {
      last: sample,
      points: [{ at, in: 0, out: 0 }],
      in: 0,
      out: 0,
      grown: counterNames.map(() => 0),
      grownSince: at,
    })
  }

  #advance(followed: Followed, sample: InterfaceSample): void {
    const growth = counterGrowth(followed.last, sample)
    const grownIn = growth[inOctets] ?? Number.NaN
    const grownOut = growth[outOctets] ?? Number.NaN
    followed.last = sample
    for (const [index, value] of growth.entries()) if (!Number.isNaN(value)) followed.grown[index] = (followed.grown[index] ?? 0) + value
    if (Number.isNaN(grownIn) || Number.isNaN(grownOut)) {
      this.resets++
      // What lies before cannot be compared with what follows.
      followed.points = []
    } else {
      followed.in += grownIn
      followed.out += grownOut
    }
    this.#addPoint(followed, { at: sample.at, in: followed.in, out: followed.out })
  }

  #addPoint({ points }: Followed, point: Point): void {
    // The newest point moves on until it is far enough from the one before.
    const before = points.at(-2)
    if (before !== undefined && point.at - before.at < pointEveryMs) points.pop()
    points.push(point)
    while (points.length > 2 && point.at - (points[1]?.at ?? point.at) > pointsForMs) points.shift()
  }

  /** Forgets the routers that are not among these. */
  keep(routers: ReadonlySet<string>): void {
    for (const [router, interfaces] of this.#routers) {
      if (routers.has(router)) continue
      this.#count -= interfaces.size
      this.#routers.delete(router)
    }
  }

  /** The last counters of each interface of a router. */
  latest(router: string): InterfaceSample[] {
    return [...(this.#routers.get(router)?.values() ?? [])].map(({ last }) => last)
  }

  /**
   * Bits a second of each interface of a router between two times, milliseconds since 1970. Where counters came for
   * less than half of it there is no answer; otherwise the part that they cover stands for the whole.
   */
  rates(router: string, from: number, to: number): Map<number, CounterRates> {
    const rates = new Map<number, CounterRates>()
    for (const [ifIndex, { points }] of this.#routers.get(router) ?? []) {
      const rate = rateBetween(points, from, to)
      if (rate !== undefined) rates.set(ifIndex, rate)
    }
    return rates
  }

  /** How much the counters have grown since this was last called; to be kept as history. */
  take(): InterfaceGrowth[] {
    const taken: InterfaceGrowth[] = []
    for (const [router, interfaces] of this.#routers) {
      for (const followed of interfaces.values()) {
        const { last, grown, grownSince } = followed
        if (last.at === grownSince) continue
        // fromEntries forgets the keys; counterNames are all of them.
        const counters = Object.fromEntries(counterNames.map((name, index) => [name, grown[index] ?? 0])) as InterfaceGrowth['counters']
        taken.push({ router, ifIndex: last.ifIndex, speed: last.speed, status: last.status, from: grownSince, to: last.at, counters })
        grown.fill(0)
        followed.grownSince = last.at
      }
    }
    return taken
  }
}

function rateBetween(points: readonly Point[], from: number, to: number): CounterRates | undefined {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return undefined
  const start = Math.max(from, first.at)
  const end = Math.min(to, last.at)
  if (end - start < (to - from) / 2) return undefined
  const a = at(points, start)
  const b = at(points, end)
  const bits = (octets: number) => (octets * 8 * 1000) / (end - start)
  return { in: bits(b.in - a.in), out: bits(b.out - a.out) }
}

/** The counters at a time between the first and the last point, as if they grew evenly from point to point. */
function at(points: readonly Point[], time: number): Point {
  const index = points.findIndex((point) => point.at >= time)
  const after = points[index]
  const before = points[index - 1] ?? after
  if (after === undefined || before === undefined) throw new Error('a time outside of the points was asked for')
  if (after.at === before.at) return after
  const share = (time - before.at) / (after.at - before.at)
  return { at: time, in: before.in + (after.in - before.in) * share, out: before.out + (after.out - before.out) * share }
}
