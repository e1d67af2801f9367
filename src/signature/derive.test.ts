import { describe, expect, it } from 'vitest'
import { defaultSignatureAsk, type SignatureAsk, type SignatureProgress, type SignatureReport } from '../contract/signature.ts'
import { packetTest } from '../filter/packet-test.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { hex, join } from '../wire/testing/bytes.ts'
import { deriveSignature, measureSignature } from './derive.ts'
import { SeededRandom } from '../base/seeded-random.ts'
import type { PacketFeed } from './packet-feed.ts'
import { everydayPackets, madePacket, randomBytes, tcpPacket, udpPacket } from './testing/made-packets.ts'
import { listFeed, type ListedPacket } from './testing/packet-list.ts'

const clean = everydayPackets(4400, 5)
const [baseline, moreClean] = [clean.slice(0, 3400), clean.slice(3400)]

function many(count: number, make: (random: SeededRandom) => ListedPacket, seed = 3): ListedPacket[] {
  const random = new SeededRandom(seed)
  return Array.from({ length: count }, () => make(random))
}

async function countHeld(text: string, feed: PacketFeed): Promise<number> {
  const test = packetTest(parseFilter(text))
  let hits = 0
  await feed.each(({ layout }) => {
    if (test(layout)) hits++
  })
  return hits
}

/** Derives, and counts again with nothing but the texts of the report. */
async function derived(
  attack: readonly ListedPacket[],
  normal: readonly ListedPacket[] | null,
  ask: Partial<SignatureAsk> = {},
): Promise<SignatureReport> {
  const feeds = { attack: listFeed('attack', attack), baseline: normal && listFeed('normal', normal) }
  const report = await deriveSignature(feeds, { ...defaultSignatureAsk, ...ask })
  const filter = report.filter ?? 'not len >= 0'
  expect(report.held).toMatchObject({ hits: await countHeld(filter, feeds.attack), of: attack.length })
  expect(report.false?.hits).toBe(feeds.baseline ? await countHeld(filter, feeds.baseline) : undefined)
  for (const part of report.parts) {
    expect(part.attack.hits).toBe(await countHeld(part.filter, feeds.attack))
    for (const { filter, attack: alone } of part.conditions) expect(alone.hits).toBe(await countHeld(filter, feeds.attack))
  }
  return report
}

const amplification = (random: SeededRandom) =>
  udpPacket([53, 0], join(hex('0000 8180 0001 0012'), randomBytes(1180 + random.below(200), random)), random)
const synFlood = (random: SeededRandom) => tcpPacket({ flags: 2, window: 512, port: 443 }, random)

