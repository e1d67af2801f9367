// The collector engine, driven with datagrams: what it stores, what it counts, what it learns, and that nothing is lost.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, samplingSource } from '../contract/flow-columns.ts'
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { ipfix, netflow9, type DatagramWriter } from '../wire/testing/datagram-writer.ts'
import { formatWords, parseWords } from './address-words.ts'
import { Collector } from './collector.ts'
import type { ExporterMemory } from './messages.ts'

const router: RegisteredRouter = { account: 7, address: '192.0.2.1', samplingOverride: null, accountSampling: 1 }
const config = { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 60_000, pendingBytes: 100_000, pendingMs: 30_000 }
const start = 1_700_000_000_000
const fields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [4, 1],
  [1, 4],
  [2, 4],
] as const

interface Sealed {
  readonly batch: FlowBatch
  readonly routers: Readonly<Record<string, number>>
}

let collector: Collector
let sealed: Sealed[]
let remembered: ExporterMemory[]
let forgotten: number[]

beforeEach(() => {
  sealed = []
  remembered = []
  forgotten = []
  collector = create()
})

function create(overrides: Partial<typeof config> = {}, beforePendingDecoded: () => void = () => undefined): Collector {
  const capacity = 2000 + maxRecordsPerDatagram
  const made = new Collector(
    { ...config, ...overrides },
    {
      enricher: new Enricher(joinTables({})),
      exchange: (batch, routers) => {
        sealed.push({ batch, routers })
        return createFlowBatch(capacity)
      },
      remember: (memory) => remembered.push(memory),
      forget: (_exporter, _protocol, _domain, id) => forgotten.push(id),
      beforePendingDecoded,
    },
    createFlowBatch(capacity),
  )
  made.table.register([router])
  return made
}

function template(id = 256, domain = 0): Uint8Array {
  return netflow9((d) => d.set(0, (s) => s.template(id, fields)), { domain })
}

function data(records: number, options: { id?: number; domain?: number; sequence?: number } = {}): Uint8Array {
  return netflow9(
    (d) =>
      d.set(options.id ?? 256, (s) => {
        for (let i = 0; i < records; i++)
          s.ipv4('198.51.100.9')
            .ipv4('203.0.113.7')
            .uint(53, 2)
            .uint(17, 1)
            .uint(1000 + i, 4)
            .uint(3, 4)
      }),
    { domain: options.domain ?? 0, sequence: options.sequence ?? 0 },
  )
}

function send(bytes: Uint8Array, source = '192.0.2.1', now = start): void {
  collector.handle(bytes, bytes.length, parseWords(source), now)
}

function addressAt(column: 'src_addr' | 'dst_addr' | 'router', row: number): string {
  const words = collector.batch.columns[column]
  return formatWords([words[row * 4], words[row * 4 + 1], words[row * 4 + 2], words[row * 4 + 3]])
}

describe('a NetFlow v9 datagram', () => {
  it('becomes rows with the router, its account and the time it came', () => {
    send(template())
    send(data(2))
    const { columns, rows } = collector.batch
    expect(rows).toBe(2)
    expect(addressAt('router', 1)).toBe('192.0.2.1')
    expect(addressAt('src_addr', 1)).toBe('198.51.100.9')
    expect(addressAt('dst_addr', 1)).toBe('203.0.113.7')
    expect([columns.bytes[0], columns.bytes[2], columns.packets[2]]).toEqual([1000, 1001, 3])
    expect([columns.src_port[1], columns.protocol[1], columns.account[1]]).toEqual([53, 17, 7])
    expect(columns.time_received[1]).toBe(1_700_000_000)
    expect(columns.export_protocol[1]).toBe(exportProtocol.netflow9)
    expect(columns.ethertype[1]).toBe(0x0800)
  })

  it('is refused from an unregistered address, which is remembered as a sender', () => {
    send(data(2), '192.0.2.99')
    expect(collector.batch.rows).toBe(0)
    expect(collector.ledger.datagrams_unregistered).toBe(1)
    expect([...collector.table.senders()]).toMatchObject([{ address: '192.0.2.99', datagrams: 1 }])
    collector.table.register([router, { ...router, address: '192.0.2.99' }])
    expect([...collector.table.senders()]).toEqual([])
  })

  it('counts gaps and late datagrams by its sequence number', () => {
    send(template())
    send(data(1, { sequence: 1 }))
    send(data(1, { sequence: 5 }))
    send(data(1, { sequence: 3 }))
    send(data(1, { sequence: 6 }))
    expect(collector.ledger.sequence_lost).toBe(3)
    expect(collector.ledger.sequence_reordered).toBe(1)
  })
})

