// Packets of a network interface, by BPF: for mirror ports, whose traffic is not the host's and passes no netfilter hook.
import type { CaptureJob } from '../../contract/capture.ts'
import { bpfText } from '../../filter/bpf-filter.ts'
import { ipPacketLength } from '../../wire/nflog.ts'
import { createPacketLayout, locateHeaders } from '../../wire/packet-layout.ts'
import { maxRecordedBytes } from '../../wire/packet-record.ts'
import { linkType } from '../../wire/packet-tables.ts'
import type { StreamedPacket } from '../../wire/pcap-stream.ts'
import type { PacketSource, PacketSourceCounters, PacketView } from '../packet-sink.ts'
import type { CaptureMark } from './capture-owner.ts'
import { requireInterface } from './network-interfaces.ts'
import { createPacketView } from './packet-view.ts'
import { Tcpdump } from './tcpdump.ts'

type InterfaceSourceJob = Pick<CaptureJob, 'filter' | 'interface' | 'sampling' | 'snap_length' | 'link'>

/** KiB of the ring that the kernel and tcpdump share: a fifth of a second of whole packets at 500 Mbit/s, and more of short ones. */
const bufferKib = '16384'
/** Ethernet, three VLAN tags and four labels, or PPPoE: what may stand before the IP header. */
const linkBytes = 64
const longestPacket = 262_144
const reportMs = 1000
/** The kernel hands over what it has when it has a full block, and each second; tcpdump does not ask for more. */
const lastPacketMs = 1100

export class InterfaceSource implements PacketSource {
  readonly #job: InterfaceSourceJob
  readonly #mark: CaptureMark
  readonly #layout = createPacketLayout()
  readonly #view = createPacketView()
  #take: (packet: PacketView) => void = () => undefined
  #failed: (error: Error) => void = () => undefined
  #tcpdump: Tcpdump | undefined
  #timer: NodeJS.Timeout | undefined
  #mtu = Infinity
  /** Packets that came later than this, ms since 1970, are not for us any more. */
  #stoppedAt = Infinity

  constructor(job: InterfaceSourceJob, mark: CaptureMark) {
    this.#job = job
    this.#mark = mark
  }

  async start(take: (packet: PacketView) => void, failed: (error: Error) => void): Promise<void> {
    this.#take = take
    this.#failed = failed
    const { interface: device, snap_length: snapLength, filter } = this.#job
    const { name, mtu } = requireInterface(device ?? '')
    this.#mtu = mtu
    const snap = Math.min(snapLength + linkBytes, longestPacket)
    const expression = bpfText(filter)
    const args = ['-i', name, '-s', String(snap), '-B', bufferKib, ...(expression === '' ? [] : [expression])]
    this.#tcpdump = new Tcpdump(args, this.#mark, {
      packet: (packet) => this.#packet(packet),
      failed: (error) => this.#fail(error),
    })
    await this.#tcpdump.start()
    this.#timer = setInterval(() => this.#tcpdump?.askForReport(), reportMs)
  }

  counters(): PacketSourceCounters {
    return { kernelDrops: this.#tcpdump?.kernelDrops ?? 0 }
  }

  async stop(): Promise<void> {
    const isListening = this.#timer !== undefined
    this.#failed = () => undefined
    this.#stoppedAt = Date.now()
    clearInterval(this.#timer)
    this.#timer = undefined
    if (isListening) await new Promise((resolve) => setTimeout(resolve, lastPacketMs))
    await this.#tcpdump?.stop()
  }

  #fail(error: Error): void {
    const failed = this.#failed
    this.#failed = () => undefined
    clearInterval(this.#timer)
    this.#timer = undefined
    failed(error)
  }

  #packet(record: StreamedPacket): void {
    if (record.seconds * 1000 + record.nanoseconds / 1e6 > this.#stoppedAt) return
    if (this.#job.sampling > 1 && Math.random() * this.#job.sampling >= 1) return
    const layout = this.#layout
    layout.bytes = record.bytes
    layout.end = record.end
    const link = this.#tcpdump?.linkType ?? -1
    locateHeaders(layout, record.start, link)
    // Without an IP header there is nothing that captures are about.
    if (layout.ip < 0) return
    this.#hand(record, layout.ip, link === linkType.ethernet && this.#job.link === 'ethernet')
  }

  #hand(record: StreamedPacket, ip: number, ethernet: boolean): void {
    const { bytes } = record
    const cut = record.start + record.wireLength - ip
    const length = Math.min(ipPacketLength(bytes, ip, record.end) || cut, cut)
    const view = this.#view
    view.bytes = bytes
    view.start = ethernet ? record.start : ip
    // Behind the IP packet is what filled an Ethernet frame up to its least length.
    view.end = Math.min(record.end, ip + this.#job.snap_length, ethernet ? record.end : ip + length, view.start + maxRecordedBytes)
    view.wireLength = ethernet ? record.wireLength : length
    view.ethernet = ethernet
    view.superPacket = length > this.#mtu
    view.seconds = record.seconds
    view.nanoseconds = record.nanoseconds
    this.#take(view)
  }
}
