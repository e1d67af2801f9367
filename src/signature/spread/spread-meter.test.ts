import { describe, expect, it } from 'vitest'
import type { FieldSpread } from '../../contract/signature.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { hex } from '../../wire/testing/bytes.ts'
import { SeededRandom } from '../../base/seeded-random.ts'
import { randomBytes, wholePacket, type WholePacket } from '../junk/testing/whole-packets.ts'
import { listFeed } from '../testing/packet-list.ts'
import { SpreadMeter } from './spread-meter.ts'

interface Side {
  readonly made: (index: number, random: SeededRandom) => WholePacket
  readonly packets?: number
  readonly sampling?: (index: number) => number
}

async function spreads(attack: Side, baseline: Side | null, filter: string | null = null): Promise<FieldSpread[]> {
  const meter = new SpreadMeter()
  for (const [side, given] of [
    ['attack', attack],
    ['baseline', baseline],
  ] as const) {
    const random = new SeededRandom(7)
    const { made, packets = 400, sampling = () => 1 } = given ?? { made: attack.made, packets: 0 }
    const list = Array.from({ length: packets }, (_, index) => ({ bytes: wholePacket(made(index, random)), sampling: sampling(index) }))
    await listFeed(side, list).each((packet) => meter.add(packet, side))
  }
  return meter.spreads(filter === null ? null : parseFilter(filter))
}

const find = (found: readonly FieldSpread[], field: string) => found.find((spread) => spread.field === field)

const dns: Side = {
  made: (index, random) => ({
    protocol: 'udp',
    sourcePort: 53,
    destinationPort: random.below(65_536),
    payload: Uint8Array.of(random.below(256), random.below(256), 0x81, 0x80, ...randomBytes(40 + random.below(900), random)),
    ttl: [57, 58, 59][index % 3] ?? 0,
  }),
}
const web: Side = {
  made: (index, random) => ({
    protocol: index % 4 === 0 ? 'udp' : 'tcp',
    sourcePort: 443,
    destinationPort: 40_000,
    payload: randomBytes(40, random),
    ttl: 120,
  }),
}