describe('data before its template', () => {
  it('waits, and is decoded once when the template comes', () => {
    send(data(3))
    expect(collector.batch.rows).toBe(0)
    expect(collector.waiting.count).toBe(1)
    send(template(), '192.0.2.1', start + 5000)
    expect(collector.batch.rows).toBe(3)
    expect(collector.waiting.count).toBe(0)
    send(template())
    expect(collector.batch.rows).toBe(3)
    expect(collector.ledger).toMatchObject({ sets_pended: 1, sets_pending_decoded: 1, records_decoded: 3 })
  })

  it('is not decoded with the template of another observation domain', () => {
    send(data(3, { domain: 1 }))
    send(template(256, 2))
    expect(collector.waiting.count).toBe(1)
    expect(collector.batch.rows).toBe(0)
  })

  it('expires, counted', () => {
    send(data(3))
    collector.tick(start + config.pendingMs + 20_000)
    expect(collector.waiting.count).toBe(0)
    expect(collector.ledger.sets_pending_expired).toBe(1)
  })

  it('is bounded: the oldest set gives way, counted', () => {
    collector = create({ pendingBytes: 1000 })
    for (let id = 256; id < 266; id++) send(data(3, { id }))
    const { sets_pended: pended, sets_pending_evicted: evicted } = collector.ledger
    expect(pended).toBe(10)
    expect(evicted).toBeGreaterThan(0)
    expect(collector.waiting.count).toBe(pended - evicted)
  })

  it('is decoded with a template that another thread was told', () => {
    send(data(2))
    collector.recall(
      {
        kind: 'template',
        exporter: '192.0.2.1',
        protocol: exportProtocol.netflow9,
        domain: 0,
        id: 256,
        fields: fields.map(([element, length]) => ({ element, enterprise: 0, length })),
        scope: null,
      },
      start,
    )
    expect(collector.batch.rows).toBe(2)
  })
})

