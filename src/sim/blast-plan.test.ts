import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planBlast, type PlannedDatagram } from './blast-plan.ts'
import { simProtocols, type SimProtocol } from './exporters/exporter.ts'

const exporter = { domain: 1, sampling: 1, bootedAt: 0, agent: Uint8Array.of(127, 0, 0, 1) }
const plan = (protocol: SimProtocol, records: number, sampling = 1) =>
  planBlast({ protocol, records, seed: 1, exporter: { ...exporter, sampling }, now: 100_000_000 })
const sum = (datagrams: readonly PlannedDatagram[]) => datagrams.reduce((total, { records }) => total + records, 0)

describe('planBlast', () => {
  it('plans exactly the wanted records', () => {
    fc.assert(
      fc.property(fc.constantFrom(...simProtocols), fc.integer({ min: 1, max: 3000 }), (protocol, records) => {
        const { cycle, tail, fullDatagrams } = plan(protocol, records)
        const size = cycle[0]?.records ?? 0
        expect(fullDatagrams * size + (tail?.records ?? 0)).toBe(records)
        expect(sum(cycle)).toBe(fullDatagrams * size)
      }),
      { numRuns: 30 },
    )
  })

  it('repeats a bounded number of datagrams for any number of records', () => {
    const { cycle, memory, fullDatagrams } = plan('netflow9', 1e9)
    expect(cycle.length).toBe(4096)
    expect(fullDatagrams).toBe(4e7)
    expect(memory.length).toBeLessThan(7e6)
  })

  it('has flows of more than 4 GiB where the protocol can tell them', () => {
    const bytes = (protocol: SimProtocol) => Math.max(...plan(protocol, 5000).cycle.map((datagram) => datagram.bytes))
    expect(bytes('netflow9')).toBeGreaterThan(2 ** 32)
    expect(bytes('ipfix')).toBeGreaterThan(2 ** 32)
    expect(bytes('netflow5')).toBeLessThan(2 ** 32)
  })

  it('announces templates and counts the options record of IPFIX', () => {
    expect(plan('netflow5', 10).announcements).toEqual([])
    expect(plan('sflow5', 10).announcements).toEqual([])
    expect(plan('netflow9', 10, 100).announcements).toMatchObject([{ records: 0, counted: 0 }])
    expect(plan('ipfix', 10, 100).announcements).toMatchObject([{ records: 0, counted: 1 }])
    expect(plan('ipfix', 10).announcements).toMatchObject([{ records: 0, counted: 0 }])
  })
})
