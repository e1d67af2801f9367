// Merges the packets of many agents into one order by time, with bounded memory however long they are.
import { WireError } from '../../contract/wire-errors.ts'
import { createPacketRecordView, type PacketRecordView } from '../../wire/packet-record.ts'
import { RecordChunks } from './record-chunks.ts'
import { ReorderWindow } from './reorder-window.ts'

/** The packets of one agent. */
export interface MergeInput {
  /** Packet records, cut into chunks anywhere, nearly in order. A chunk is not changed once it was given. */
  readonly records: AsyncIterable<Uint8Array>
  /** The agent's clock minus ours, and how far that may be off, both in nanoseconds; 0 where it was not measured. */
  readonly clockOffsetNs: number
  readonly clockErrorNs: number
}

/** A merged packet; its time is corrected by the clock of its agent. One object is reused, and its bytes too. */
export interface MergedPacket extends PacketRecordView {
  /** Index of the input that it is from. */
  input: number
}

/** Gives out merged packets one by one: `while (await order.fill()) while (order.next()) use(order.packet)`. */
export interface PacketOrder {
  /** One object is reused, and its bytes too. */
  readonly packet: MergedPacket
  /** @returns false when there are no more */
  fill(): Promise<boolean>
  /** @returns false when `fill` is needed */
  next(): boolean
  close(): Promise<void>
}

/** What was wrong with an input; it ends there, the others go on. */
export interface MergeFault {
  readonly input: number
  readonly error: WireError
}

const second = 1e9

/** Nanoseconds that are taken from the times of an agent: its offset where that is more than what it may be off. */
export function clockCorrection({ clockOffsetNs, clockErrorNs }: Pick<MergeInput, 'clockOffsetNs' | 'clockErrorNs'>): number {
  return Math.abs(clockOffsetNs) > clockErrorNs ? Math.round(clockOffsetNs) : 0
}

/** One input on its way: records out of chunks, into the window, out in order. */
class Lane {
  readonly window = new ReorderWindow()
  readonly reader: RecordChunks
  readonly correction: number
  isOver = false

  constructor(input: MergeInput) {
    this.reader = new RecordChunks(input.records)
    this.correction = clockCorrection(input)
  }

  /** Whether its oldest packet is known, or it has none. */
  get isReady(): boolean {
    return this.isOver || this.window.isRipe
  }
}

/**
 * Gives out packets by time, equal times in the order of the inputs:
 *
 *     while (await merge.fill()) while (merge.next()) use(merge.packet)
 *
 * A packet that comes later than its window allows (a thousand packets, or a second) is given out at once and counted.
 */
export class TimeMerge {
  readonly packet: MergedPacket = Object.assign(createPacketRecordView(), { input: 0 })
  /** Inputs that ended early, because their records are damaged. */
  readonly faults: MergeFault[] = []
  /** Packets that came too late to stand in their place. */
  late = 0
  private readonly lanes: readonly Lane[]
  /** Inputs with packets, as a heap by the time of the oldest. */
  private heap: Int32Array
  private heapLength = 0
  /** Input whose packet was given out last, and that must find its next before the heap is right again; −1 for none. */
  private open = -1
  private begun = false
  /** Seconds that times are counted from, so that a float64 holds nanoseconds of 104 days exactly. −1 before the first packet. */
  private base = -1
  private last = -Infinity

  constructor(inputs: readonly MergeInput[]) {
    this.lanes = inputs.map((input) => new Lane(input))
    this.heap = new Int32Array(inputs.length)
  }

  /**
   * Reads as much as is needed for the next packet to be known.
   * @returns false when there are no more
   */
  async fill(): Promise<boolean> {
    if (!this.begun) {
      this.begun = true
      await Promise.all(this.lanes.map((_, index) => this.fillLane(index)))
      for (const index of this.lanes.keys()) if (!this.lane(index).window.isEmpty) this.push(index)
    } else if (this.open >= 0) {
      await this.fillLane(this.open)
      this.settleOpen()
    }
    return this.heapLength > 0
  }

  /** @returns false when `fill` is needed; else `packet` is the next one */
  next(): boolean {
    if (this.open >= 0) {
      this.pump(this.open)
      if (!this.lane(this.open).isReady) return false
      this.settleOpen()
    }
    if (this.heapLength === 0) return false
    const index = this.heap[0]
    const { window, correction } = this.lane(index)
    if (window.oldest < this.last) this.late++
    this.last = Math.max(this.last, window.oldest)
    window.take(this.packet)
    this.packet.input = index
    if (correction !== 0) correctTime(this.packet, correction)
    this.open = index
    return true
  }

  /** Ends it early: whatever the inputs come from is closed. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map(({ reader }) => reader.close()))
  }

  private lane(index: number): Lane {
    // Indexes come from the list itself.
    return this.lanes[index]
  }

  private async fillLane(index: number): Promise<void> {
    const lane = this.lane(index)
    this.pump(index)
    while (!lane.isReady) {
      await this.readOn(lane, index)
      this.pump(index)
    }
  }

  private async readOn(lane: Lane, index: number): Promise<void> {
    try {
      if (!(await lane.reader.fill())) lane.isOver = true
    } catch (error) {
      this.fault(lane, index, error)
    }
  }

  /** Moves records into the window until its oldest packet is known, or more bytes are needed. */
  private pump(index: number): void {
    const lane = this.lane(index)
    const { window, reader } = lane
    try {
      while (!lane.isReady && reader.next()) window.add(this.time(reader.view, lane.correction), reader.view)
    } catch (error) {
      this.fault(lane, index, error)
    }
  }

  private fault(lane: Lane, index: number, error: unknown): void {
    if (!(error instanceof WireError)) throw error
    lane.isOver = true
    this.faults.push({ input: index, error })
  }

  /** Corrected nanoseconds since `base`. */
  private time(record: PacketRecordView, correction: number): number {
    if (this.base < 0) this.base = record.seconds
    return (record.seconds - this.base) * second + record.nanoseconds - correction
  }

  /** The lane at the top of the heap has its next packet, or none any more. */
  private settleOpen(): void {
    if (this.lane(this.open).window.isEmpty) this.heap[0] = this.heap[--this.heapLength]
    this.open = -1
    this.sink()
  }

  private isBefore(a: number, b: number): boolean {
    const timeOfA = this.lane(a).window.oldest
    const timeOfB = this.lane(b).window.oldest
    return timeOfA < timeOfB || (timeOfA === timeOfB && a < b)
  }

  private push(index: number): void {
    const { heap } = this
    let at = this.heapLength++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.isBefore(index, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = index
  }

  /** Moves the top of the heap down to where it belongs. */
  private sink(): void {
    const { heap, heapLength } = this
    const index = heap[0]
    let at = 0
    for (let child = 1; child < heapLength; child = 2 * at + 1) {
      if (child + 1 < heapLength && this.isBefore(heap[child + 1], heap[child])) child++
      if (!this.isBefore(heap[child], index)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = index
  }
}

/** Times of records are unsigned 32 bits of seconds. */
const lastSecond = 0xffff_ffff

function correctTime(packet: MergedPacket, correction: number): void {
  const nanoseconds = packet.nanoseconds - (correction % second)
  const carry = Math.floor(nanoseconds / second)
  const seconds = packet.seconds - Math.trunc(correction / second) + carry
  packet.nanoseconds = nanoseconds - carry * second
  packet.seconds = Math.max(0, Math.min(lastSecond, seconds))
}
