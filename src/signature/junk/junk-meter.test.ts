import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { JunkFinding, JunkKind } from '../../contract/signature.ts'
import { hex } from '../../wire/testing/bytes.ts'
import { listFeed } from '../testing/packet-list.ts'
import { SeededRandom } from '../../base/seeded-random.ts'
import { JunkMeter } from './junk-meter.ts'
import { randomAddress, randomBytes, wholePacket, type WholePacket } from './testing/whole-packets.ts'

type Made = (index: number, chance: SeededRandom) => WholePacket | Uint8Array

async function findings(attack: Made, baseline: Made | null = null, packets = 300): Promise<JunkFinding[]> {
  const meter = new JunkMeter()
  for (const [side, made, seed] of [['attack', attack, 1] as const, ['baseline', baseline, 2] as const]) {
    if (made === null) continue
    const chance = new SeededRandom(seed)
    const list = Array.from({ length: packets }, (_, index) => {
      const packet = made(index, chance)
      return { bytes: packet instanceof Uint8Array ? packet : wholePacket(packet) }
    })
    await listFeed(side, list).each((packet) => meter.add(packet, side))
  }
  return meter.findings()
}

const kinds = (found: readonly JunkFinding[]) => found.map(({ kind }) => kind).toSorted()
const find = (found: readonly JunkFinding[], kind: JunkKind) => found.find((finding) => finding.kind === kind)

/** Answers of a few hundred web servers: what everybody has. */
const everyday: Made = (index, chance) => ({
  protocol: 'tcp',
  source: `${[17, 52, 104, 142, 151, 185][index % 6]}.${chance.below(40)}.7.${chance.below(9) + 1}`,
  sourcePort: 443,
  destinationPort: 32_768 + chance.below(28_000),
  ttl: [48, 52, 57, 113, 246][chance.below(5)] ?? 60,
  window: chance.below(65_536),
  payload: new TextEncoder().encode(`HTTP/1.1 200 OK\r\nDate: ${chance.below(1e9)}\r\nServer: some ${chance.below(1e9)}\r\n`),
})

