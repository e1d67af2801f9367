import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { capturedPackets } from '../../wire/capture-file.ts'
import { ethernet, ipv4, ipv6, tagged, udp } from '../../wire/testing/packets.ts'
import { digestMerge, packetTime } from './digest.ts'
import { PcapFile, pcapOf } from './pcap-file.ts'
import { pcapngOf, type PcapngSource } from './pcapng-file.ts'
import { chunksOf, collect, mergeInput, recordsOf, type SeenPacket } from './testing/merge-inputs.ts'
import { recordsOfPcap } from './records-of-pcap.ts'
import { TimeMerge } from './time-merge.ts'

const packet4 = ipv4(17, udp(1000, 53, Uint8Array.of(1, 2, 3)))
const packet6 = ipv6(17, udp(1000, 53))
const arp = ethernet(0x0806, new Uint8Array(28))

function seen(seconds: number, packet: Uint8Array, rest: Partial<SeenPacket> = {}): SeenPacket {
  return { seconds, nanoseconds: 123_456_789, packet, ...rest }
}

interface Read {
  readonly timeNs: bigint | undefined
  readonly wireLength: number
  readonly linkType: number
  readonly packet: Uint8Array
}

function packetsIn(file: Uint8Array): Read[] {
  return [...capturedPackets(file)].map(({ timeNs, wireLength, linkType, offset, capturedLength }) => ({
    timeNs,
    wireLength,
    linkType,
    packet: Uint8Array.from(file.subarray(offset, offset + capturedLength)),
  }))
}

function mergeOf(...lists: readonly (readonly SeenPacket[])[]): TimeMerge {
  return new TimeMerge(lists.map((list) => mergeInput(recordsOf(list))))
}

describe('a merged pcap file', () => {
  it('has IP packets by time, without the Ethernet headers and VLAN tags that some came with', async () => {
    const frame = ethernet(0x88a8, tagged(5, 0x8100, tagged(6, 0x86dd, packet6)))
    const file = new PcapFile({ ethernet: false, snapLength: 160 })
    const merge = mergeOf(
      [seen(3, packet4, { wireLength: 999 })],
      [seen(1, ethernet(0x0800, packet4), { ethernet: true, wireLength: 1514 }), seen(2, frame, { ethernet: true })],
    )
    expect(packetsIn(await collect(pcapOf(merge, file)))).toEqual([
      { timeNs: 1_123_456_000n, wireLength: 1500, linkType: 101, packet: packet4 },
      { timeNs: 2_123_456_000n, wireLength: packet6.length, linkType: 101, packet: packet6 },
      { timeNs: 3_123_456_000n, wireLength: 999, linkType: 101, packet: packet4 },
    ])
    expect([file.packets, file.leftOut]).toEqual([3, 0])
  })

  it('leaves out and counts what is not IP', async () => {
    const file = new PcapFile({ ethernet: false, snapLength: 0 })
    const cut = ethernet(0x0800, packet4).subarray(0, 14)
    const packets = [arp, ethernet(0x8847, packet4), cut, ethernet(0x8100, new Uint8Array(0)), Uint8Array.of(1)]
    const merge = mergeOf(packets.map((packet) => seen(1, packet, { ethernet: true })))
    expect(packetsIn(await collect(pcapOf(merge, file)))).toEqual([])
    expect([file.packets, file.leftOut]).toEqual([0, packets.length])
  })

  it('has frames as they are, and leaves out and counts what has no Ethernet header', async () => {
    const file = new PcapFile({ ethernet: true, snapLength: 0 })
    const merge = mergeOf([seen(1, arp, { ethernet: true })], [seen(2, packet4)])
    expect(packetsIn(await collect(pcapOf(merge, file)))).toEqual([
      { timeNs: 1_123_456_000n, wireLength: arp.length, linkType: 1, packet: arp },
    ])
    expect(file.leftOut).toBe(1)
  })

  it('comes in chunks of bounded size and counts its bytes', async () => {
    const list = Array.from({ length: 400 }, (_, i) => seen(i, new Uint8Array(1400).fill(0x45)))
    const file = new PcapFile({ ethernet: false, snapLength: 0 })
    const lengths: number[] = []
    for await (const chunk of pcapOf(mergeOf(list), file)) lengths.push(chunk.length)
    expect(lengths.length).toBeGreaterThan(8)
    expect(Math.max(...lengths)).toBeLessThan(65_536 + 1416)
    expect(lengths.reduce((sum, length) => sum + length)).toBe(24 + 400 * 1416)
    expect(file.bytes).toBe(24 + 400 * 1416)
  })

  it('takes a packet of the greatest length', async () => {
    const file = new PcapFile({ ethernet: false, snapLength: 0 })
    const whole = new Uint8Array(65_535).fill(0x45)
    const [, last] = packetsIn(await collect(pcapOf(mergeOf([seen(1, packet4), seen(2, whole)]), file)))
    expect(Buffer.compare(last?.packet ?? packet4, whole)).toBe(0)
  })

  it('closes the merge when it is not read to the end', async () => {
    let closed = false
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      try {
        for (let second = 0; ; second++) {
          await Promise.resolve()
          yield recordsOf([seen(second, new Uint8Array(1400))])
        }
      } finally {
        closed = true
      }
    }
    const merge = new TimeMerge([{ records: endless(), clockOffsetNs: 0, clockErrorNs: 0 }])
    for await (const chunk of pcapOf(merge, new PcapFile({ ethernet: false, snapLength: 0 }))) if (chunk.length > 0) break
    expect(closed).toBe(true)
  })
})

