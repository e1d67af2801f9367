// Captures on a real edge: nftables, NFLOG and tcpdump in network namespaces, packets whose bytes are known.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { CaptureHook, CaptureJob } from '../../src/contract/capture.ts'
import type { PacketFilter } from '../../src/contract/packet-filter.ts'
import { needs } from '../requirements.ts'
import {
  asFragment,
  captureJob,
  CaptureLab,
  edgeAddress,
  identification,
  inside,
  ipv6Frame,
  numberedFrames,
  outside,
  receiverAddress,
  senderAddress,
  type EngineProcess,
} from './capture-lab.ts'

const lacking = needs({ root: true, commands: ['ip', 'nft', 'tcpdump', 'setpriv', 'tcpreplay', 'taskset'] })

const toPort = (port: number): PacketFilter => ({ kind: 'port', side: 'destination', spans: [[port, port]] })
const icmpType = (type: number): PacketFilter => ({ kind: 'number', field: 'icmp_type', spans: [[type, type]] })
const packetHex = (frame: Buffer) => frame.subarray(14).toString('hex')

describe.skipIf(lacking)('a capture on an edge', () => {
  const lab = new CaptureLab()
  let engine: EngineProcess

  /** Runs a capture while frames are sent, and ends it when it has so many packets. */
  async function capture(job: CaptureJob, frames: readonly Buffer[], packets: number) {
    await engine.start(job)
    await lab.send(frames)
    const progress = await engine.stopAfter(job, packets)
    return { progress, packets: await engine.packets(job) }
  }

  beforeAll(async () => {
    await lab.start()
    engine = lab.engine()
  })
  afterAll(async () => {
    await lab.stop()
  })

  it('takes exactly the packets that match, as they were, and leaves nothing behind', async () => {
    const wanted = numberedFrames(300, { length: 600 })
    const others = numberedFrames(300, { destinationPort: 10 })
    const frames = [others, wanted, others].flat()
    const { progress, packets } = await capture(captureJob({ filter: toPort(9) }), frames, 300)
    expect(packets.map(({ hex }) => hex)).toEqual(wanted.map(packetHex))
    expect(packets.every(({ wireLength, ethernet, superPacket }) => wireLength === 600 && !ethernet && !superPacket)).toBe(true)
    expect(progress).toEqual({
      state: 'done',
      end: 'stopped',
      error: null,
      packets: 300,
      bytes: 180_000,
      kernel_drops: 0,
      delivery_drops: 0,
      super_packets: 0,
      first_packet_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string,
      objects: [],
    })
    expect(await lab.tables()).toEqual([])
    expect(await lab.processes('tcpdump')).toEqual([])
    expect(await lab.processes('nft')).toEqual([])
  })

  it.each([
    { limits: { packet_limit: 100 }, end: 'packets', packets: 100 },
    { limits: { byte_limit: 1199 }, end: 'bytes', packets: 2 },
    { limits: { byte_limit: 1200 }, end: 'bytes', packets: 3 },
  ])('ends by itself at $limits', async ({ limits, end, packets }) => {
    const job = captureJob({ filter: toPort(9), ...limits })
    await engine.start(job)
    await lab.send(numberedFrames(300))
    expect(await engine.done(job)).toMatchObject({ state: 'done', end, packets, bytes: packets * 400, kernel_drops: 0 })
    expect((await engine.packets(job)).map(identification)).toEqual(Array.from({ length: packets }, (_, index) => index))
    expect(await lab.tables()).toEqual([])
  })

  it('ends by itself when its time is over', async () => {
    const job = captureJob({ filter: toPort(9), time_limit: 0.5 })
    await engine.start(job)
    expect(await engine.done(job)).toMatchObject({ state: 'done', end: 'time', packets: 0, first_packet_at: null, error: null })
    expect(await lab.tables()).toEqual([])
  })

  it('takes one packet in a hundred', async () => {
    const sent = 20_000
    const sampled = captureJob({ filter: toPort(11), sampling: 100 })
    const last = captureJob({ filter: toPort(12) })
    await engine.start(sampled)
    await engine.start(last)
    await lab.send([...numberedFrames(sent, { destinationPort: 11, length: 60 }), ...numberedFrames(1, { destinationPort: 12 })])
    await engine.stopAfter(last, 1)
    const { packets, kernel_drops: drops } = await engine.stop(sampled)
    // 200 on average with a standard deviation of 14.07; beyond 6.2 of these once in 10⁹ runs.
    expect(packets).toBeGreaterThan(200 - 87)
    expect(packets).toBeLessThan(200 + 87)
    expect(drops).toBe(0)
  })

  it('cuts packets, tells how long they were, and masks what they carry', async () => {
    const [frame = Buffer.alloc(0)] = numberedFrames(1, { length: 1000 })
    frame.fill(0xaa, 14 + 28)
    const { packets, progress } = await capture(captureJob({ filter: toPort(9), snap_length: 160, mask_payload: true }), [frame], 1)
    expect(packets).toMatchObject([{ wireLength: 1000, hex: frame.subarray(14, 42).toString('hex') + '00'.repeat(132) }])
    expect(progress.bytes).toBe(160)
  })

  it('keeps Ethernet headers on request', async () => {
    const frames = numberedFrames(3)
    const { packets } = await capture(captureJob({ filter: toPort(9), link: 'ethernet', snap_length: 60 }), frames, 3)
    expect(packets.map(({ hex }) => hex)).toEqual(frames.map((frame) => frame.subarray(0, 14 + 60).toString('hex')))
    expect(packets.every(({ ethernet, wireLength }) => ethernet && wireLength === 414)).toBe(true)
  })

  it.each<{ hook: CaptureHook; device: string; other: string | null; to: string }>([
    { hook: 'prerouting', device: inside, other: outside, to: receiverAddress },
    { hook: 'forward', device: inside, other: outside, to: receiverAddress },
    { hook: 'postrouting', device: outside, other: inside, to: receiverAddress },
    { hook: 'input', device: inside, other: outside, to: edgeAddress },
    { hook: 'ingress', device: inside, other: outside, to: receiverAddress },
  ])('looks at hook $hook, at one interface only', async ({ hook, device, other, to }) => {
    const elsewhere = captureJob({ filter: toPort(9), hook, interface: other })
    const frames = numberedFrames(20, { destination: to })
    // Nobody listens there, and only so many refusals are sent a second; none of them goes to the port.
    await engine.start(elsewhere)
    const { packets } = await capture(captureJob({ filter: toPort(9), hook, interface: device }), frames, 20)
    expect(packets.map(identification)).toEqual(frames.map((_, index) => index))
    const missed = await engine.stop(elsewhere)
    // At postrouting and forward as well: the packets go in by one interface and out by the other.
    expect(missed).toMatchObject({ packets: 0, error: null, state: 'done' })
  })

  it('looks at what the edge itself sends', async () => {
    const pings = numberedFrames(20, { protocol: 'icmp', destination: edgeAddress, length: 84 })
    const job = captureJob({ filter: icmpType(0), hook: 'output', interface: inside })
    const { packets } = await capture(job, pings, 20)
    const addresses = [edgeAddress, senderAddress].map((address) => Buffer.from(address.split('.').map(Number)).toString('hex')).join('')
    expect(packets.every(({ hex }) => hex.slice(24, 40) === addresses)).toBe(true)
    expect(packets).toHaveLength(20)
  })

  it('takes IPv6', async () => {
    await lab.edge.run('sysctl', '-qw', `net.ipv6.conf.${inside}.disable_ipv6=0`)
    const frames = Array.from({ length: 20 }, (_, index) => ipv6Frame('2001:db8:0:0:0:0:0:1', '2001:db8:1:0:0:0:0:2', index))
    const { packets } = await capture(captureJob({ filter: toPort(9) }), [...numberedFrames(5), ...frames], 25)
    await lab.edge.run('sysctl', '-qw', `net.ipv6.conf.${inside}.disable_ipv6=1`)
    expect(packets.slice(5).map(({ hex }) => hex)).toEqual(frames.map(packetHex))
    expect(packets.slice(5).every(({ wireLength }) => wireLength === 80)).toBe(true)
  })

  it('sees fragments as they come, where connection tracking puts them together', async () => {
    await lab.edge.run('nft', 'add table inet other; add chain inet other c { type filter hook prerouting priority 0; }')
    await lab.edge.run('nft', 'add rule inet other c ct state new counter')
    const [whole = Buffer.alloc(0)] = numberedFrames(1, { length: 420 })
    const frames = [asFragment(whole, 0, true), asFragment(whole, 50, false)]
    const { packets } = await capture(captureJob({ filter: { kind: 'fragment', part: 'any' } }), frames, 2)
    await lab.edge.run('nft', 'delete table inet other')
    expect(packets.map(({ hex }) => hex)).toEqual(frames.map(packetHex))
  })

  it('runs several at a time, each with packets of its own', async () => {
    const jobs = [21, 22, 23].map((port) => captureJob({ filter: toPort(port) }))
    for (const job of jobs) await engine.start(job)
    const frames = [21, 22, 23].flatMap((destinationPort) => numberedFrames(50, { destinationPort }))
    await lab.send(frames)
    for (const [index, job] of jobs.entries()) {
      expect(await engine.stopAfter(job, 50)).toMatchObject({ packets: 50, kernel_drops: 0, error: null })
      const packets = await engine.packets(job)
      expect(packets.map(({ hex }) => hex)).toEqual(frames.slice(index * 50, index * 50 + 50).map(packetHex))
    }
  })

  it('says which packets the kernel had put together', async () => {
    const port = await engine.listen()
    const job = captureJob({ filter: toPort(port), snap_length: 60 })
    await engine.start(job)
    const program = `require('net').connect(${port}, '${edgeAddress}').end(Buffer.alloc(2_000_000))`
    await lab.sender.run(process.execPath, '-e', program)
    const progress = await engine.stopAfter(job, 20)
    const packets = await engine.packets(job)
    expect(progress.super_packets).toBeGreaterThan(0)
    expect(packets.filter(({ superPacket }) => superPacket)).toHaveLength(progress.super_packets)
    expect(packets.every(({ superPacket, wireLength }) => superPacket === wireLength > 1500)).toBe(true)
  })

  it.each(['raw', 'ethernet'] as const)('takes packets of an interface by BPF, %s', async (link) => {
    const frames = numberedFrames(300, { length: 300 })
    const others = numberedFrames(300, { destinationPort: 10 })
    const job = captureJob({ engine: 'interface', interface: inside, filter: toPort(9), link, snap_length: 200 })
    const { packets, progress } = await capture(job, [...others, ...frames], 300)
    const from = link === 'raw' ? 14 : 0
    expect(packets.map(({ hex }) => hex)).toEqual(frames.map((frame) => frame.subarray(from, 14 + 200).toString('hex')))
    expect(packets.every(({ wireLength, ethernet }) => ethernet === (link === 'ethernet') && wireLength === 314 - from)).toBe(true)
    expect(progress).toMatchObject({ kernel_drops: 0, error: null, end: 'stopped' })
  })

  it('counts what delivery gives up, and does not count it as captured', async () => {
    const job = captureJob({ filter: toPort(9), packet_limit: 40 })
    await engine.start(job, true)
    await lab.send(numberedFrames(100))
    expect(await engine.done(job)).toMatchObject({ packets: 40, delivery_drops: 39, end: 'packets' })
    expect((await engine.packets(job)).map(identification)).toEqual(Array.from({ length: 40 }, (_, index) => index * 2))
  })
})
