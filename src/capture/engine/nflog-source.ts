// Packets by way of nftables: a table of our own logs them to an NFLOG group, tcpdump reads the group, and here NFLOG's
// envelope is taken off.
import type { CaptureJob } from '../../contract/capture.ts'
import { nftAlternatives } from '../../filter/nft-filter.ts'
import { createNflogPacket, ipPacketLength, readNflog } from '../../wire/nflog.ts'
import { maxRecordedBytes } from '../../wire/packet-record.ts'
import { etherType } from '../../wire/packet-tables.ts'
import type { StreamedPacket } from '../../wire/pcap-stream.ts'
import type { PacketSource, PacketSourceCounters, PacketView } from '../packet-sink.ts'
import type { CaptureMark } from './capture-owner.ts'
import { CaptureTable } from './capture-table.ts'
import { KernelTimestamps } from './kernel-timestamps.ts'
import { InterfaceMtus, networkInterface, requireInterface } from './network-interfaces.ts'
import type { NflogGroups } from './nflog-groups.ts'
import { createPacketView } from './packet-view.ts'
import { Tcpdump } from './tcpdump.ts'

type NflogSourceJob = Pick<CaptureJob, 'filter' | 'hook' | 'interface' | 'sampling' | 'snap_length' | 'link'>

/** KiB of the netlink socket's buffer: a tenth of a second of 160-byte packets at 300 000/s. The kernel gives what it allows. */
const bufferKib = '16384'
/** Several packets come in one message, which has to fit whatever the snap length. */
const messageBytes = '262144'
const mostGroupAttempts = 8
const pollMs = 1000
/**
 * The kernel hands over what waits in a group after a second; then there is another for tcpdump, which on a busy machine does
 * not run at once. Only where packets are missing is it waited for.
 */
const lastPacketMs = 2000
const lastPacketsMs = 10_000
const checkMs = 10

/** ARPHRD numbers of headers in the form of Ethernet's: the loopback interface has one as well. */
const ethernetHardware: ReadonlySet<number> = new Set([1, 772])
const addressesBytes = 12

export class NflogSource implements PacketSource {
  readonly #job: NflogSourceJob
  readonly #mark: CaptureMark
  readonly #groups: NflogGroups
  readonly #nflog = createNflogPacket()
  readonly #view = createPacketView()
  readonly #mtus = new InterfaceMtus()
  #take: (packet: PacketView) => void = () => undefined
  #failed: (error: Error) => void = () => undefined
  #timestamps: KernelTimestamps | undefined
  #group: number | undefined
  #tcpdump: Tcpdump | undefined
  #table: CaptureTable | undefined
  #interfaceIndex: number | undefined
  #timer: NodeJS.Timeout | undefined
  #received = 0
  /** What the rule had counted at the polls before: packets counted then are here by now, or lost. */
  #logged: readonly [older: number, newer: number] = [0, 0]
  #kernelDrops = 0

  constructor(job: NflogSourceJob, mark: CaptureMark, groups: NflogGroups) {
    this.#job = job
    this.#mark = mark
    this.#groups = groups
  }

