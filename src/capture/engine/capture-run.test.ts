// Limits of a capture are exact, whatever the order of events; failures and ends are told once and right.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { CaptureObject } from '../../contract/capture.ts'
import type { PacketSink, PacketSource, PacketView } from '../packet-sink.ts'
import { CaptureRun, type CaptureRunPlan } from './capture-run.ts'
import { createPacketView } from './packet-view.ts'

class FakeSource implements PacketSource {
  take: (packet: PacketView) => void = () => undefined
  failed: (error: Error) => void = () => undefined
  /** Lengths of packets that the kernel has when it is stopped. */
  queued: number[] = []
  started = 0
  stopped = 0
  refusal: Error | undefined

  async start(take: (packet: PacketView) => void, failed: (error: Error) => void): Promise<void> {
    this.started++
    if (this.refusal !== undefined) throw this.refusal
    this.take = take
    this.failed = failed
  }

  send(...lengths: readonly number[]): void {
    const view = { ...createPacketView(), seconds: 1_700_000_000, nanoseconds: 123_456_789 }
    for (const length of lengths) this.take({ ...view, bytes: new Uint8Array(length), end: length, wireLength: length })
  }

  counters() {
    return { kernelDrops: 7 }
  }

  async stop(): Promise<void> {
    this.stopped++
    this.send(...this.queued)
  }
}

class FakeSink implements PacketSink {
  lengths: number[] = []
  finished = 0
  onFailure: (error: Error) => void = () => undefined
  openError: Error | undefined
  finishError: Error | undefined

  async open(): Promise<void> {
    if (this.openError !== undefined) throw this.openError
  }

  take({ start, end }: PacketView): boolean {
    this.lengths.push(end - start)
    return true
  }

  async finish(): Promise<readonly CaptureObject[]> {
    this.finished++
    if (this.finishError !== undefined) throw this.finishError
    return [{ uri: 's3://bucket/a.pcap', bytes: 24, packets: this.lengths.length, sha256: null }]
  }
}

const withoutLimits: CaptureRunPlan = { time_limit: 3600, packet_limit: null, byte_limit: null, mask_payload: false }

function runOf(plan: Partial<CaptureRunPlan> = {}) {
  const source = new FakeSource()
  const sink = new FakeSink()
  return { source, sink, run: new CaptureRun({ ...withoutLimits, ...plan }, { source, sink }) }
}

const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0)

describe('CaptureRun', () => {
  it('tells what was captured, where it is, and when the first packet was', async () => {
    const { run, source, sink } = runOf()
    expect(run.progress()).toMatchObject({ state: 'waiting', first_packet_at: null, end: null })
    await run.start()
    source.send(60, 1500)
    expect(run.progress()).toMatchObject({ state: 'capturing', packets: 2, bytes: 1560, end: null, objects: [] })
    expect(await run.stop()).toEqual({
      state: 'done',
      packets: 2,
      bytes: 1560,
      kernel_drops: 7,
      delivery_drops: 0,
      super_packets: 0,
      first_packet_at: '2023-11-14T22:13:20.123456Z',
      end: 'stopped',
      error: null,
      objects: [{ uri: 's3://bucket/a.pcap', bytes: 24, packets: 2, sha256: null }],
    })
    expect([source.stopped, sink.finished]).toEqual([1, 1])
  })

  it('takes the longest beginning of the packets that is within all limits, also of those that come at its end', async () => {
    const lengths = fc.array(fc.integer({ min: 20, max: 1500 }), { maxLength: 40 })
    const limit = fc.option(fc.integer({ min: 1, max: 20 }))
    const bytes = fc.option(fc.integer({ min: 1, max: 20_000 }))
    await fc.assert(
      fc.asyncProperty(lengths, lengths, limit, bytes, async (first, queued, packetLimit, byteLimit) => {
        const { run, source, sink } = runOf({ packet_limit: packetLimit, byte_limit: byteLimit })
        await run.start()
        source.send(...first)
        source.queued = queued
        const ended = await run.stop()
        const offered = [...first, ...queued]
        const most = packetLimit ?? Infinity
        const fits = offered.findIndex((_, index) => index >= most || sum(offered.slice(0, index + 1)) > (byteLimit ?? Infinity))
        const wanted = fits < 0 ? offered : offered.slice(0, fits)
        expect(sink.lengths).toEqual(wanted)
        expect(ended).toMatchObject({ state: 'done', packets: wanted.length, bytes: sum(wanted), error: null })
        expect(['stopped', 'packets', 'bytes']).toContain(ended.end)
      }),
    )
  })

  it('ends at the packet that reaches a limit, and takes none of those that the kernel still has', async () => {
    const { run, source, sink } = runOf({ packet_limit: 2 })
    await run.start()
    source.queued = [1]
    source.send(10, 20)
    expect(await run.done).toMatchObject({ end: 'packets', packets: 2 })
    expect(sink.lengths).toEqual([10, 20])
  })

  it('ends when its time is over', async () => {
    const { run, source } = runOf({ time_limit: 0.01 })
    await run.start()
    source.queued = [10]
    expect(await run.done).toMatchObject({ end: 'time', packets: 1, state: 'done' })
  })

  it.each([
    ['the source cannot begin', (parts: ReturnType<typeof runOf>) => (parts.source.refusal = new Error('no nft'))],
    ['the bucket cannot be opened', (parts: ReturnType<typeof runOf>) => (parts.sink.openError = new Error('no nft'))],
    ['delivery fails at the end', (parts: ReturnType<typeof runOf>) => (parts.sink.finishError = new Error('no nft'))],
  ])('fails when %s, and cleans up', async (_, breakIt) => {
    const parts = runOf()
    breakIt(parts)
    await parts.run.start()
    void parts.run.stop()
    expect(await parts.run.done).toMatchObject({ state: 'failed', end: 'failed', error: 'no nft' })
    expect([parts.source.stopped, parts.sink.finished]).toEqual([1, 1])
  })

  it('keeps what it has when source or delivery fail on the way, and tells the first reason', async () => {
    for (const fail of ['source', 'sink'] as const) {
      const { run, source, sink } = runOf()
      await run.start()
      source.send(10)
      source.queued = [20]
      if (fail === 'source') source.failed(new Error('gone'))
      else sink.onFailure(new Error('gone'))
      sink.finishError = new Error('later')
      expect(await run.done).toMatchObject({ state: 'failed', end: 'failed', error: 'gone', packets: 1 })
      expect(sink.lengths).toEqual([10])
    }
  })

  it('does not begin when it was stopped before', async () => {
    const { run, source, sink } = runOf()
    expect(await run.stop()).toMatchObject({ state: 'done', end: 'stopped', packets: 0 })
    await run.start()
    expect([source.started, sink.finished]).toEqual([0, 0])
  })

  it('masks what packets carry before anybody else sees it', async () => {
    const { run, source, sink } = runOf({ mask_payload: true })
    let seen: number[] = []
    sink.take = ({ bytes, start, end }) => {
      seen = [...bytes.subarray(start, end)]
      return true
    }
    await run.start()
    // IPv4, UDP, and two bytes that are nobody's business.
    const packet = Uint8Array.from([0x45, 0, 0, 30, 0, 0, 0, 0, 64, 17, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 0, 9, 0, 10, 0, 0, 0xaa, 0xbb])
    source.take({ ...createPacketView(), bytes: packet, end: packet.length, wireLength: packet.length })
    expect(seen.slice(0, 28)).toEqual([...packet.subarray(0, 28)])
    expect(seen.slice(28)).toEqual([0, 0])
    await run.stop()
  })
})
