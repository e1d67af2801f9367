import { describe, expect, it } from 'vitest'
import { exportProtocol } from '../../contract/flow-columns.ts'
import { RecordingHost } from '../../wire/testing/recording-host.ts'
import type { SimFlow } from '../flow.ts'
import { Traffic } from '../traffic.ts'
import { createExporter, restamps } from './create-exporter.ts'
import { largestDatagram, simProtocols, type ExporterConfig, type SimProtocol } from './exporter.ts'
import { frameLength } from './sflow5.ts'

const now = 1_800_000_000_123
const config: ExporterConfig = { domain: 1, sampling: 100, bootedAt: now - 86_400_000, agent: Uint8Array.of(127, 0, 0, 2) }

function flows(count: number, ipv6Share = 0): SimFlow[] {
  const traffic = new Traffic({ seed: 5, ipv6Share })
  return Array.from({ length: count }, () => traffic.next())
}

interface Sums {
  records: number
  bytes: number
  packets: number
}

/** Decodes with the product's own decoder, datagram by datagram. */
function decode(datagrams: readonly Buffer[], host = new RecordingHost()): Sums & { host: RecordingHost } {
  const sums = { records: 0, bytes: 0, packets: 0 }
  for (const datagram of datagrams) {
    host.batch.rows = 0
    host.decode(datagram)
    const { bytes, packets } = host.batch.columns
    for (let row = 0; row < host.batch.rows; row++) {
      sums.records++
      sums.bytes += bytes[row * 2] + bytes[row * 2 + 1] * 2 ** 32
      sums.packets += packets[row * 2] + packets[row * 2 + 1] * 2 ** 32
    }
  }
  return { ...sums, host }
}

function expected(some: readonly SimFlow[], protocol: SimProtocol): Sums {
  const sum = (value: (flow: SimFlow) => number) => some.reduce((total, flow) => total + value(flow), 0)
  if (protocol === 'sflow5') return { records: some.length, bytes: sum(frameLength), packets: some.length }
  return { records: some.length, bytes: sum(({ bytes }) => bytes), packets: sum(({ packets }) => packets) }
}

describe.each(simProtocols)('%s', (protocol) => {
  it('says exactly what it was given', () => {
    const some = flows(500, protocol === 'netflow5' ? 0 : 0.3)
    const exporter = createExporter(protocol, config)
    const datagrams = [...exporter.announce(now), ...exporter.encode(some, now)]
    const { host, ...sums } = decode(datagrams)
    expect(sums).toEqual(expected(some, protocol))
    expect({ faults: host.faults, withoutTemplate: host.withoutTemplate }).toEqual({ faults: [], withoutTemplate: [] })
    // 30 records of v5 take 1464 bytes: that fits an Ethernet frame over IPv4.
    const limit = protocol === 'netflow5' ? 24 + 30 * 48 : largestDatagram
    expect(datagrams.filter(({ length }) => length > limit).length).toBe(0)
  })

  it('is recognised and tells addresses, ports and times', () => {
    const [flow] = flows(1)
    const exporter = createExporter(protocol, config)
    const { host } = decode([...exporter.announce(now), ...exporter.encode([flow], now)])
    const { columns } = host.batch
    const bytes = (column: Uint32Array) => new Uint8Array(column.buffer, 12, 4)
    expect(bytes(columns.src_addr)).toEqual(flow.source)
    expect(bytes(columns.dst_addr)).toEqual(flow.destination)
    expect([columns.src_port[0], columns.dst_port[0]]).toEqual([flow.sourcePort, flow.destinationPort])
    expect([columns.protocol[0], columns.in_if[0], columns.out_if[0]]).toEqual([flow.protocol, flow.inInterface, flow.outInterface])
  })

  it('numbers its datagrams without a gap', () => {
    const exporter = createExporter(protocol, config)
    const host = new RecordingHost()
    decode(
      [...exporter.announce(now), ...exporter.encode(flows(200), now), ...exporter.announce(now), ...exporter.encode(flows(70), now)],
      host,
    )
    let next = host.sequences[0]?.sequence ?? 0
    for (const { sequence, units } of host.sequences) {
      expect(sequence).toBe(next)
      next = sequence + units
    }
  })

  it('restamps a datagram into what it would have sent later', () => {
    const later = now + 7000
    const size = createExporter(protocol, config).recordsPerDatagram
    const some = Array.from(flows(size), (flow) => ({ ...flow, inInterface: config.domain }))
    const early = createExporter(protocol, config)
    const memory = Buffer.concat(early.encode(some, now))
    const late = createExporter(protocol, config)
    const [, again] = [...late.encode(some, now), ...late.encode(some, later)]
    const stamp = { now: later, bootedAt: config.bootedAt, domain: config.domain, datagrams: 1, records: size }
    const view = new DataView(memory.buffer, memory.byteOffset, memory.length)
    restamps[protocol](view, { offset: 0, length: memory.length, records: size }, stamp)
    expect(memory.toString('hex')).toBe(again.toString('hex'))
  })
})

describe('sampling', () => {
  it.each([
    ['netflow9', [34, 100]],
    ['ipfix', [305, 1, 306, 99]],
  ] as const)('is told by %s as options data', (protocol, values) => {
    const { host } = decode(createExporter(protocol, config).announce(now))
    const told = host.options.flat().flatMap(({ element, value, scope }) => (scope ? [] : [element, value]))
    for (let at = 0; at < values.length; at += 2) expect(told[told.indexOf(values[at]) + 1]).toBe(values[at + 1])
  })

  it('is told by NetFlow v5 in the header, as far as 14 bits go', () => {
    const [datagram] = createExporter('netflow5', config).encode(flows(1), now)
    expect(datagram.readUInt16BE(22)).toBe((1 << 14) | 100)
    expect(() => createExporter('netflow5', { ...config, sampling: 16_384 })).toThrow('above 16383')
  })
})

describe('sFlow counters', () => {
  it('are announced for each interface with traffic', () => {
    const exporter = createExporter('sflow5', config)
    expect(exporter.announce(now)).toEqual([])
    const some = flows(40)
    exporter.encode(some, now)
    const { host } = decode(exporter.announce(now))
    const interfaces = new Set(some.flatMap(({ inInterface, outInterface }) => [inInterface, outInterface]))
    expect(host.counterSamples).toBe(interfaces.size)
    expect(host.faults).toEqual([])
  })
})

it('names protocols as the contract does', () => {
  expect(simProtocols.every((name) => name in exportProtocol)).toBe(true)
})
