// What a collector notes beside flows, driven with datagrams: names, interface counters, templates, what it skipped.
import { beforeEach, describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { samplingSource } from '../contract/flow-columns.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { join, u32 } from '../wire/testing/bytes.ts'
import { netflow9, type DatagramWriter } from '../wire/testing/datagram-writer.ts'
import { flowSample, part, sflowDatagram } from '../wire/testing/sflow.ts'
import { parseWords } from './address-words.ts'
import { Collector } from './collector.ts'
import { joinDescriptions } from './exporter-description.ts'
import { ExporterNotesTable } from './exporter-notes.ts'
import { inOctets, outOctets } from './interface-counters.ts'
import type { ExporterMemory } from './messages.ts'

const router = { account: 7, address: '192.0.2.1', samplingOverride: null, accountSampling: 1 }
const start = 1_700_000_000_000

let collector: Collector
let remembered: ExporterMemory[]

beforeEach(() => {
  remembered = []
  collector = create()
})

function create(): Collector {
  const capacity = 2000 + maxRecordsPerDatagram
  const made = new Collector(
    { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 60_000, pendingBytes: 100_000, pendingMs: 30_000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: () => createFlowBatch(capacity),
      remember: (memory) => remembered.push(memory),
      forget: () => undefined,
    },
    createFlowBatch(capacity),
  )
  made.table.register([router])
  return made
}

const send = (bytes: Uint8Array, now = start) => collector.handle(bytes, bytes.length, parseWords(router.address), now)

/** An options template of one scope field and two texts, and a record of it. */
function interfaceTable(ifIndex: number, name: string, description: string): Uint8Array {
  const template = (s: DatagramWriter) =>
    s.uint(300, 2).uint(4, 2).uint(8, 2).uint(2, 2).uint(4, 2).uint(82, 2).uint(16, 2).uint(83, 2).uint(32, 2)
  const padded = (text: string, length: number) => Uint8Array.from({ length }, (_, index) => text.charCodeAt(index) || 0)
  return netflow9((d) => {
    d.set(1, (s) => template(s))
    d.set(300, (s) => s.uint(ifIndex, 4).raw(padded(name, 16)).raw(padded(description, 32)))
  })
}

describe('interface names', () => {
  it('are told once, again when they change, and repeated now and then for the copy on disk', () => {
    const names = () => remembered.filter(({ kind }) => kind === 'interface')
    send(interfaceTable(7, 'ge-0/0/7', 'uplink'))
    send(interfaceTable(7, 'ge-0/0/7', 'uplink'), start + 10_000)
    expect(names()).toEqual([
      { kind: 'interface', exporter: router.address, protocol: 9, domain: 0, id: 7, name: 'ge-0/0/7', description: 'uplink' },
    ])
    send(interfaceTable(7, 'ge-0/0/7', 'renamed'), start + 61_000)
    expect(names().length).toBe(2)
    send(interfaceTable(7, 'ge-0/0/7', 'renamed'), start + 700_000)
    expect(names().length).toBe(3)
  })

  it('that another thread learnt are not told again', () => {
    collector.recall(
      { kind: 'interface', exporter: router.address, protocol: 9, domain: 0, id: 7, name: 'ge-0/0/7', description: 'uplink' },
      start,
    )
    send(interfaceTable(7, 'ge-0/0/7', 'uplink'))
    expect(remembered.filter(({ kind }) => kind === 'interface')).toEqual([])
  })
})

/** if_counters of an interface: only octets are not 0. */
function interfaceCounters(ifIndex: number, input: number, output: number): Uint8Array {
  const head = u32(ifIndex, 6, 0, 1_000_000_000, 1, 3)
  return part(1, join(head, u32(0, input, 1, 2, 3, 4, 5, 6), u32(0, output, 1, 2, 3, 4, 5, 0)))
}

const counterSample = (...records: readonly Uint8Array[]) => part(2, join(u32(1, 1, records.length), ...records))

describe('sFlow interface counters', () => {
  it('are passed on once, the latest of each interface, with speed and status', () => {
    send(sflowDatagram([counterSample(interfaceCounters(1, 1000, 2000))]))
    send(sflowDatagram([counterSample(interfaceCounters(1, 5000, 2500), interfaceCounters(2, 7, 8))]), start + 20_000)
    const [taken] = collector.takeCounters()
    expect(taken?.router).toBe(router.address)
    expect(taken?.samples).toMatchObject([
      { ifIndex: 1, type: 6, speed: 1e9, status: 3, at: start + 20_000, uptimeMs: 60_000 },
      { ifIndex: 2 },
    ])
    expect([taken?.samples[0]?.values[inOctets], taken?.samples[0]?.values[outOctets]]).toEqual([5000, 2500])
    expect(collector.takeCounters()).toEqual([])
  })

  it('that the agent does not keep are unknown, not 2⁶⁴ − 1', () => {
    const unknown = part(
      1,
      join(u32(1, 6, 0, 0, 1, 3), u32(...Array<number>(8).fill(0xffffffff)), u32(...Array<number>(8).fill(0xffffffff))),
    )
    send(sflowDatagram([counterSample(unknown)]))
    expect(collector.takeCounters()[0]?.samples[0]?.values.every(Number.isNaN)).toBe(true)
  })

  it('are forgotten with their router', () => {
    send(sflowDatagram([counterSample(interfaceCounters(1, 1000, 2000))]))
    collector.table.register([])
    expect(collector.takeCounters()).toEqual([])
    expect(collector.notes.find(router.address)).toBeUndefined()
  })
})

describe('the description of an exporter', () => {
  const describe_ = () => collector.describe(router.address)

  it('is null for a router that is not registered', () => {
    expect(collector.describe('192.0.2.99')).toBeNull()
  })

  it('has templates with what they lack and have twice', () => {
    send(netflow9((d) => d.set(0, (s) => s.template(256, [[8, 4], [12, 4], [4, 1], [1, 4], [1, 4]])), { domain: 5 })) // prettier-ignore
    expect(describe_()?.templates).toEqual([
      {
        protocol: 'netflow9',
        domain: 5,
        id: 256,
        kind: 'data',
        fields: 5,
        last_seen: new Date(start).toISOString(),
        duplicates: ['octetDeltaCount'],
        unknown_enterprise: [],
        missing: [
          'source port',
          'destination port',
          'input interface',
          'TCP flags',
          'packets',
          'first packet time',
          'last packet time',
          'sampler',
        ],
      },
    ])
  })

  it('has the sFlow formats that were skipped', () => {
    send(sflowDatagram([flowSample([part((4413 << 12) | 1, u32(1))]), part((9 << 12) | 7, u32(1))]))
    send(sflowDatagram([flowSample([part((4413 << 12) | 1, u32(1))])]))
    expect(describe_()?.skipped_formats).toEqual([
      { format: 'flow record 4413:1', count: 2 },
      { format: 'sample 9:7', count: 1 },
    ])
  })

  it('has the packets that the device dropped by reason', () => {
    // discarded_packet: sequence, source (2 words), drops, input, output, reason, records.
    const dropped = part(5, u32(1, 0, 1, 0, 1, 2, 258, 0))
    send(sflowDatagram([dropped, dropped]))
    expect(describe_()?.drops).toEqual([{ reason: 258, name: 'acl', packets: 2 }])
  })

  it('of two threads is one: the latest template, sums of counts', () => {
    send(sflowDatagram([part((9 << 12) | 7, u32(1))]))
    send(
      netflow9((d) => d.set(0, (s) => s.template(256, [[8, 4]]))),
      start + 1000,
    )
    const one = describe_()
    if (!one) throw new Error('the router is not known')
    const [template] = one.templates
    if (!template) throw new Error('the template is not known')
    const other = { ...one, templates: [{ ...template, last_seen: new Date(start + 9000).toISOString() }] }
    const joined = joinDescriptions([one, other])
    expect(joined.templates).toMatchObject([{ id: 256, last_seen: new Date(start + 9000).toISOString() }])
    expect(joined.skipped_formats).toEqual([{ format: 'sample 9:7', count: 2 }])
  })
})

describe('the bounds', () => {
  it('hold for formats and reasons: the others are counted as one', () => {
    const notes = new ExporterNotesTable().of(router.address)
    for (let format = 0; format < 1000; format++) notes.noteSkipped('sample', format)
    for (let reason = 0; reason < 1000; reason++) notes.noteDrop(reason)
    expect(notes.skipped().length).toBe(33)
    expect(notes.skipped().reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    expect(notes.drops().length).toBe(129)
    expect(notes.drops().reduce((sum, { packets }) => sum + packets, 0)).toBe(1000)
  })

  it('hold for names, and what is refused is counted', () => {
    const table = new ExporterNotesTable()
    for (let id = 0; id < 5000; id++) table.of(router.address).noteName({ kind: 'interface', id, name: 'x', description: '' }, start, 1)
    expect(table.refused).toBe(5000 - 4096)
  })
})

describe('names of VRFs and applications', () => {
  it('are part of the health, by id', () => {
    const notes = collector.notes.of(router.address)
    notes.noteName({ kind: 'vrf', id: 7, name: 'customers' }, start, 1)
    notes.noteName({ kind: 'application', application: '13:453', name: 'ssl' }, start, 1)
    notes.noteName({ kind: 'vrf', id: 2, name: 'management' }, start, 1)
    const description = collector.describe(router.address)
    if (description === null) throw new Error('the router is registered')
    const joined = joinDescriptions([description, description])
    expect(joined.vrfs).toEqual([
      { id: 2, name: 'management' },
      { id: 7, name: 'customers' },
    ])
    expect(joined.applications).toEqual([{ id: '13:453', name: 'ssl' }])
  })
})

describe('sFlow counters of the device', () => {
  /** A counter sample of an interface with one record. */
  const sample = (ifIndex: number, format: number, words: readonly number[]) =>
    sflowDatagram([part(2, join(u32(1, ifIndex, 1), part(format, u32(...words))))])
  const counters = (format: number, ...words: readonly number[]) => sample(4, format, words)
  const ethernet = (alignment: number) => counters(2, alignment, 5, ...Array.from({ length: 11 }, () => 0xffffffff))
  /** host_cpu: loads as floats, processes, processors, clock, uptime, user, nice, system, idle, waiting; milliseconds of all processors. */
  const cpu = (user: number, idle: number) => counters(2003, 0x3f800000, 0, 0, 1, 90, 4, 3000, 86_400, user, 0, 0, idle, 0)

  const described = () => {
    const description = collector.describe(router.address)
    if (description === null) throw new Error('the router is registered')
    return description
  }

  it('are kept for Ethernet by interface, the latest of them', () => {
    send(ethernet(1))
    send(ethernet(3), start + 20_000)
    expect(described().ethernet).toMatchObject([
      { if_index: 4, updated: new Date(start + 20_000).toISOString(), alignment_errors: 3, fcs_errors: 5, symbol_errors: null },
    ])
  })

  it('are kept for the processor', () => {
    send(counters(1001, 1250, 0xffffffff, 500, 0, 4096, 0, 1024))
    expect(described().processor).toEqual({
      updated: new Date(start).toISOString(),
      cpu_5s_percent: 12.5,
      cpu_1m_percent: null,
      cpu_5m_percent: 5,
      memory_total: 4096,
      memory_free: 1024,
    })
  })

  it('tell how busy a host was from one sample to the next', () => {
    send(cpu(1000, 9000))
    expect(described().host).toMatchObject({ load_1m: 1, processors: 4, uptime_seconds: 86_400, cpu_percent: null, memory_total: null })
    send(cpu(2000, 12_000), start + 1000)
    expect(described().host?.cpu_percent).toBe(25)
    // The host was started anew.
    send(cpu(10, 100), start + 2000)
    expect(described().host?.cpu_percent).toBeNull()
  })

  it('of several threads are the latest', () => {
    send(ethernet(1))
    const before = described()
    send(ethernet(2), start + 1000)
    send(counters(1001, 100, 0, 0, 0, 0, 0, 0), start + 1000)
    const after = described()
    expect(joinDescriptions([after, before]).ethernet).toEqual(after.ethernet)
    expect(joinDescriptions([before, after])).toMatchObject({ ethernet: after.ethernet, processor: after.processor })
  })

  it('are bounded by interface, and what is refused is counted', () => {
    const errors = (ifIndex: number) =>
      sample(
        ifIndex,
        2,
        Array.from({ length: 13 }, () => 1),
      )
    for (let ifIndex = 1; ifIndex <= 1030; ifIndex++) send(errors(ifIndex))
    expect(described().ethernet).toHaveLength(1024)
    expect(described().evicted).toEqual({ templates: 0, samplers: 0, domains: 0, notes: 6 })
    collector.register([])
    collector.takeCounters()
    expect(collector.notes.refused).toBe(6)
  })
})

describe('a factor told for an interface', () => {
  it('scales the flows of that interface and leaves the others', () => {
    // Options template: scope interface, samplingInterval. Data: input interface, bytes.
    const options = (s: DatagramWriter) => s.uint(301, 2).uint(4, 2).uint(4, 2).uint(2, 2).uint(4, 2).uint(34, 2).uint(4, 2)
    send(
      netflow9((d) => {
        d.set(1, (s) => options(s))
        d.set(301, (s) => s.uint(3, 4).uint(500, 4))
        d.set(0, (s) => s.template(256, [[10, 4], [1, 4]])) // prettier-ignore
        d.set(256, (s) => s.uint(3, 4).uint(100, 4).uint(4, 4).uint(100, 4))
      }),
    )
    const { sampling_rate: rates, sampling_source: sources } = collector.batch.columns
    expect([rates[0], sources[0]]).toEqual([500, samplingSource.options])
    expect([rates[1], sources[1]]).toEqual([1, samplingSource.account])
  })
})