describe('data that waits when something changes', () => {
  it('is decoded with the template that came, even when the same datagram withdraws it', () => {
    const record = (s: DatagramWriter) => s.ipv4('10.0.0.1').ipv4('10.0.0.2').uint(1, 2).uint(6, 1).uint(5, 4).uint(1, 4)
    send(ipfix((d) => d.set(300, record)))
    send(ipfix((d) => d.set(2, (s) => s.template(300, fields)).set(2, (s) => s.uint(300, 2).uint(0, 2))))
    expect(collector.ledger).toMatchObject({ sets_pended: 1, sets_pending_decoded: 1, records_decoded: 1 })
    expect(collector.waiting.count).toBe(0)
  })

  const record = [192, 0, 2, 1, 192, 0, 2, 2, 0, 53, 17, 0, 0, 0, 1, 0, 0, 0, 1]

  it('may be very many sets of one template', () => {
    collector = create({ pendingBytes: 150_000_000 })
    const many = netflow9((d) => {
      for (let i = 0; i < 1000; i++) d.set(256, (s) => s.raw(record))
    })
    for (let i = 0; i < 20; i++) send(many)
    expect(collector.waiting.count).toBe(20_000)
    send(template())
    expect(collector.waiting.count).toBe(0)
    // A portion comes with the template, the rest bit by bit, so that no other datagram waits for long.
    const portions = [collector.ledger.records_decoded]
    for (; collector.isBehind; collector.tick(start)) portions.push(collector.ledger.records_decoded)
    expect(portions.length).toBeGreaterThan(5)
    expect(collector.ledger.records_decoded).toBe(20_000)
  })

  it('is decoded before the router is unknown, and before the end', () => {
    collector = create({ pendingBytes: 1_000_000 })
    const some = netflow9((d) => {
      for (let i = 0; i < 500; i++) d.set(256, (s) => s.raw(record))
    })
    send(some)
    send(template())
    expect(collector.isBehind).toBe(true)
    collector.register([])
    expect(collector.ledger.records_decoded).toBe(500)
    collector.register([router])
    send(some)
    send(template())
    collector.finish()
    expect(collector.ledger.records_decoded).toBe(1000)
  })

  it('is dropped with its router, counted', () => {
    send(data(1))
    const [exporter] = collector.table.exporters()
    collector.register([{ ...router, address: '192.0.2.7' }])
    expect(collector.waiting.count).toBe(0)
    expect(collector.ledger.sets_pending_evicted).toBe(1)
    expect(exporter?.ledger.sets_pending_evicted).toBe(1)
    collector.register([router])
    send(template())
    expect(collector.ledger.records_decoded).toBe(0)
  })

  it('is booked with its router when it expires', () => {
    send(data(1))
    collector.tick(start + config.pendingMs + 20_000)
    const [exporter] = collector.table.exporters()
    expect(exporter?.setsWaiting).toBe(0)
    expect(exporter?.ledger.sets_pending_expired).toBe(1)
    expect(collector.ledger.sets_pending_expired).toBe(1)
  })

  it('goes on waiting in the next run, and what was saved goes before it is decoded', () => {
    send(data(2))
    send(data(1, { id: 300 }))
    const saved = [...collector.waiting.sets()]
    let told: number[] = []
    collector = create({}, () => told.push(collector.ledger.records_decoded))
    collector.waiting.restore(saved)
    expect(collector.waiting.count).toBe(2)
    expect(collector.ledger.sets_pended).toBe(2)
    send(template(256), '192.0.2.1', start + 30_000)
    expect(collector.waiting.count).toBe(1)
    expect(collector.batch.rows).toBe(2)
    expect(told).toEqual([0])
    told = []
    send(template(256), '192.0.2.1', start + 31_000)
    expect(told).toEqual([])
  })
})