describe('junk', () => {
  it('finds none in everyday traffic, with and without a baseline', async () => {
    expect(await findings(everyday)).toEqual([])
    expect(await findings(everyday, everyday)).toEqual([])
  })

  it('finds random payload, and says that encrypted looks the same', async () => {
    const flood: Made = (index, chance) => ({
      ...(everyday(index, chance) as WholePacket),
      protocol: 'udp',
      payload: randomBytes(200, chance),
    })
    const [found] = await findings(flood, everyday)
    expect(found).toMatchObject({ kind: 'random_payload', share: { of: 300 }, baseline: { hits: 0, of: 300 } })
    expect(found?.share.share).toBeGreaterThan(0.98)
    expect(found?.why).toMatch(
      /^\d.*% of 300 payloads .* \(all together have (7\.9\d|8\.00) bits a byte, 8 is random\)\. Encrypted .*Of the baseline it is 0 %\.$/,
    )
  })

  it('does not call text, counters and zeros random, and compressed data only as much as it says', async () => {
    const counter = Uint8Array.from({ length: 256 }, (_, index) => index)
    for (const payload of [counter, new Uint8Array(64), new TextEncoder().encode('a b c '.repeat(20))]) {
      const found = await findings((index, chance) => ({ ...(everyday(index, chance) as WholePacket), payload }))
      expect(kinds(found)).not.toContain('random_payload')
    }
    const packed: Made = (index, chance) => ({
      ...(everyday(index, chance) as WholePacket),
      payload: deflateRawSync(randomBytes(300, chance)),
    })
    expect(kinds(await findings(packed, packed))).toEqual([])
  })

  it('finds payloads that are one byte again and again, and those that are all the same', async () => {
    const same = (payload: Uint8Array) => findings((index, chance) => ({ ...(everyday(index, chance) as WholePacket), payload }), everyday)
    expect(find(await same(new Uint8Array(64).fill(0x41)), 'constant_payload')?.why).toMatch(
      /^100 % of 300 payloads are one byte again and again\./,
    )
    expect(find(await same(hex('000102030405060708090a0b')), 'constant_payload')?.why).toMatch(/^100 % of 300 payloads are the same one\./)
  })

  it('finds wrong checksums, tells which, and what a baseline with the same ones means', async () => {
    const wrong: Made = (index, chance) => ({
      ...(everyday(index, chance) as WholePacket),
      ...(index % 2 === 0 ? { checksum: 0xbad } : {}),
    })
    const [found] = await findings(wrong, everyday)
    expect(found).toMatchObject({ kind: 'checksum', share: { hits: 150, of: 300, share: 0.5 }, baseline: { hits: 0 } })
    expect(found?.why).toContain('(of TCP 50 %)')
    const [both] = await findings(wrong, wrong)
    expect(both?.why).toContain('Of the baseline it is 50 %: so it says nothing.')
  })

  it('knows the checksums of IPv6, ICMP and UDP without one, and leaves out fragments and what was cut', async () => {
    const good: Made = (index) => {
      const packets: WholePacket[] = [
        { protocol: 'icmp', source: '2600::1', destination: '2600::2', type: 128, payload: hex('01') },
        { protocol: 'udp', source: '2600::1', destination: '2600::2', payload: hex('010203') },
        { protocol: 'tcp', source: '2600::1', destination: '2600::2' },
        { protocol: 'icmp', payload: hex('0102') },
        { protocol: 'udp', checksum: 0 },
        { protocol: 'udp', checksum: 0xbad, fragment: 0x2000 },
      ]
      return packets[index % packets.length] ?? { protocol: 'udp' }
    }
    expect(await findings(good)).toEqual([])
    const cut: Made = () => wholePacket({ protocol: 'udp', checksum: 0xbad, payload: new Uint8Array(40).fill(7) }).subarray(0, 30)
    expect(await findings(cut)).toEqual([])
    const header: Made = () => wholePacket({ protocol: 'udp' }).with(10, 1)
    expect(find(await findings(header), 'checksum')?.why).toContain('(of the IPv4 header 100 %)')
  })

  it('does not count checksums that a host has left to its network card', async () => {
    // The folded sum of the pseudo header, of both addresses, protocol and length.
    const sum = 0xc633 + 0x6409 + 0xcb00 + 0x7107 + 17 + 8
    const begun: Made = () => ({
      protocol: 'udp',
      checksum: (sum & 0xffff) + (sum >>> 16),
      source: '198.51.100.9',
      destination: '203.0.113.7',
    })
    expect(kinds(await findings(begun))).toEqual(['bogon_sources'])
  })

  it('finds flags that no connection has, with the share of each', async () => {
    const flags = [0x00, 0x03, 0x06, 0x3f, 0x01, 0x02, 0x10, 0x14, 0x12, 0x04]
    const [found] = await findings(
      (index, chance) => ({ ...(everyday(index, chance) as WholePacket), flags: flags[index % 10] ?? 0 }),
      everyday,
    )
    expect(found).toMatchObject({ kind: 'impossible_flags', share: { hits: 150, of: 300 } })
    for (const text of [
      'no flag at all 10 %',
      'SYN with FIN 10 %',
      'SYN with RST 10 %',
      'all flags 10 %',
      'FIN, PSH or URG without ACK 10 %',
    ])
      expect(found?.why).toContain(text)
  })

  it('finds made-up sources: every packet a new one, even over all addresses, from nobody, with one TTL', async () => {
    const spoofed: Made = (_, chance) => ({
      protocol: 'tcp',
      source: randomAddress(chance),
      flags: 2,
      ttl: 55,
      sourcePort: chance.below(65_536),
    })
    const found = await findings(spoofed, everyday, 1000)
    expect(kinds(found)).toEqual(['bogon_sources', 'one_ttl', 'spoofed_sources'])
    const why = find(found, 'spoofed_sources')?.why ?? ''
    expect(why).toMatch(/no more than twice \(about (1 0)?\d{2,3} sources\)/)
    for (const text of ['as evenly as chance', '% are in networks that nobody has', '100 % came with TTL 55', 'even over all 65 536'])
      expect(why).toContain(text)
    expect(find(found, 'one_ttl')?.why).toMatch(/^100 % of 1 000 packets have TTL 55/)
  })

  it('does not call reflectors made up: they are many, and each sends much', async () => {
    const reflected: Made = (index, chance) => ({
      protocol: 'udp',
      source: `${2 + (index % 60) * 3}.${index % 60}.3.4`,
      sourcePort: 53,
      ttl: 40 + chance.below(90),
      payload: randomBytes(20, chance),
    })
    expect(await findings(reflected, everyday)).toEqual([])
  })

  it('finds packets that cannot be meant', async () => {
    const broken: readonly WholePacket[] = [
      { protocol: 'udp', udpLength: 900 },
      { protocol: 'udp', sourcePort: 0 },
      { protocol: 'tcp', source: '1.2.3.4', destination: '1.2.3.4' },
      { protocol: 'tcp', options: hex('02ff05b4') },
      { protocol: 'tcp', options: hex('0101080a') },
      { protocol: 'tcp', options: hex('020405b401010402') },
    ]
    const found = find(await findings((index) => ({ ...(broken[index % 6] ?? { protocol: 'tcp' }) })), 'malformed')
    expect(found?.share).toMatchObject({ hits: 250, of: 300 })
    for (const text of ['a UDP length that is not', 'port 0 17 %', 'their destination as source 17 %', 'broken TCP options 33 %'])
      expect(found?.why).toContain(text)
    const short: Made = () => wholePacket({ protocol: 'tcp' }).with(32, 0xf0)
    expect(find(await findings(short), 'malformed')?.why).toContain('a TCP header that does not fit into the packet 100 %')
  })

  it('tells nothing of a handful of packets', async () => {
    expect(await findings((_, chance) => ({ protocol: 'tcp', flags: 0, source: randomAddress(chance) }), null, 10)).toEqual([])
  })

  it('looks at a selection that is even over all of a long capture', async () => {
    const [good, bad] = [0x18, 0].map((flags) => wholePacket({ protocol: 'tcp', flags }))
    // Every second packet of the last third is bad.
    const made: Made = (index) => (index >= 100_000 && index % 2 === 0 ? bad : good) ?? { protocol: 'tcp' }
    const [found] = await findings(made, null, 150_000)
    expect(found).toMatchObject({ kind: 'impossible_flags' })
    expect(found?.share.of).toBeLessThanOrEqual(65_536)
    expect(found?.share.share).toBeGreaterThan(0.16)
    expect(found?.share.share).toBeLessThan(0.174)
  })
})