  async start(take: (packet: PacketView) => void, failed: (error: Error) => void): Promise<void> {
    this.#take = take
    this.#failed = failed
    // Before anything is set up: a filter that has too many alternatives fails here.
    const alternatives = nftAlternatives(this.#job.filter, this.#job.hook === 'ingress' ? 'netdev' : 'inet')
    if (this.#job.hook === 'ingress') this.#interfaceIndex = requireInterface(this.#job.interface ?? '').index
    try {
      this.#timestamps = new KernelTimestamps()
      const group = await this.#listen()
      const { hook, interface: device, sampling, snap_length: snapLength } = this.#job
      const plan = { mark: this.#mark, hook, interface: device, sampling, snapLength, group, alternatives }
      this.#table = new CaptureTable(plan, (error) => this.#fail(error))
      await this.#table.install()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#timer = setTimeout(() => void this.#poll(), pollMs)
  }

  /** While it runs, those that were not here two seconds after they were counted; once it is stopped, exactly those that were lost. */
  counters(): PacketSourceCounters {
    return { kernelDrops: this.#kernelDrops }
  }

  async stop(): Promise<void> {
    this.#failed = () => undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    const logged = await this.#close()
    try {
      await this.#tcpdump?.stop()
      // What was lost is known once no packet can come any more.
      if (logged !== undefined) this.#kernelDrops = Math.max(0, logged - this.#received)
    } finally {
      await this.#table?.remove()
      this.#timestamps?.close()
      this.#timestamps = undefined
      if (this.#group !== undefined) this.#groups.free(this.#group)
      this.#group = undefined
    }
  }

  /** First a reader, then the rules: no packet is logged that nobody reads. Groups that are taken in between are passed over. */
  async #listen(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const group = await this.#groups.allot()
      this.#group = group
      // The snap length of tcpdump is that of NFLOG's messages; packets are cut by the rule.
      const args = ['-i', `nflog:${group}`, '-s', messageBytes, '-B', bufferKib]
      this.#tcpdump = new Tcpdump(args, this.#mark, {
        packet: (packet, littleEndian) => this.#packet(packet, littleEndian),
        failed: (error) => this.#fail(error),
      })
      try {
        await this.#tcpdump.start()
        return group
      } catch (error) {
        this.#groups.free(group)
        this.#group = undefined
        // libpcap's words for a group that has a reader; it has no code for it.
        if (attempt === mostGroupAttempts || !/NFLOG group/.test(String(error))) throw error
      }
    }
  }

  /**
   * Takes the rules out and waits for what has been logged before.
   * @returns how many that were; undefined without rules or nft: then the last figures are the best that there are
   */
  async #close(): Promise<number | undefined> {
    const logged = await this.#table?.close().catch(() => undefined)
    if (logged !== undefined) await this.#receive(logged)
    return logged
  }

  /** Waits for so many packets, for as long as they keep coming. */
  async #receive(packets: number): Promise<void> {
    const deadline = performance.now() + lastPacketsMs
    let received = this.#received
    let quietFrom = performance.now()
    while (this.#received < packets && performance.now() < Math.min(deadline, quietFrom + lastPacketMs)) {
      await new Promise((resolve) => setTimeout(resolve, checkMs))
      if (this.#received !== received) quietFrom = performance.now()
      received = this.#received
    }
  }

  readonly #poll = async (): Promise<void> => {
    try {
      await this.#check()
      if (this.#timer !== undefined) this.#timer = setTimeout(() => void this.#poll(), pollMs)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  async #check(): Promise<void> {
    const { interface: device } = this.#job
    if (this.#interfaceIndex !== undefined && networkInterface(device ?? '')?.index !== this.#interfaceIndex)
      throw new Error(`the network interface ${device} has gone; see: ip -brief link`)
    const now = (await this.#table?.logged()) ?? 0
    const [older, newer] = this.#logged
    this.#kernelDrops = Math.max(this.#kernelDrops, older - this.#received)
    this.#logged = [newer, now]
  }

  #fail(error: Error): void {
    const failed = this.#failed
    this.#failed = () => undefined
    failed(error)
  }

  #packet(record: StreamedPacket, littleEndian: boolean): void {
    const { bytes } = record
    const nflog = this.#nflog
    readNflog(record, littleEndian, nflog)
    this.#received++
    const { payloadStart: start, payloadEnd } = nflog
    const isIp = nflog.protocol === etherType.ipv4 || nflog.protocol === etherType.ipv6
    if (start < 0 || !isIp) return
    const end = Math.min(payloadEnd, start + this.#job.snap_length)
    const told = ipPacketLength(bytes, start, end)
    // The whole packet is there when the rule has not cut it; else its header tells, unless that leaves it to the card.
    const length = payloadEnd - start < this.#job.snap_length ? payloadEnd - start : Math.max(told, end - start)
    const view = this.#view
    view.bytes = bytes
    view.start = this.#job.link === 'ethernet' ? this.#ethernetStart(bytes) : start
    // With an Ethernet header the longest packets are longer than what can be recorded.
    view.end = Math.min(end, view.start + maxRecordedBytes)
    view.ethernet = view.start < start
    view.wireLength = length + start - view.start
    view.superPacket = length > this.#mtus.of(nflog.inputInterface || nflog.outputInterface)
    view.seconds = nflog.seconds < 0 ? record.seconds : nflog.seconds
    view.nanoseconds = nflog.seconds < 0 ? record.nanoseconds : nflog.microseconds * 1000
    this.#take(view)
  }

  /**
   * Puts the Ethernet header before the packet, over NFLOG's attributes, which have been read: of those the header alone
   * takes 18 bytes, and 16 others are always there. The tag that the network card took off is put back.
   * @returns where it begins; where the packet begins when there is none, as on the way out
   */
  #ethernetStart(bytes: Uint8Array): number {
    const { payloadStart, hardwareStart, hardwareEnd, hardwareType, protocol, vlanProtocol, vlanTag } = this.#nflog
    if (!ethernetHardware.has(hardwareType) || hardwareStart < 0 || hardwareEnd - hardwareStart < addressesBytes) return payloadStart
    const isTagged = vlanTag >= 0 && vlanProtocol > 0
    const start = payloadStart - (isTagged ? 18 : 14)
    bytes.copyWithin(start, hardwareStart, hardwareStart + addressesBytes)
    let at = start + addressesBytes
    if (isTagged) {
      at = write16(bytes, at, vlanProtocol)
      at = write16(bytes, at, vlanTag)
    }
    write16(bytes, at, protocol)
    return start
  }
}

function write16(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >> 8
  bytes[at + 1] = value & 0xff
  return at + 2
}