describe('templates', () => {
  it('are told on when new or changed, not when repeated', () => {
    send(template())
    send(template())
    expect(remembered).toHaveLength(1)
    send(netflow9((d) => d.set(0, (s) => s.template(256, fields.slice(0, 3)))))
    expect(remembered).toHaveLength(2)
    expect(remembered[1]).toMatchObject({ kind: 'template', id: 256, fields: [{ element: 8 }, { element: 12 }, { element: 7 }] })
  })

  it('are forgotten when not repeated for their lifetime', () => {
    send(template())
    collector.tick(start + config.templateLifetimeMs + 1000)
    send(data(1), '192.0.2.1', start + config.templateLifetimeMs + 2000)
    expect(collector.waiting.count).toBe(1)
  })

  it('without length are refused as malformed', () => {
    send(netflow9((d) => d.set(0, (s) => s.template(256, [[8, 0]]))))
    expect(collector.faults).toEqual({ bad_template: 1 })
  })

  it('are withdrawn in IPFIX', () => {
    const body = (d: Parameters<Parameters<typeof ipfix>[0]>[0]) => d.set(2, (s) => s.template(300, fields))
    send(ipfix(body))
    send(ipfix((d) => d.set(2, (s) => s.uint(300, 2).uint(0, 2))))
    send(ipfix((d) => d.set(300, (s) => s.ipv4('10.0.0.1').ipv4('10.0.0.2').uint(1, 2).uint(6, 1).uint(5, 4).uint(1, 4))))
    expect(collector.waiting.count).toBe(1)
    expect(forgotten).toEqual([300])
  })

  it('are withdrawn all at once for no more than there are, however often a datagram asks for it', () => {
    // Two thousand options templates, which must not be walked for each withdrawal of the one data template.
    for (let id = 1000; id < 3000; id += 50)
      send(
        ipfix((d) => {
          for (let i = 0; i < 50; i++)
            d.set(3, (s) =>
              s
                .uint(id + i, 2)
                .uint(2, 2)
                .uint(1, 2)
                .uint(149, 2)
                .uint(4, 2)
                .uint(34, 2)
                .uint(4, 2),
            )
        }),
      )
    const hostile = ipfix((d) => {
      for (let i = 0; i < 60; i++) d.set(2, (s) => s.template(300, [[8, 4]])).set(2, (s) => s.uint(2, 2).uint(0, 2))
    })
    // A quarter of a second; when each of the 30 000 withdrawals looked at every template of the domain it was six.
    for (let i = 0; i < 500; i++) send(hostile)
    expect(forgotten).toHaveLength(30_000)
    const [exporter] = collector.table.exporters()
    expect(exporter?.templateCount()).toBe(2000)
  })

  it('that another thread tells of again do not expire', () => {
    send(template())
    const [memory] = remembered
    if (memory === undefined) throw new Error('nothing was told on')
    collector.recall(memory, start + 50_000)
    collector.tick(start + config.templateLifetimeMs + 1000)
    send(data(1), '192.0.2.1', start + config.templateLifetimeMs + 2000)
    expect(collector.ledger.records_decoded).toBe(1)
  })

  it('that another thread was told to forget are forgotten here', () => {
    send(template())
    collector.forget({ exporter: '192.0.2.1', protocol: exportProtocol.netflow9, domain: 0, id: 256 })
    collector.forget({ exporter: '192.0.2.1', protocol: exportProtocol.netflow9, domain: 5, id: 256 })
    send(data(1))
    expect(collector.waiting.count).toBe(1)
  })

  it('are told again before their lifetime is over', () => {
    send(template())
    send(template(), '192.0.2.1', start + config.templateLifetimeMs / 2)
    expect(remembered).toHaveLength(2)
  })
})

