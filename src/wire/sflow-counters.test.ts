// Tests of sFlow counter records and drop notifications: each number in its place, what is unknown, and damage.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import type { WireErrorCode } from '../contract/wire-errors.ts'
import { parsePacketHeader } from './packet-header.ts'
import { linkType } from './packet-tables.ts'
import type { SflowEthernetCounters, SflowHostCounters, SflowInterfaceCounters, SflowProcessorCounters } from './sflow-counters.ts'
import { dropReasonName } from './sflow-drop-reasons.ts'
import { decodeSflow5, maxFlowSamplesPerDatagram, type SflowDiscard, type SflowHost } from './sflow5.ts'
import { hex, join, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, udp } from './testing/packets.ts'
import { part, rawHeader, sflowDatagram } from './testing/sflow.ts'
import { tolerateWireErrors } from './testing/tolerate.ts'

/** Takes every kind of record and writes it down. */
class CountingHost implements SflowHost {
  readonly interfaces: SflowInterfaceCounters[] = []
  readonly ethernets: SflowEthernetCounters[] = []
  readonly processors: SflowProcessorCounters[] = []
  readonly hosts: SflowHostCounters[] = []
  readonly discards: (SflowDiscard & { ports: number[] })[] = []
  readonly others: number[] = []
  readonly faults: WireErrorCode[] = []
  readonly batch = createFlowBatch(maxFlowSamplesPerDatagram)
  samples = 0

  sflowDatagram(): boolean {
    return true
  }
  sflowFlowSample(): void {
    this.samples++
  }
  sflowCounterSample(): void {
    this.samples++
  }
  sflowCounterRecord(format: number): void {
    this.others.push(format)
  }
  sflowInterfaceCounters(counters: SflowInterfaceCounters): void {
    this.interfaces.push({ ...counters })
  }
  sflowEthernetCounters(counters: SflowEthernetCounters): void {
    this.ethernets.push({ ...counters })
  }
  sflowProcessorCounters(counters: SflowProcessorCounters): void {
    this.processors.push({ ...counters })
  }
  sflowHostCounters(counters: SflowHostCounters): void {
    this.hosts.push({ ...counters })
  }
  sflowDropSample(): void {
    this.samples++
  }
  sflowDiscard(discard: SflowDiscard): void {
    const batch = createFlowBatch(1)
    parsePacketHeader(discard.bytes, discard.start, discard.end, discard.link, batch, 0)
    this.discards.push({ ...discard, ports: [batch.columns.src_port[0], batch.columns.dst_port[0]] })
  }
  sflowSkipped(): void {
    this.samples++
  }
  malformed(code: WireErrorCode): void {
    this.faults.push(code)
  }
}

function decode(...samples: readonly Uint8Array[]): CountingHost {
  const host = new CountingHost()
  const bytes = sflowDatagram(samples)
  decodeSflow5(bytes, bytes.length, host.batch, host)
  return host
}

function counterSample(...records: readonly Uint8Array[]): Uint8Array {
  return part(2, join(u32(9, 3, records.length), ...records))
}

/** Words 1, 2, 3 and so on: every field of a record shows where it came from. */
function counting(from: number, words: number): Uint8Array {
  return u32(...Array.from({ length: words }, (_, index) => from + index))
}

const high = 2 ** 32