describe('a signature', () => {
  it('has one part for each vector, and spares the normal traffic that the capture holds as well', async () => {
    const attack = [...many(1200, amplification), ...many(800, synFlood), ...moreClean.slice(0, 300)]
    const report = await derived(attack, baseline, { min_recall: 0.85 })
    expect(report.parts.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^DNS amplification/),
      expect.stringMatching(/^SYN flood/),
    ])
    expect(report.held.share).toBeGreaterThan(0.85)
    expect(report.false?.share).toBeLessThanOrEqual(0.001)
    expect(await countHeld(report.filter ?? '', listFeed('more', moreClean.slice(300)))).toBeLessThan(20)
    expect(report.parts[0]?.adds.hits).toBe(1200)
    expect(report.targets).toEqual([{ prefix: '203.0.113.10/32', share: expect.any(Number) }])
    expect(report.filter).not.toContain('dst 203')
    expect(report.attack).toMatchObject({ name: 'attack', packets: 2300, left_out: 0, learnt_from: 2300 })
    expect(report.attack.first_at).toBe('2023-11-14T22:13:20.000Z')
  })

  it.each([
    ['the window that a tool writes', tcpPacket, { window: 1234 }, 'tcp.window 1234'],
    ['the port that is hit', tcpPacket, { port: 7777 }, 'dst port 7777'],
  ])('finds %s', async (_, make, planted, expected) => {
    const other = (random: SeededRandom) => make({ flags: 16, window: random.below(0x1_0000), port: 1024 + random.below(64_000) }, random)
    const flood = (random: SeededRandom) =>
      make({ flags: 16, window: random.below(0x1_0000), port: 1024 + random.below(64_000), ...planted }, random)
    const report = await derived(many(600, flood), [...many(1500, other, 4), ...baseline])
    expect(report.parts).toHaveLength(1)
    expect(report.filter).toContain(expected)
    expect(report.held.share).toBe(1)
  })

  it('takes no part from a transfer that goes on beside the attack and is not in the baseline', async () => {
    // Acknowledgements of one connection: its sequence number stands still, its ports and window hardly change.
    const transfer = many(600, (random) => {
      const packet = tcpPacket({ flags: 16, window: 1400 + random.below(8), port: 50_123 }, random)
      packet.bytes.set([198, 51, 100, 9], 12)
      packet.bytes.set([0x01, 0xbb], 20)
      packet.bytes.set([0xef, 0xaf, 0x29, 0xef], 24)
      return packet
    })
    const besides = await derived([...many(1400, amplification), ...transfer], baseline)
    expect(besides.parts.map(({ title }) => title)).toEqual([expect.stringMatching(/^DNS amplification/)])
    expect(besides.held.share).toBe(0.7)
    expect(besides.warnings.join(' ')).toMatch(
      /70 % of the attack capture.*somebody's transfer, as few send it: ACK flood, 30 % of the capture/,
    )
    // When that is what was captured, it is the attack.
    const alone = await derived([...many(300, amplification), ...transfer], baseline)
    expect(alone.held.share).toBeGreaterThan(0.95)
  })

  it('finds constant bytes at their offset, and no other condition that is not needed', async () => {
    const flood = (random: SeededRandom) =>
      udpPacket([0, 0], join(randomBytes(12, random), hex('deadbeefcafe'), randomBytes(20 + random.below(400), random)), random)
    const other = (random: SeededRandom) => udpPacket([0, 0], randomBytes(38 + random.below(400), random), random)
    const report = await derived(many(800, flood), [...many(2000, other, 4), ...baseline])
    expect(report.filter).toBe('udp and payload[12:6] 0xdeadbeefcafe')
    expect(report.parts[0]?.conditions[1]).toMatchObject({ field: 'bytes 12–17 of the payload', variability: 'free' })
  })

  it('finds bits that are constant where the rest of their byte is not', async () => {
    const header = (bit: number) => (random: SeededRandom) =>
      udpPacket([53, 0], join(randomBytes(2, random), Uint8Array.of(bit | random.below(128)), randomBytes(300, random)), random)
    const report = await derived(many(600, header(0x80)), [...many(1500, header(0), 4), ...baseline])
    expect(report.filter).toMatch(/^udp and src port 53 and (len 331 and )?payload\[2\] & 0x80 == 0x80$/)
    expect(report.parts[0]?.conditions.at(-1)).toMatchObject({ meaning: 'DNS answer', attack: { share: 1 } })
  })

  it('finds fragments, ICMP types and other protocols', async () => {
    const fragment = (random: SeededRandom) =>
      madePacket({ protocol: 17, transport: randomBytes(1200, random), fragment: 0x2000 | 185 }, random)
    const ping = (random: SeededRandom) => madePacket({ protocol: 1, transport: join(hex('0d00'), randomBytes(600, random)) }, random)
    const other = (random: SeededRandom) => madePacket({ protocol: 253, transport: randomBytes(100, random) }, random)
    const report = await derived([...many(500, fragment), ...many(400, ping), ...many(300, other)], baseline)
    expect(report.parts.map(({ filter }) => filter)).toEqual(['udp and fragment later', expect.stringMatching(/^icmp and /), 'proto 253'])
    expect(report.held.share).toBe(1)
  })

  it('is none where the attack looks like the baseline', async () => {
    const report = await derived(clean.slice(0, 2000), clean.slice(2000))
    expect(report).toMatchObject({ filter: null, parts: [], held: { hits: 0, of: 2000 }, false: { hits: 0 } })
    expect(report.warnings[0]).toMatch(/looks like the baseline/)
    expect(report.targets.length).toBeGreaterThan(0)
  })

  it('says what is not known without a baseline, or with a small one', async () => {
    const attack = many(500, amplification)
    const alone = await derived(attack, null)
    expect(alone).toMatchObject({ baseline: null, false: null, held: { share: 1 } })
    expect(alone.parts[0]).toMatchObject({ baseline: null, title: expect.stringMatching(/^DNS amplification/) })
    expect(alone.warnings.join()).toContain('There is no baseline')
    const small = await derived(attack, baseline.slice(0, 200))
    expect(small.warnings.join()).toContain('too small to prove it: with 200 packets as much as 1.9 %')
  })

  it('takes source prefixes only when asked', async () => {
    const flood = (random: SeededRandom) => {
      const packet = udpPacket([0, 0], randomBytes(100 + random.below(400), random), random)
      packet.bytes.set([198, 18, 7], 12)
      return packet
    }
    const other = (random: SeededRandom) => udpPacket([0, 0], randomBytes(100 + random.below(400), random), random)
    const normal = [...many(2000, other, 4), ...baseline]
    expect((await derived(many(400, flood), normal)).filter).toBeNull()
    expect((await derived(many(400, flood), normal, { sources: true })).filter).toBe('udp and src 198.18.7.0/24')
  })

  it('weighs packets by how many each stands for', async () => {
    const rare = many(300, amplification).map(({ bytes }) => ({ bytes, sampling: 100 }))
    const report = await derived([...rare, ...many(300, synFlood)], baseline, { min_recall: 0.5 })
    expect(report.parts[0]?.title).toMatch(/^DNS amplification/)
    expect(report.held).toMatchObject({ hits: 300, of: 600 })
    expect(report.held.share).toBeCloseTo(100 / 101)
    // 600 packets of which half weigh nothing beside the others tell as much as about 300.
    expect(report.held.low).toBeLessThan(0.985)
    expect(report.warnings.join()).toContain('sampled at different rates')
  })

  it('is the same each time, and tells how far it is', async () => {
    const attack = listFeed('attack', [...many(500, amplification), ...many(500, synFlood)])
    const told: SignatureProgress[] = []
    const feeds = { attack, baseline: listFeed('normal', baseline) }
    const one = await deriveSignature(feeds, defaultSignatureAsk, { progress: (progress) => told.push(progress) })
    expect(await deriveSignature(feeds, defaultSignatureAsk)).toEqual(one)
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['reading attack', 'reading baseline', 'learning', 'measuring', 'done'])
    expect(told.at(-1)).toEqual({ phase: 'done', share: 1, packets: 4400 })
    for (const { share } of told) expect(share ?? 0).toBeLessThanOrEqual(1)
  })

  it('can be stopped', async () => {
    const stop = new AbortController()
    const progress = ({ phase }: SignatureProgress) => {
      if (phase === 'learning') stop.abort(new Error('stopped by a test'))
    }
    const feeds = { attack: listFeed('attack', many(500, amplification)), baseline: listFeed('normal', baseline) }
    await expect(deriveSignature(feeds, defaultSignatureAsk, { progress, signal: stop.signal })).rejects.toThrow('stopped by a test')
  })
})

describe('a filter of somebody', () => {
  it('is measured by its parts and their conditions', async () => {
    const feeds = {
      attack: listFeed('attack', [...many(300, amplification), ...many(100, synFlood)]),
      baseline: listFeed('normal', baseline),
    }
    const filter = parseFilter('udp and src port 53 and len > 1000 or flags syn,!ack and not dst port 80 or dst 192.0.2.1')
    const report = await measureSignature(filter, feeds, defaultSignatureAsk)
    expect(report.parts.map(({ adds }) => adds.hits)).toEqual([300, 100, 0])
    expect(report.parts[0]?.conditions.map(({ filter: text, variability }) => [text, variability])).toEqual([
      ['udp', 'fixed'],
      ['src port 53', 'fixed'],
      ['len > 1000', 'effort'],
    ])
    expect(report.parts[1]?.conditions[1]).toMatchObject({ filter: 'not dst port 80', field: 'destination port (negated)' })
    expect(report).toMatchObject({ held: { hits: 400 }, attack: { learnt_from: 0 } })
    expect(report.false?.hits).toBe(await countHeld(report.filter ?? '', feeds.baseline))
  })
})
