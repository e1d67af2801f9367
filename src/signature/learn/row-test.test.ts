import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { packetTest } from '../../filter/packet-test.ts'
import { modelPackets, packetBytes } from '../../filter/testing/model-packets.ts'
import { randomFilters } from '../../filter/testing/random-filters.ts'
import { linkType } from '../../wire/packet-tables.ts'
import { keptBytes, Selection } from '../features/selection.ts'
import { PacketFeeder } from '../packet-feeder.ts'
import { rowTest, type Condition } from './row-test.ts'

/** The conditions of a filter that the learner can find: of sources, and no further than what a selection keeps. */
function conditions(filter: PacketFilter): Condition[] {
  if ('of' in filter) return filter.kind === 'not' ? conditions(filter.of) : filter.of.flatMap(conditions)
  if (filter.kind === 'address') return filter.side === 'source' ? [filter] : []
  if (filter.kind === 'port' && filter.side === 'either') return []
  return filter.kind === 'bytes' && filter.offset + filter.value.length / 2 > keptBytes - 60 ? [] : [filter]
}

describe('the test of selected rows', () => {
  it('says of each condition what the test of packets says, also of packets cut short', () => {
    let compared = 0
    fc.assert(
      fc.property(randomFilters, modelPackets(), fc.nat(), (filter, packet, length) => {
        const bytes = packetBytes(packet)
        const end = length % (bytes.length + 1)
        const found = conditions(filter)
        const selection = new Selection(1, 1)
        const expected: boolean[] = []
        const feeder = new PacketFeeder((fed) => {
          selection.add(fed)
          expected.push(...found.map((condition) => packetTest(condition)(fed.layout)))
        })
        feeder.feed({ bytes, start: 0, end, wireLength: bytes.length, link: linkType.raw, sampling: 1 })
        compared += expected.length
        const rows = selection.rows === 0 ? [] : found.map((condition) => rowTest(condition, selection)(0))
        expect(rows).toEqual(expected)
      }),
      { numRuns: 800 },
    )
    expect(compared).toBeGreaterThan(250)
  })
})
