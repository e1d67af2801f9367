// Sums by router, direction and interface against a plain recomputation, and what is beyond the bounds.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import { interfaceRow, mostInterfacesAtOnce, otherInterfaces, sumsOfRouter, TrafficPeriod } from './traffic-period.ts'
import type { TrafficGrowth } from './messages.ts'

interface Flow {
  readonly router: string
  readonly direction: number
  readonly input: number
  readonly output: number
  readonly bytes: number
  readonly packets: number
  readonly rate: number
}

/** Sums by what they are of: `router direction`, `router in ifIndex`, `router out ifIndex`. */
type Sums = Record<string, readonly [bytes: number, packets: number, flows: number]>

function batchOf(flows: readonly Flow[]): FlowBatch {
  const batch = createFlowBatch(flows.length)
  batch.rows = flows.length
  const { columns } = batch
  for (const [row, flow] of flows.entries()) {
    columns.bytes.set([flow.bytes % 2 ** 32, Math.floor(flow.bytes / 2 ** 32)], row * 2)
    columns.packets.set([flow.packets, 0], row * 2)
    columns.sampling_rate[row] = flow.rate
    columns.direction[row] = flow.direction
    columns.in_if[row] = flow.input
    columns.out_if[row] = flow.output
  }
  return batch
}

function counted(period: TrafficPeriod, flows: readonly Flow[]): void {
  const batch = batchOf(flows)
  for (const [row, { router }] of flows.entries()) period.count(router, batch, row, row + 1)
}

function plainSums(flows: readonly Flow[]): Sums {
  const sums: Sums = {}
  for (const { router, direction, input, output, bytes, packets, rate } of flows)
    for (const key of [`${router} ${direction}`, `${router} in ${input}`, `${router} out ${output}`]) {
      const [allBytes, allPackets, count] = sums[key] ?? [0, 0, 0]
      sums[key] = [allBytes + bytes * rate, allPackets + packets * rate, count + 1]
    }
  return sums
}

/** What was told, without what had no flow. */
function toldSums(growth: TrafficGrowth | undefined): Sums {
  const sums: Sums = {}
  if (growth === undefined) return sums
  const add = (key: string, array: Float64Array, at: number): void => {
    const [bytes = 0, packets = 0, flows = 0] = array.subarray(at, at + 3)
    if (flows > 0) sums[key] = [bytes, packets, flows]
  }
  for (const [index, router] of growth.routers.entries())
    for (let code = 0; code < sumsOfRouter / 3; code++) add(`${router} ${code}`, growth.directions, index * sumsOfRouter + code * 3)
  for (let at = 0; at < growth.interfaces.length; at += interfaceRow) {
    const router = growth.routers[growth.interfaces[at]] ?? ''
    const ifIndex = growth.interfaces[at + 1]
    add(`${router} in ${ifIndex}`, growth.interfaces, at + 2)
    add(`${router} out ${ifIndex}`, growth.interfaces, at + 5)
  }
  return sums
}

const ifIndex = fc.oneof(fc.nat(20), fc.constantFrom(0, 0x3fff_ffff, 0xffff_ffff), fc.nat(0xffff_ffff))
const flow = fc.record<Flow>({
  router: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
  direction: fc.nat(4),
  input: ifIndex,
  output: ifIndex,
  // Sums of 2^40 × 2^10 × 200 flows are exact in a double.
  bytes: fc.oneof(fc.nat(100_000), fc.integer({ min: 2 ** 32, max: 2 ** 38 })),
  packets: fc.nat(1000),
  rate: fc.constantFrom(1, 100, 1000),
})

describe('the traffic of a period', () => {
  it('has the sums of a plain recomputation, period after period', () => {
    fc.assert(
      fc.property(fc.array(fc.array(flow, { maxLength: 60 }), { maxLength: 4 }), (periods) => {
        const period = new TrafficPeriod()
        for (const flows of periods) {
          counted(period, flows)
          expect(toldSums(period.take())).toEqual(plainSums(flows))
        }
        expect(period.take()).toBeUndefined()
      }),
      { seed: 8, numRuns: 60 },
    )
  })

  it('tells what the rows that were counted last had in all', () => {
    const period = new TrafficPeriod()
    const some = { router: '192.0.2.1', direction: 1, input: 1, output: 2, bytes: 2 ** 33, packets: 3, rate: 10 }
    period.count(some.router, batchOf([some, { ...some, bytes: 5 }]), 0, 2)
    expect([period.bytes, period.packets]).toEqual([10 * (2 ** 33 + 5), 60])
    period.count(some.router, batchOf([some]), 0, 0)
    expect([period.bytes, period.packets]).toEqual([0, 0])
  })

  it('adds up the interfaces of a router beyond its bound, and leaves other routers their room', () => {
    const one = { direction: 1, bytes: 100, packets: 1, rate: 1 }
    const flood = Array.from({ length: 2000 }, (_, index) => ({ ...one, router: '192.0.2.1', input: 7 * index, output: 5_000_000 + index }))
    const flows = [...flood, { ...one, router: '192.0.2.2', input: 1, output: 2 }]
    const period = new TrafficPeriod()
    counted(period, flows)
    const told = toldSums(period.take())
    const own = Object.keys(told).filter((key) => key.startsWith('192.0.2.1 in ') || key.startsWith('192.0.2.1 out '))
    const sides = mostInterfacesAtOnce / 2
    expect(own).toHaveLength(mostInterfacesAtOnce + 2)
    expect(told[`192.0.2.1 in ${otherInterfaces}`]).toEqual([100 * (2000 - sides), 2000 - sides, 2000 - sides])
    expect(told[`192.0.2.1 out ${otherInterfaces}`]).toEqual([100 * (2000 - sides), 2000 - sides, 2000 - sides])
    expect(told['192.0.2.2 in 1']).toEqual([100, 1, 1])
    // What was full is empty again.
    counted(period, flood.slice(-1))
    expect(toldSums(period.take())).toEqual(plainSums(flood.slice(-1)))
  })
})