describe('interface counters', () => {
  const record = join(u32(5, 6, 2, 0x540be400, 1, 3, 7, 100), counting(101, 6), u32(8, 200), counting(201, 6))

  it('reads every field', () => {
    const host = decode(counterSample(part(1, record)))
    expect(host.interfaces).toEqual([
      {
        ifIndex: 5,
        type: 6,
        speed: 10_000_000_000,
        direction: 1,
        administrativelyUp: true,
        operationallyUp: true,
        inOctets: 7 * high + 100,
        inUnicastPackets: 101,
        inMulticastPackets: 102,
        inBroadcastPackets: 103,
        inDiscards: 104,
        inErrors: 105,
        inUnknownProtocols: 106,
        outOctets: 8 * high + 200,
        outUnicastPackets: 201,
        outMulticastPackets: 202,
        outBroadcastPackets: 203,
        outDiscards: 204,
        outErrors: 205,
        promiscuous: false,
      },
    ])
    expect([host.others, host.faults]).toEqual([[], []])
  })

  it('tells what the agent does not count as unknown', () => {
    const unknown = join(u32(5, 6), new Uint8Array(8).fill(255), u32(0, 1), new Uint8Array(64).fill(255))
    const [counters] = decode(counterSample(part(1, join(unknown, u32(2))))).interfaces
    expect(counters).toMatchObject({
      speed: -1,
      administrativelyUp: true,
      operationallyUp: false,
      inOctets: -1,
      inErrors: -1,
      outOctets: -1,
    })
  })

  it('hands nothing over of a record that is cut, and goes on', () => {
    const host = decode(counterSample(part(1, record.subarray(0, 80)), part(1, record)))
    expect([host.interfaces.length, host.faults]).toEqual([1, ['truncated']])
  })

  it('reads Ethernet and processor records, and leaves others to be looked at', () => {
    const processor = u32(1250, 0xffffffff, 300, 1, 0, 0, 5000)
    const host = decode(counterSample(part(2, counting(1, 13)), part(1001, processor), part(2207, u32(1))))
    expect(Object.values(host.ethernets[0] ?? {})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    expect(host.ethernets[0]).toMatchObject({ checkSequenceErrors: 2, receiveErrors: 12 })
    expect(host.processors).toEqual([
      { percent5Seconds: 12.5, percent1Minute: -1, percent5Minutes: 3, totalMemory: high, freeMemory: 5000 },
    ])
    expect(host.others).toEqual([2207])
  })
})

describe('host counters', () => {
  const name = join(u32(5), hex('6e616d650a 000000'))
  const description = part(2000, join(name, new Uint8Array(16), u32(3, 2, 3), hex('362e31 00')))
  const cpu = part(2003, join(hex('3fc00000 40000000 7fc00000'), u32(1, 2, 4, 2400, 86400, 10, 11, 12, 13, 14, 15, 16, 17, 18)))
  const memory = part(2004, u32(0, 800, 0, 300, 0, 1, 0, 2, 0, 150, 0, 64, 0, 32, 1, 2, 3, 4))
  const disk = part(2005, u32(1, 0, 0, 500, 9050, 1, 0, 77, 2, 3, 0, 88, 4))
  const network = part(2006, u32(0, 11, 12, 13, 14, 0, 21, 22, 23, 24))

  it('gathers the records of a sample', () => {
    const host = decode(counterSample(description, cpu, memory, disk, network))
    expect(host.hosts).toEqual([
      {
        hostName: 'name',
        operatingSystemRelease: '6.1',
        load1Minute: 1.5,
        load5Minutes: 2,
        load15Minutes: -1,
        processors: 4,
        uptimeSeconds: 86400,
        userMs: 10,
        systemMs: 12,
        idleMs: 13,
        ioWaitMs: 14,
        totalMemory: 800,
        freeMemory: 300,
        cachedMemory: 150,
        totalSwap: 64,
        freeSwap: 32,
        totalDisk: high,
        freeDisk: 500,
        fullestPartitionPercent: 90.5,
        diskBytesRead: 77,
        diskBytesWritten: 88,
        bytesIn: 11,
        packetsIn: 12,
        errorsIn: 13,
        dropsIn: 14,
        bytesOut: 21,
        packetsOut: 22,
        errorsOut: 23,
        dropsOut: 24,
      },
    ])
    expect([host.others, host.faults]).toEqual([[], []])
  })

  it('starts anew with each sample', () => {
    const host = decode(counterSample(description, cpu), counterSample(part(1, new Uint8Array(88))), counterSample(network))
    expect(host.hosts).toMatchObject([
      { hostName: 'name', bytesIn: -1 },
      { hostName: '', processors: -1, bytesIn: 11 },
    ])
  })

  it('bounds a name that is longer than any', () => {
    const long = part(2000, join(u32(4000), new Uint8Array(4000).fill(0x61), new Uint8Array(16), u32(3, 2, 0)))
    expect(decode(counterSample(long)).hosts[0]?.hostName).toBe('a'.repeat(64))
    const lying = part(2000, join(u32(0xfffffff0), new Uint8Array(100)))
    expect(decode(counterSample(lying)).faults).toEqual(['truncated'])
  })
})

describe('drop notifications', () => {
  const dropped = rawHeader(ethernet(0x0800, ipv4(17, udp(7, 8))), 1500)
  const notice = (reason: number, ...records: readonly Uint8Array[]): Uint8Array =>
    part(5, join(u32(77, 0, 3, 4, 1, 0x3fffffff, reason, records.length), ...records))

  it('tells the reason, the interfaces and the packet', () => {
    const host = decode(notice(258, part(1001, u32(1, 0, 2, 0)), dropped), notice(300))
    expect(host.discards).toMatchObject([
      { reason: 258, inputInterface: 1, outputInterface: 0, frameLength: 1500, link: linkType.ethernet, ports: [7, 8] },
      { reason: 300, frameLength: 0, link: -1, start: 0, end: 0, ports: [0, 0] },
    ])
    expect(host.faults).toEqual([])
  })

  it('tells what it can of one whose header lies about its length', () => {
    const lying = part(1, join(u32(1, 1500, 4, 5000), ethernet(0x0800, ipv4(17, udp(7, 8)))))
    const host = decode(notice(258, lying), notice(259, dropped))
    expect(host.discards.map(({ reason, ports }) => [reason, ports])).toEqual([
      [258, [7, 8]],
      [259, [7, 8]],
    ])
    expect(host.faults).toEqual(['bad_sample_length'])
  })

  it('tells nothing of one that ends before the reason', () => {
    const host = decode(part(5, u32(77, 0, 3, 4, 1, 2)))
    expect([host.samples, host.discards, host.faults]).toEqual([1, [], ['truncated']])
  })

  it('names reasons, and no more than there are', () => {
    expect([0, 13, 15, 256, 258, 279, 289, 303].map(dropReasonName)).toEqual([
      'net_unreachable',
      'comm_admin_prohibited',
      'precedence_cutoff',
      'unknown',
      'acl',
      'unresolved_neigh',
      'unknown_l4',
      'split_horizon',
    ])
    expect([16, 255, 304, 0xffffffff].map(dropReasonName)).toEqual(['other', 'other', 'other', 'other'])
  })

  const seeds = [
    sflowDatagram([
      counterSample(
        part(1, new Uint8Array(88)),
        part(2000, join(u32(4), hex('6e616d65'), new Uint8Array(32))),
        part(2003, new Uint8Array(68)),
      ),
    ]),
    sflowDatagram([counterSample(part(1001, new Uint8Array(28)), part(2006, new Uint8Array(40))), notice(258, dropped)]),
  ]

  it('survives any change: nothing but WireError, and no more calls than bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.constantFrom(0, 1, 2, 5, 64, 128, 255)), { maxLength: 6 })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, fc.nat(300), (seed, list, length) => {
        const bytes = seed.slice(0, Math.max(28, length))
        for (const [at, value] of list) if (at < bytes.length) bytes[at] = value
        const host = new CountingHost()
        tolerateWireErrors(() => decodeSflow5(bytes, bytes.length, host.batch, host))
        const calls = host.samples + host.interfaces.length + host.ethernets.length + host.processors.length + host.others.length
        expect(calls + host.hosts.length + host.discards.length).toBeLessThanOrEqual(bytes.length / 8)
      }),
      { numRuns: 2000 },
    )
  })
})
