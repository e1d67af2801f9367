// Flow datagrams that reached this machine and not the collectors, by who sent them and where to. Bounded: who was silent
// longest is forgotten.
import type { StrayDatagrams } from '../../contract/router-check.ts'
import { protocolBit, protocolNames } from '../protocol-bits.ts'
import type { Destination } from './listener-set.ts'
import type { StrayDatagram } from './stray-datagram.ts'

/** Of each of the two tables. */
const maxEntries = 256
const lifetimeMs = 60_000
/** Threads tell once a second who has sent; a busy one is late. */
const patienceMs = 3000
/** A collector's clock reading may be a little before the packet's, which is the kernel's. */
const clockMs = 1000

interface Entry {
  readonly first: StrayDatagram
  readonly destination: Destination
  lastAt: number
  datagrams: number
}

export interface StrayTableDependencies {
  readonly now: () => number
  /** When the collectors last received from this sender or sFlow agent, ms since 1970; 0 for never. */
  readonly lastHeard: (address: string) => number
}

export class StrayTable {
  readonly #deps: StrayTableDependencies
  /** To where nobody listens. */
  readonly #astray = new Map<string, Entry>()
  /** To our listeners: strays when the collectors never receive them. */
  readonly #awaited = new Map<string, Entry>()

  constructor(deps: StrayTableDependencies) {
    this.#deps = deps
  }

  note(datagram: StrayDatagram, destination: Destination): void {
    const entries = destination === 'socket' ? this.#awaited : this.#astray
    const key = `${datagram.source} ${datagram.address} ${datagram.port}`
    const known = entries.get(key)
    if (known === undefined) {
      if (entries.size >= maxEntries) forgetOldest(entries)
    } else entries.delete(key)
    // Deleted and set again: the map's order is then the order of last sight.
    const entry = known ?? { first: datagram, destination, lastAt: datagram.at, datagrams: 0 }
    entries.set(key, entry)
    entry.lastAt = datagram.at
    entry.datagrams++
  }

  /** Those of the last minute, the latest first. */
  strays(): StrayDatagrams[] {
    const now = this.#deps.now()
    for (const entries of [this.#astray, this.#awaited])
      for (const [key, entry] of entries) if (now - entry.lastAt > lifetimeMs) entries.delete(key)
    for (const [key, entry] of this.#awaited) if (this.#isHeard(entry)) this.#awaited.delete(key)
    const blocked = [...this.#awaited.values()].filter((entry) => now - entry.first.at >= patienceMs)
    return [...this.#astray.values(), ...blocked].sort((a, b) => b.lastAt - a.lastAt).map(describe)
  }

  #isHeard({ first }: Entry): boolean {
    const heard = Math.max(this.#deps.lastHeard(first.source), first.agent === null ? 0 : this.#deps.lastHeard(first.agent))
    return heard >= first.at - clockMs
  }
}

function forgetOldest(entries: Map<string, Entry>): void {
  for (const key of entries.keys()) {
    entries.delete(key)
    return
  }
}

function describe({ first, destination, datagrams }: Entry): StrayDatagrams {
  const { source, address, port } = first
  const [protocol = 'unknown'] = protocolNames(protocolBit(first.protocol))
  return { source, address, port, protocol, datagrams, reason: destination === 'socket' ? 'blocked' : destination }
}
