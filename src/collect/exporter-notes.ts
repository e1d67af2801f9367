// What a thread notes of an exporter beside its flows: interface counters, names, what it dropped, what was not understood.
import type { ApplicationName, VrfName } from '../contract/exporter-health.ts'
import { skippedFormatText, type SkippedFormat } from './skipped-formats.ts'
import { copySample, createInterfaceSample, takeCounters, type InterfaceSample } from './interface-counters.ts'
import { maxInterfaces, maxInterfacesPerRouter } from './interface-monitor.ts'
import { DeviceCounters } from './device-counters.ts'
import type { SflowEthernetCounters, SflowInterfaceCounters } from '../wire/sflow-counters.ts'
import type { SflowSkipped } from '../wire/sflow-sample.ts'
import type { NameKind, ToldName } from './told-names.ts'

/** Names of one exporter: interfaces of a large chassis with their VLANs; VRFs; NBAR knows some 1500 applications. */
const maxNames: Readonly<Record<NameKind, number>> = { interface: 4096, vrf: 1024, application: 4096 }
/** Reasons of drops and formats that are told apart; all others of an exporter are counted as one. */
const maxReasons = 128
const maxFormats = 32
/** What stands for the others: no reason or format has this number. */
export const otherReason = -1

/** What a thread keeps of all exporters together; a name takes some 200 bytes. */
export interface NotesRoom {
  interfaces: number
  /** Interfaces with Ethernet counters. */
  ethernet: number
  names: number
}

interface NotedSample {
  readonly sample: InterfaceSample
  isNew: boolean
}

interface NotedName {
  readonly told: ToldName
  readonly text: string
  toldAt: number
}

export class ExporterNotes {
  readonly #room: NotesRoom
  readonly device = new DeviceCounters()
  readonly #samples = new Map<number, NotedSample>()
  readonly #names = new Map<string, NotedName>()
  readonly #nameCounts: Record<NameKind, number> = { interface: 0, vrf: 0, application: 0 }
  readonly #drops = new Map<number, number>()
  readonly #skipped = new Map<string, SkippedFormat>()
  // Most agents repeat one format in every sample: it costs no look-up.
  #lastSkipped: SkippedFormat = { what: 'sample', format: otherReason, count: 0 }
  /** Interfaces and names that found no room. */
  refused = 0

  constructor(room: NotesRoom) {
    this.#room = room
  }

  noteCounters(counters: SflowInterfaceCounters, at: number, uptimeMs: number): void {
    if (counters.ifIndex === 0) return
    let noted = this.#samples.get(counters.ifIndex)
    if (noted === undefined) {
      if (this.#samples.size >= maxInterfacesPerRouter || this.#room.interfaces <= 0) {
        this.refused++
        return
      }
      this.#room.interfaces--
      this.#samples.set(counters.ifIndex, (noted = { sample: createInterfaceSample(), isNew: true }))
    }
    takeCounters(counters, noted.sample)
    noted.sample.at = at
    noted.sample.uptimeMs = uptimeMs
    noted.isNew = true
  }