describe('spreads', () => {
  it('tell attack and baseline apart field by field, the most different first', async () => {
    const found = await spreads(dns, web)
    const distances = found.map(({ distance }) => distance ?? -1)
    expect(distances).toEqual(distances.toSorted((one, other) => other - one))
    expect(find(found, 'source_port')).toEqual({
      field: 'source_port',
      title: 'Source port',
      kind: 'values',
      bins: [
        { label: '53', attack: 1, baseline: 0, held: false },
        { label: '443', attack: 0, baseline: 1, held: false },
      ],
      distance: 1,
    })
    expect(find(found, 'protocol')).toMatchObject({
      bins: [
        { label: 'UDP', attack: 1, baseline: 0.25 },
        { label: 'TCP', attack: 0, baseline: 0.75 },
      ],
      distance: 0.75,
    })
    expect(find(found, 'dont_fragment')).toMatchObject({ distance: 0 })
  })

  it('show ranges where there are many values: in order, without gaps, at most 40, with shares that add up', async () => {
    for (const field of ['length', 'destination_port', 'payload_entropy']) {
      const spread = find(await spreads(dns, web), field)
      expect(spread?.kind).toBe('ranges')
      const { bins = [] } = spread ?? {}
      expect(bins.length).toBeGreaterThan(5)
      expect(bins.length).toBeLessThanOrEqual(40)
      expect(bins.reduce((sum, { attack }) => sum + attack, 0)).toBeCloseTo(1, 9)
      expect(bins.reduce((sum, { baseline }) => sum + (baseline ?? 0), 0)).toBeCloseTo(1, 9)
    }
    const labels = find(await spreads(dns, web), 'destination_port')?.bins.map(({ label }) => label.split('–').map(Number)) ?? []
    expect(labels.slice(1).map(([from]) => from)).toEqual(labels.slice(0, -1).map(([, to = 0]) => to + 1))
  })

  it('put what is rare into one bin at the end', async () => {
    const side: Side = { made: (index, random) => ({ protocol: 'tcp', window: index % 10 < 8 ? 512 : random.below(65_536) }) }
    const { kind, bins = [] } = find(await spreads(side, null), 'tcp_window') ?? {}
    expect(kind).toBe('values')
    expect(bins[0]).toMatchObject({ label: '512', baseline: null })
    expect(bins[0]?.attack).toBeCloseTo(0.8, 5)
    expect(bins.at(-1)?.label).toMatch(/^\d+ others$/)
    expect(bins.length).toBeLessThanOrEqual(40)
  })

  it('mark what the signature asks for', async () => {
    const filter = '(udp and src port 53 and len > 499 and payload[2:2] & 0x8080 == 0x8080) or (tcp and ttl 1-10)'
    const found = await spreads(dns, web, filter)
    const held = (field: string) => find(found, field)?.bins.flatMap((bin) => (bin.held ? [bin.label] : []))
    expect(held('protocol')).toEqual(['UDP', 'TCP'])
    expect(held('source_port')).toEqual(['53'])
    expect(held('destination_port')).toEqual([])
    expect(held('ttl')).toEqual([])
    const lengths = find(found, 'length')?.bins ?? []
    for (const { label, held: isHeld } of lengths) expect([label, isHeld]).toEqual([label, Number(label.split('–').at(-1)) >= 500])
  })

  it('show the bytes of the payload that the signature looks at, and the first ones, unless they are noise', async () => {
    const side: Side = {
      made: (_, random) => ({ protocol: 'udp', payload: Uint8Array.of(1, 2, 3, 4, ...randomBytes(4, random), ...hex('56414c55')) }),
    }
    const found = await spreads(side, null, 'payload[8:2] 0x5641 and payload[5] 0x07')
    expect(found.flatMap(({ field }) => (field.startsWith('payload_') ? [field] : []))).toEqual(['payload_0', 'payload_8'])
    expect(find(found, 'payload_8')).toMatchObject({
      title: 'Bytes 8–11 of the payload',
      bins: [{ label: '56414c55', attack: 1, held: true }],
    })
    expect(find(found, 'payload_0')?.bins[0]).toMatchObject({ label: '01020304', held: false })
  })

  it('show the first TCP options, also where their first byte is high, and only of packets that have some', async () => {
    const side: Side = {
      made: (index) => ({ protocol: 'tcp', ...(index % 2 === 0 ? { options: hex('020405b4') } : { options: hex('fd04abcd') }) }),
    }
    const { bins } = find(await spreads(side, web, 'transport[20:2] 0x0204'), 'tcp_options') ?? {}
    expect(bins?.map(({ label, held }) => [label, held])).toEqual([
      ['020405b4', true],
      ['fd04abcd', false],
    ])
    expect(find(await spreads(web, web), 'tcp_options')).toBeUndefined()
  })

  it('leave out fields that the attack does not have, and have nothing to compare where the baseline has none', async () => {
    const found = await spreads(dns, { ...web, made: () => ({ protocol: 'tcp' }) })
    expect(find(found, 'tcp_flags')).toBeUndefined()
    expect(find(found, 'icmp_type')).toBeUndefined()
    expect(find(found, 'udp_length')).toMatchObject({ distance: null })
    expect(find(found, 'udp_length')?.bins.every(({ baseline }) => baseline === null)).toBe(true)
  })

  it('count a packet for as many as it stands for', async () => {
    const side: Side = { made: (index) => ({ protocol: index % 2 === 0 ? 'udp' : 'tcp' }), sampling: (index) => (index % 2 === 0 ? 9 : 1) }
    expect(find(await spreads(side, null), 'protocol')?.bins).toMatchObject([
      { label: 'UDP', attack: 0.9 },
      { label: 'TCP', attack: 0.1 },
    ])
  })

  it('know nothing of no packets', async () => {
    expect(await spreads({ ...web, packets: 0 }, null)).toEqual([])
  })
})
