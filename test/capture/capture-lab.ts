// An edge between two hosts: packets with chosen bytes go through it, while captures run on it as in an agent.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AgentFacts } from '../../src/contract/agent.ts'
import type { CaptureJob, CaptureProgress } from '../../src/contract/capture.ts'
import { Lab, type Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import { until } from '../lab/poll.ts'
import { buildFrame, pcapFile, type PacketPlan } from '../lab/packets.ts'

const macs = { sender: '02:00:00:00:01:02', edge: '02:00:00:00:01:01', edgeOut: '02:00:00:00:02:01', receiver: '02:00:00:00:02:02' }
export const senderAddress = '10.88.1.2'
export const edgeAddress = '10.88.1.1'
export const receiverAddress = '10.88.2.2'
/** The edge's interface towards the sender, and towards the receiver. */
export const inside = 'e0'
export const outside = 'e1'

export interface CapturedPacket {
  readonly seconds: number
  readonly nanoseconds: number
  readonly wireLength: number
  readonly ethernet: boolean
  readonly superPacket: boolean
  readonly hex: string
}

/** A capture of everything that an agent has, but for what a test asks for. */
export function captureJob(wanted: Partial<CaptureJob> = {}): CaptureJob {
  return {
    id: randomBytes(16).toString('hex'),
    filter: null,
    engine: 'nflog',
    hook: 'prerouting',
    interface: null,
    sampling: 1,
    snap_length: 65_535,
    link: 'raw',
    mask_payload: false,
    time_limit: 300,
    packet_limit: null,
    byte_limit: null,
    delivery: { kind: 'stream' },
    ...wanted,
  }
}

/** Frames from the sender, numbered from 0 by their IP identification. */
export function numberedFrames(count: number, plan: Partial<PacketPlan> = {}): Buffer[] {
  return Array.from({ length: count }, (_, index) => buildFrame(framePlan(plan), index))
}

export function framePlan(plan: Partial<PacketPlan> = {}): PacketPlan {
  return {
    sourceMac: macs.sender,
    destinationMac: macs.edge,
    source: senderAddress,
    destination: receiverAddress,
    protocol: 'udp',
    sourcePort: 40_000,
    destinationPort: 9,
    tcpFlags: 0,
    length: 400,
    ...plan,
  }
}

/** An IPv6 UDP frame from the sender; `identification` becomes the flow label. */
export function ipv6Frame(source: string, destination: string, identification: number): Buffer {
  const frame = Buffer.alloc(14 + 40 + 8 + 32)
  frame.write(`${macs.edge}${macs.sender}`.replaceAll(':', ''), 'hex')
  frame.writeUInt16BE(0x86dd, 12)
  frame.writeUInt32BE(0x60000000 + identification, 14)
  frame.writeUInt16BE(40, 18)
  frame.set([17, 64], 20)
  for (const [index, address] of [source, destination].entries()) frame.set(ipv6Bytes(address), 22 + index * 16)
  frame.writeUInt16BE(40_000, 54)
  frame.writeUInt16BE(9, 56)
  frame.writeUInt16BE(40, 58)
  // Zero is no checksum of IPv6; nobody but a receiver would look.
  frame.writeUInt16BE(1, 60)
  return frame
}

/** Of an address with all eight groups. */
function ipv6Bytes(address: string): number[] {
  return address.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
}

/** A frame of `numberedFrames` as a fragment. @param offset in units of 8 bytes */
export function asFragment(frame: Buffer, offset: number, more: boolean): Buffer {
  const fragment = Buffer.from(frame)
  const before = fragment.readUInt16BE(20)
  const flags = (more ? 0x2000 : 0) | offset
  fragment.writeUInt16BE(flags, 20)
  // RFC 1624: the checksum changes by the difference of what it covers.
  const sum = (~fragment.readUInt16BE(24) & 0xffff) + (~before & 0xffff) + flags
  fragment.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 24)
  return fragment
}

/** The IP identification of a captured IPv4 packet. */
export function identification({ hex, ethernet }: CapturedPacket): number {
  return Number.parseInt(hex.slice((ethernet ? 28 : 0) + 8, (ethernet ? 28 : 0) + 12), 16)
}

/** An agent's process on the edge. */
export class EngineProcess {
  readonly child: NamespaceChild

  constructor(namespace: Namespace) {
    this.child = new NamespaceChild(namespace, join(import.meta.dirname, 'engine-process.mjs'))
  }

  async start(job: CaptureJob, slow = false): Promise<CaptureProgress> {
    return await this.#ask('start', { job, slow })
  }

  async progress({ id }: CaptureJob): Promise<CaptureProgress> {
    return await this.#ask('progress', { id })
  }

  /** Ends the capture and waits for its last word. */
  async stop({ id }: CaptureJob): Promise<CaptureProgress> {
    return await this.#ask('stop', { id })
  }

  /** Waits until it has ended by itself. */
  async done({ id }: CaptureJob): Promise<CaptureProgress> {
    return await this.#ask('done', { id })
  }

