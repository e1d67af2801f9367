// What the main thread keeps of exporters beside the ledger: interface counters, interface names, who has fallen silent.
import type { CounterRates, InterfaceFacts, InterfaceGrowth, InterfaceName } from '../contract/exporter-health.ts'
import { InterfaceMonitor } from './interface-monitor.ts'
import type { CountersMessage, ExporterMemory } from './messages.ts'
import { Silence } from './silence.ts'

/** Interface names of a router, as many as a collector thread passes on. */
const maxNamesPerRouter = 4096

const unnamed: InterfaceName = { name: '', description: '' }

export class ExporterWatch {
  readonly #monitor = new InterfaceMonitor()
  readonly #names = new Map<string, Map<number, InterfaceName>>()
  readonly #silence = new Map<string, Silence>()

  noteCounters({ routers }: CountersMessage, isRegistered: (router: string) => boolean): void {
    // A thread may not have heard yet that a router is registered no more.
    for (const { router, samples } of routers) if (isRegistered(router)) for (const sample of samples) this.#monitor.note(router, sample)
  }

  noteMemory(memory: ExporterMemory): void {
    if (memory.kind !== 'interface') return
    let names = this.#names.get(memory.exporter)
    if (names === undefined) this.#names.set(memory.exporter, (names = new Map()))
    if (names.size >= maxNamesPerRouter && !names.has(memory.id)) return
    names.set(memory.id, { name: memory.name, description: memory.description })
  }

  /** @param lastSeen milliseconds since 1970 */
  noteSeen(router: string, lastSeen: number): void {
    let silence = this.#silence.get(router)
    if (silence === undefined) this.#silence.set(router, (silence = new Silence()))
    silence.note(lastSeen)
  }

  isSilent(router: string, now: number): boolean {
    return this.#silence.get(router)?.isSilent(now) ?? false
  }

  /** Forgets the routers that are not among these. */
  keep(routers: ReadonlySet<string>): void {
    this.#monitor.keep(routers)
    for (const known of [this.#names, this.#silence]) for (const router of known.keys()) if (!routers.has(router)) known.delete(router)
  }

  interfaceNames(router: string): ReadonlyMap<number, InterfaceName> {
    return this.#names.get(router) ?? new Map()
  }

  interfaces(router: string): InterfaceFacts[] {
    const names = this.interfaceNames(router)
    const facts = new Map<number, InterfaceFacts>()
    for (const [ifIndex, name] of names) facts.set(ifIndex, { ifIndex, ...name, speed: null, updated: null })
    for (const { ifIndex, speed, at } of this.#monitor.latest(router))
      facts.set(ifIndex, { ifIndex, ...(names.get(ifIndex) ?? unnamed), speed: speed === 0 ? null : speed, updated: at })
    return [...facts.values()].sort((a, b) => a.ifIndex - b.ifIndex)
  }

  counterRates(router: string, from: number, to: number): ReadonlyMap<number, CounterRates> {
    return this.#monitor.rates(router, from, to)
  }

  takeGrowth(): InterfaceGrowth[] {
    return this.#monitor.take()
  }

  counters(): { refused: number; resets: number } {
    return { refused: this.#monitor.refused, resets: this.#monitor.resets }
  }
}
