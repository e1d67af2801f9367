import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linkType } from '../wire/packet-tables.ts'
import { PacketRecordWriter } from '../wire/packet-record.ts'
import { hex, join, u16 } from '../wire/testing/bytes.ts'
import { enhancedPacket, interfaceBlock, pcap, sectionHeader } from '../wire/testing/capture-writer.ts'
import { ethernet, ipv4, ipv6, tagged, udp } from '../wire/testing/packets.ts'
import { defaultSignatureAsk } from '../contract/signature.ts'
import { deriveSignature } from './derive.ts'
import { openFeed } from './files.ts'
import type { PacketFeed } from './packet-feed.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-feed-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = joinPath(folder, name)
  await writeFile(path, bytes)
  return path
}

async function read(feed: PacketFeed) {
  const packets: unknown[] = []
  const leftOut = await feed.each(({ layout, wireLength, cut, seconds, nanoseconds, sampling }) => {
    packets.push({
      version: layout.bytes[layout.ip] >> 4,
      transport: layout.transport - layout.ip,
      wireLength,
      cut,
      seconds,
      nanoseconds,
      sampling,
    })
  })
  return { packets, leftOut }
}

const four = ipv4(17, udp(53, 4000, new Uint8Array(100)))
const six = ipv6(17, udp(53, 4000, new Uint8Array(100)))
const arp = ethernet(0x0806, new Uint8Array(28))
const frames = [ethernet(0x0800, four), ethernet(0x8100, tagged(7, 0x86dd, six)), arp, ethernet(0x0800, four).subarray(0, 60)]
const told = { seconds: 1_700_000_000, nanoseconds: 5_000, sampling: 1 }
const expected = {
  packets: [
    { version: 4, transport: 20, wireLength: 128, cut: false, ...told },
    { version: 6, transport: 40, wireLength: 148, cut: false, ...told },
    { version: 4, transport: 20, wireLength: 128, cut: true, ...told },
  ],
  leftOut: 1,
}

const lengthOf = (frame: Uint8Array, index: number) => (index === 3 ? frames[0].length : frame.length)
const asPcap = () =>
  pcap(frames.map((packet, index) => ({ seconds: 1_700_000_000, fraction: 5, packet, wireLength: lengthOf(packet, index) })))

describe('feeds of files', () => {
  it('read pcap and pcapng alike, also more than once', async () => {
    const blocks = frames.map((frame, index) =>
      enhancedPacket(true, { interfaceId: 0, time: 1_700_000_000_000_005n }, frame, lengthOf(frame, index)),
    )
    const pcapng = join(sectionHeader(true), interfaceBlock(true, 1, 0), ...blocks)
    for (const [name, bytes] of [
      ['one.pcap', asPcap()],
      ['one.pcapng', pcapng],
    ] as const) {
      const feed = await openFeed(await fileOf(name, bytes))
      expect(feed).toMatchObject({ name, bytes: bytes.length })
      expect(await read(feed)).toEqual(expected)
      expect(await read(feed)).toEqual(expected)
    }
  })

  it('read packet records with their sampling, over the borders of pieces', async () => {
    const writer = new PacketRecordWriter(4_000_000)
    const times = { seconds: 1_700_000_000, nanoseconds: 5_000, superPacket: false }
    const count = 20_000
    for (let index = 0; index < count; index++) {
      const isEthernet = index % 2 === 0
      const bytes = isEthernet ? frames[0] : six
      const packet = { ...times, wireLength: bytes.length, ethernet: isEthernet, bytes, start: 0, end: bytes.length }
      writer.append(packet, { masked: false, sampling: 100 })
    }
    const feed = await openFeed(await fileOf('records', writer.take()), { format: 'records', name: 'capture 7' })
    const { packets, leftOut } = await read(feed)
    expect([feed.name, packets.length, leftOut]).toEqual(['capture 7', count, 0])
    expect(packets.slice(-2)).toEqual(expected.packets.slice(0, 2).map((packet) => Object.assign({}, packet, { sampling: 100 })))
  })

  it.each([
    ['an empty file', new Uint8Array(0), 'it is empty'],
    ['a compressed file', gzipSync(pcap([])), 'gunzip'],
    ['another file', hex('7f454c46 02010100'), 'tcpdump -w'],
  ])('refuse %s', async (_, bytes, reason) => {
    const path = await fileOf('other', bytes)
    await expect(openFeed(path)).rejects.toMatchObject({ code: 'bad_file', message: expect.stringContaining(reason) })
  })

  it('give what stands before damage', async () => {
    const whole = asPcap()
    const cut = await openFeed(await fileOf('cut.pcap', whole.subarray(0, -7)))
    const seen: number[] = []
    await expect(cut.each(({ wireLength }) => seen.push(wireLength))).rejects.toMatchObject({ code: 'truncated' })
    expect(seen).toEqual([128, 148])
    const broken = await openFeed(await fileOf('broken.pcap', join(whole, new Uint8Array(12).fill(0xff), u16(0xffff, 0xffff))))
    await expect(broken.each(() => {})).rejects.toMatchObject({ code: 'bad_packet' })
  })

  it('are measured as far as they go when a file was cut off', async () => {
    const attack = await openFeed(await fileOf('short.pcap', asPcap().subarray(0, -7)))
    const report = await deriveSignature({ attack, baseline: null }, defaultSignatureAsk)
    expect(report.attack).toMatchObject({ name: 'short.pcap', packets: 2 })
    expect(report.warnings.join()).toContain('short.pcap ends inside a packet')
  })

  it('read what has an IP header and any link type', async () => {
    const path = await fileOf('raw.pcap', pcap([{ seconds: 0, fraction: 0, packet: four }], { linkType: linkType.raw }))
    expect((await read(await openFeed(path))).packets).toMatchObject([{ version: 4, seconds: 0 }])
  })
})