function source(name: string, isFrame: boolean): PcapngSource {
  const statistics = (): ReturnType<PcapngSource['statistics']> => ({ received: 10, dropped: 3, comments: [] })
  return { name, description: '', filter: '', snapLength: 160, ethernet: isFrame, comments: [], statistics }
}

describe('a merged pcapng file', () => {
  const section = { application: 'test', comments: ['all of it'] }

  it('has packets by time with nanoseconds, each with the link that it came by', async () => {
    const merge = mergeOf([seen(2, packet4), seen(4, arp, { ethernet: true })], [seen(1, arp, { ethernet: true }), seen(3, packet6)])
    const file = await collect(pcapngOf(merge, section, [source('a', false), source('b', true)]))
    expect(packetsIn(file)).toEqual([
      { timeNs: 1_123_456_789n, wireLength: arp.length, linkType: 1, packet: arp },
      { timeNs: 2_123_456_789n, wireLength: packet4.length, linkType: 101, packet: packet4 },
      { timeNs: 3_123_456_789n, wireLength: packet6.length, linkType: 101, packet: packet6 },
      { timeNs: 4_123_456_789n, wireLength: arp.length, linkType: 1, packet: arp },
    ])
  })

  it('has nothing left out of what a merge gives', async () => {
    const list = Array.from({ length: 300 }, (_, i) => seen(i, new Uint8Array(1400).fill(i), { ethernet: i % 3 === 0 }))
    const file = await collect(pcapngOf(mergeOf(list), section, [source('a', false)]))
    expect(packetsIn(file).map(({ packet, linkType }) => [packet[0], linkType])).toEqual(
      list.map((_, i) => [i % 256, i % 3 === 0 ? 1 : 101]),
    )
  })
})

describe('a digest', () => {
  it('is that of the bytes that downloads give, of all agents and of each', async () => {
    const lists = [
      [seen(1, packet4), seen(5, packet4), seen(3, packet6)],
      [seen(2, arp, { ethernet: true }), seen(4, ethernet(0x0800, packet4), { ethernet: true })],
      [],
    ]
    const form = { ethernet: false, snapLength: 160 }
    const { file, parts } = await digestMerge(mergeOf(...lists), form, 3)
    const all = await collect(pcapOf(mergeOf(...lists), new PcapFile(form)))
    expect(file).toEqual({ bytes: all.length, packets: 4, sha256: createHash('sha256').update(all).digest('hex') })
    for (const [index, part] of parts.entries()) {
      const bytes = await collect(pcapOf(mergeOf(lists[index] ?? []), new PcapFile(form)))
      expect(part.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(part.bytes).toBe(bytes.length)
    }
    expect(parts.map(({ packets, firstAt, lastAt }) => [packets, firstAt, lastAt])).toEqual([
      [3, '1970-01-01T00:00:01.123456Z', '1970-01-01T00:00:05.123456Z'],
      [1, '1970-01-01T00:00:04.123456Z', '1970-01-01T00:00:04.123456Z'],
      [0, null, null],
    ])
  })

  it('tells every time that a record can have', () => {
    expect(packetTime(0, 0)).toBe('1970-01-01T00:00:00.000000Z')
    expect(packetTime(0xffff_ffff, 999_999_999)).toBe('2106-02-07T06:28:15.999999Z')
  })
})

describe('records of a pcap file', () => {
  const listOf = (nanoseconds: number): SeenPacket[] =>
    Array.from({ length: 200 }, (_, i) => ({ seconds: i, nanoseconds, packet: i % 2 === 0 ? packet4 : packet6, wireLength: 500 + i }))

  it.each([1, 1000, 1_000_000])('are those that it was made of, in chunks of %d bytes', async (chunk) => {
    const file = await collect(pcapOf(mergeOf(listOf(123_456_789)), new PcapFile({ ethernet: false, snapLength: 0 })))
    let cuts = 0
    const reading = { masked: false, sampling: 1, cut: () => void cuts++ }
    const records = await collect(recordsOfPcap(chunksOf(file, chunk), reading))
    // A pcap file has microseconds.
    expect(Uint8Array.from(records)).toEqual(recordsOf(listOf(123_456_000)))
    expect(cuts).toBe(0)
  })

  it('know frames, and what was told about the capture', async () => {
    const file = await collect(pcapOf(mergeOf([seen(1, arp, { ethernet: true })]), new PcapFile({ ethernet: true, snapLength: 0 })))
    const [first] = await collect(recordsOfPcap(chunksOf(file, 10), { masked: true, sampling: 7, cut: () => undefined })).then(
      (records) => [[...records.subarray(14, 20)]],
    )
    expect(first).toEqual([1, 2, 0, 0, 0, 7])
  })

  it('say when the file was cut off, and keep what is before', async () => {
    const file = await collect(pcapOf(mergeOf([seen(1, packet4), seen(2, packet4)]), new PcapFile({ ethernet: false, snapLength: 0 })))
    for (const [length, packets] of [
      [file.length - 1, 1],
      [30, 0],
      [20, 0],
      [0, 0],
    ] as const) {
      let cuts = 0
      const records = recordsOfPcap(chunksOf(file.subarray(0, length), 1000), { masked: false, sampling: 1, cut: () => void cuts++ })
      expect((await collect(records)).length).toBe(packets * (20 + packet4.length))
      expect(cuts).toBe(1)
    }
  })

  it('are refused for a link that no agent writes', async () => {
    const file = await collect(pcapOf(mergeOf([seen(1, packet4)]), new PcapFile({ ethernet: false, snapLength: 0 })))
    file[20] = 239
    const records = recordsOfPcap(chunksOf(file, 1000), { masked: false, sampling: 1, cut: () => undefined })
    await expect(collect(records)).rejects.toMatchObject({ code: 'bad_file' })
  })
})