describe('sampling', () => {
  const sampledFields = [...fields, [48, 1]] as const

  function sampled(sampler: number): Uint8Array {
    return netflow9((d) => {
      d.set(0, (s) => s.template(257, sampledFields))
      d.set(257, (s) => s.ipv4('198.51.100.9').ipv4('203.0.113.7').uint(53, 2).uint(17, 1).uint(1000, 4).uint(3, 4).uint(sampler, 1))
    })
  }

  /** Options template 258: scope system (1), then sampler id, mode, random interval; and a record of it. */
  function samplerTable(sampler: number, rate: number): Uint8Array {
    return netflow9((d) => {
      d.set(1, (s) =>
        s.uint(258, 2).uint(4, 2).uint(12, 2).uint(1, 2).uint(4, 2).uint(48, 2).uint(1, 2).uint(49, 2).uint(1, 2).uint(50, 2).uint(4, 2),
      )
      d.set(258, (s) => s.uint(0, 4).uint(sampler, 1).uint(2, 1).uint(rate, 4))
    })
  }

  function settled(): [number, number] {
    const row = collector.batch.rows - 1
    return [collector.batch.columns.sampling_rate[row], collector.batch.columns.sampling_source[row]]
  }

  it('falls back to the account, then to the router', () => {
    collector.table.register([{ ...router, accountSampling: 100 }])
    send(template())
    send(data(1))
    expect(settled()).toEqual([100, samplingSource.account])
    collector.table.register([{ ...router, accountSampling: 100, samplingOverride: 512 }])
    send(data(1))
    expect(settled()).toEqual([512, samplingSource.router])
  })

  it('is told on when it is new, and now and then while it is repeated', () => {
    const rates = () => remembered.flatMap((memory) => (memory.kind === 'sampler' ? [memory.rate] : []))
    send(samplerTable(1, 1000))
    send(samplerTable(1, 1000))
    expect(rates()).toEqual([1000])
    send(samplerTable(1, 2000))
    expect(rates()).toEqual([1000, 2000])
    send(samplerTable(1, 2000), '192.0.2.1', start + config.templateLifetimeMs / 2)
    expect(rates()).toEqual([1000, 2000, 2000])
  })

  it('is taken from the options table by sampler id', () => {
    send(samplerTable(1, 1000))
    send(samplerTable(2, 4000))
    send(sampled(2))
    expect(settled()).toEqual([4000, samplingSource.options])
    send(sampled(1))
    expect(settled()).toEqual([1000, samplingSource.options])
    send(sampled(9))
    expect(settled()).toEqual([1, samplingSource.account])
  })

  it('holds for records without a sampler id when the domain has one sampler', () => {
    send(samplerTable(1, 1000))
    send(template())
    send(data(1))
    expect(settled()).toEqual([1000, samplingSource.options])
  })

  it('in the record goes before everything', () => {
    send(samplerTable(1, 1000))
    send(
      netflow9((d) => {
        d.set(0, (s) => s.template(259, [...fields, [34, 4]]))
        d.set(259, (s) => s.ipv4('198.51.100.9').ipv4('203.0.113.7').uint(53, 2).uint(17, 1).uint(1000, 4).uint(3, 4).uint(64, 4))
      }),
    )
    expect(settled()).toEqual([64, samplingSource.record])
  })

  it('scales the live traffic', () => {
    collector.table.register([{ ...router, accountSampling: 100 }])
    send(template())
    send(data(2))
    collector.tick(start + 1000)
    expect(collector.meter.take()).toEqual([{ account: 7, time: 1_700_000_000, bits: 2001 * 8 * 100, packets: 600, flows: 2 }])
  })
})

describe('batches', () => {
  it('are sealed by age, with the rows of each router', () => {
    send(template())
    send(data(3))
    collector.tick(start + 500)
    expect(sealed).toHaveLength(0)
    collector.tick(start + 1000)
    expect(sealed).toMatchObject([{ routers: { '192.0.2.1': 3 }, batch: { rows: 3 } }])
    expect(collector.batch.rows).toBe(0)
  })

  it('are sealed before a datagram might not fit', () => {
    send(template())
    for (let i = 0; i < 200; i++) send(data(50))
    const stored = sealed.reduce((sum, { batch }) => sum + batch.rows, 0)
    expect(sealed.length).toBeGreaterThan(2)
    expect(stored + collector.batch.rows).toBe(10_000)
  })
})

describe('hostile input', () => {
  it('keeps the ledger balanced and the batch whole, whatever arrives', () => {
    const flow = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.constantFrom(template(), data(3), data(1, { id: 300 })), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
        const mutated = bytes.slice()
        mutated[at % mutated.length] = value
        return mutated
      }),
    )
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 30 }), (datagrams) => {
        sealed = []
        collector = create()
        for (const datagram of datagrams) send(datagram)
        const { ledger } = collector
        expect(ledger.datagrams_received).toBe(datagrams.length)
        expect(ledger.datagrams_decoded + ledger.datagrams_undecodable + ledger.datagrams_unregistered).toBe(datagrams.length)
        expect(ledger.records_decoded).toBe(collector.batch.rows + sealed.reduce((sum, { batch }) => sum + batch.rows, 0))
        expect(ledger.sets_pended).toBe(
          collector.waiting.count + ledger.sets_pending_decoded + ledger.sets_pending_evicted + ledger.sets_pending_expired,
        )
      }),
      { numRuns: 300 },
    )
  })
})