  noteEthernet(ifIndex: number, counters: SflowEthernetCounters, at: number): void {
    if (ifIndex === 0) return
    const isNew = !this.device.hasInterface(ifIndex)
    if ((isNew && this.#room.ethernet <= 0) || !this.device.noteEthernet(ifIndex, counters, at)) this.refused++
    else if (isNew) this.#room.ethernet--
  }

  /** The counters that came since this was last called: the latest of each interface. */
  takeSamples(): InterfaceSample[] {
    const taken: InterfaceSample[] = []
    for (const noted of this.#samples.values()) {
      if (!noted.isNew) continue
      noted.isNew = false
      taken.push(copySample(noted.sample))
    }
    return taken
  }

  /**
   * Notes a name.
   * @param retellMs how long a name that stays the same need not be told again
   * @returns whether others must be told
   */
  noteName(told: ToldName, now: number, retellMs: number): boolean {
    const key = `${told.kind} ${told.kind === 'application' ? told.application : told.id}`
    const text = told.kind === 'interface' ? `${told.name}\n${told.description}` : told.name
    const known = this.#names.get(key)
    if (known?.text === text) {
      if (now - known.toldAt < retellMs) return false
      known.toldAt = now
      return true
    }
    if (known === undefined) {
      if (this.#nameCounts[told.kind] >= maxNames[told.kind] || this.#room.names <= 0) {
        this.refused++
        return false
      }
      this.#room.names--
      this.#nameCounts[told.kind]++
    }
    this.#names.set(key, { told, text, toldAt: now })
    return true
  }

  /** Names of VRFs and applications, up to `most` of each. */
  names(most: number): { vrfs: VrfName[]; applications: ApplicationName[] } {
    const vrfs: VrfName[] = []
    const applications: ApplicationName[] = []
    for (const { told } of this.#names.values()) {
      if (told.kind === 'vrf' && vrfs.length < most) vrfs.push({ id: told.id, name: told.name })
      if (told.kind === 'application' && applications.length < most) applications.push({ id: told.application, name: told.name })
    }
    return { vrfs, applications }
  }

  noteDrop(reason: number): void {
    const key = this.#drops.has(reason) || this.#drops.size < maxReasons ? reason : otherReason
    this.#drops.set(key, (this.#drops.get(key) ?? 0) + 1)
  }

  noteSkipped(what: SflowSkipped, format: number): void {
    if (this.#lastSkipped.what !== what || this.#lastSkipped.format !== format) this.#lastSkipped = this.#skippedFormat(what, format)
    this.#lastSkipped.count++
  }

  #skippedFormat(what: SflowSkipped, format: number): SkippedFormat {
    const wanted = { what, format, count: 0 }
    const key = skippedFormatText(wanted)
    const known = this.#skipped.get(key)
    if (known !== undefined) return known
    const room = this.#skipped.size < maxFormats
    const entry = room ? wanted : (this.#skipped.get(otherFormats) ?? { what, format: otherReason, count: 0 })
    this.#skipped.set(room ? key : otherFormats, entry)
    return entry
  }

  drops(): { reason: number; packets: number }[] {
    return [...this.#drops].map(([reason, packets]) => ({ reason, packets }))
  }

  /** Gives back the room that is taken here. */
  release(): void {
    this.#room.interfaces += this.#samples.size
    this.#room.ethernet += this.device.interfaces
    this.#room.names += this.#names.size
  }

  skipped(): { format: string; count: number }[] {
    return [...this.#skipped].map(([format, { count }]) => ({ format, count }))
  }
}

const otherFormats = 'other'
/** 100 000 names are some 20 MB. */
const maxNamesOfThread = 100_000

/** The notes of all exporters of a thread, made when there is something to note. */
export class ExporterNotesTable {
  readonly #notes = new Map<string, ExporterNotes>()
  readonly #room: NotesRoom = { interfaces: maxInterfaces, ethernet: maxInterfaces, names: maxNamesOfThread }
  #refusedBefore = 0
  // Some agents send a record that is skipped with every sample: the notes of one router are looked up once.
  #last: { readonly exporter: string; readonly notes: ExporterNotes } | undefined

  of(exporter: string): ExporterNotes {
    if (this.#last?.exporter === exporter) return this.#last.notes
    let notes = this.#notes.get(exporter)
    if (notes === undefined) this.#notes.set(exporter, (notes = new ExporterNotes(this.#room)))
    this.#last = { exporter, notes }
    return notes
  }

  find(exporter: string): ExporterNotes | undefined {
    return this.#notes.get(exporter)
  }

  /** Counters that came since this was last called, by exporter; forgets exporters that are registered no more. */
  takeSamples(isRegistered: (exporter: string) => boolean): { router: string; samples: InterfaceSample[] }[] {
    const taken: { router: string; samples: InterfaceSample[] }[] = []
    for (const [router, notes] of this.#notes) {
      if (!isRegistered(router)) {
        this.#refusedBefore += notes.refused
        notes.release()
        this.#notes.delete(router)
        this.#last = undefined
        continue
      }
      const samples = notes.takeSamples()
      if (samples.length > 0) taken.push({ router, samples })
    }
    return taken
  }

  /** Interfaces and names that found no room. */
  get refused(): number {
    let refused = this.#refusedBefore
    for (const notes of this.#notes.values()) refused += notes.refused
    return refused
  }
}