  /** Waits until it has so many packets, then ends it. */
  async stopAfter(job: CaptureJob, packets: number): Promise<CaptureProgress> {
    const isOver = ({ packets: taken, state }: CaptureProgress) => taken >= packets || state === 'failed' || state === 'done'
    await until(`${packets} packets`, async () => (isOver(await this.progress(job)) ? true : undefined))
    return await this.stop(job)
  }

  /** What came in by the edge's TCP port is counted, for connections from the sender. @returns the port */
  async listen(): Promise<number> {
    return await this.#ask('listen', {})
  }

  async packets({ id }: CaptureJob): Promise<CapturedPacket[]> {
    return await this.#ask('packets', { id })
  }

  /** Tells the capture that its delivery has failed. */
  async failDelivery({ id }: CaptureJob): Promise<void> {
    await this.#ask('fail', { id })
  }

  async useGroups(first: number, last: number): Promise<void> {
    await this.#ask('groups', { first, last })
  }

  /** Takes an nft that does as before tables had owners, made for the test in the folder. */
  async useOldNft(folder: string): Promise<void> {
    const nft = '/usr/sbin/nft "$@"'
    const program = `#!/bin/sh\ncase "$*" in *-i*) sed -u '/flags owner/d' | ${nft};; *) exec ${nft};; esac\n`
    await writeFile(join(folder, 'nft'), program, { mode: 0o755 })
    await this.#ask('prefer', { folder })
  }

  async sweep(): Promise<unknown> {
    return await this.#ask('sweep', {})
  }

  async facts(): Promise<AgentFacts> {
    return await this.#ask('facts', {})
  }

  kill(): void {
    this.child.process.kill('SIGKILL')
  }

  async #ask<T>(method: string, args: object): Promise<T> {
    return ((await this.child.ask({ method, args })) as { result: T }).result
  }
}

export class CaptureLab {
  readonly #lab = new Lab()
  readonly #engines: EngineProcess[] = []
  /** For files of tests; removed at the end. */
  folder = ''
  #sender: Namespace | undefined
  #edge: Namespace | undefined
  #files = 0

  get edge(): Namespace {
    if (this.#edge === undefined) throw new Error('the lab has not been started')
    return this.#edge
  }

  get sender(): Namespace {
    if (this.#sender === undefined) throw new Error('the lab has not been started')
    return this.#sender
  }

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'drawbridge-capture-'))
    await this.#lab.start()
    const [sender, edge, receiver] = [
      await this.#lab.namespace('send'),
      await this.#lab.namespace('edge'),
      await this.#lab.namespace('receive'),
    ]
    this.#sender = sender
    this.#edge = edge
    await this.#lab.link(
      { namespace: sender, device: 's0', address: `${senderAddress}/24`, mac: macs.sender },
      { namespace: edge, device: inside, address: `${edgeAddress}/24`, mac: macs.edge },
    )
    await this.#lab.link(
      { namespace: edge, device: outside, address: '10.88.2.1/24', mac: macs.edgeOut },
      { namespace: receiver, device: 'r0', address: `${receiverAddress}/24`, mac: macs.receiver },
    )
    await this.#lab.defaultRoute(sender, edgeAddress)
    await this.#lab.defaultRoute(receiver, '10.88.2.1')
    await edge.run('sysctl', '-qw', 'net.ipv4.ip_forward=1')
  }

  /** A process of its own for captures, on the edge. */
  engine(): EngineProcess {
    const engine = new EngineProcess(this.edge)
    this.#engines.push(engine)
    return engine
  }

  /** Sends frames from the sender, in order; resolves when they have gone. @param rate a second; all at once when left out */
  async send(frames: readonly Buffer[], rate?: number): Promise<void> {
    const file = join(this.folder, `${this.#files++}.pcap`)
    await writeFile(file, pcapFile(frames))
    const pace = rate === undefined ? ['--topspeed'] : ['--timer=nano', '--pps', String(rate)]
    // On one processor: packets sent by several may overtake each other.
    await this.sender.run('taskset', '--cpu-list', '0', 'tcpreplay', '--quiet', ...pace, '--intf1', 's0', file)
    await rm(file)
  }

  /** Names of the nftables tables on the edge that are ours. */
  async tables(): Promise<string[]> {
    const listed = await this.edge.run('nft', 'list', 'tables')
    return [...listed.matchAll(/ (drawbridge_\S+)/g)].map(([, name = '']) => name)
  }

  /** Process ids on the edge of programs of this name. */
  async processes(name: string): Promise<number[]> {
    const listed = await this.edge.run('ip', 'netns', 'pids', this.edge.name)
    const pids = listed.split('\n').filter((line) => line !== '')
    const names = await Promise.all(pids.map(async (pid) => await this.edge.run('ps', '-o', 'comm=', '-p', pid).catch(() => '')))
    return pids.filter((_, index) => names[index]?.trim() === name).map(Number)
  }

  async stop(): Promise<void> {
    for (const engine of this.#engines) engine.child.disconnect()
    await this.#lab.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
