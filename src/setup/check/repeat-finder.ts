// Finds flows that are told more than once: by another protocol, by another sender, or twice in one stream.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { ExportProtocolName } from '../../contract/flow-columns.ts'
import type { RepeatFacts } from './sender-facts.ts'

/** Flows that are remembered, the oldest give way: what is told twice comes within seconds, of a few hundred flows each. */
const remembered = 4096
/** Senders whose counts are kept. */
const maxSenders = 64
/** One stream tells the same flow with the same times; on two interfaces they may be this far apart, in ms. */
const sameStreamMs = 20
/** Clocks in headers count whole seconds, so times of two streams may be shifted by one; how long a flow took is not. */
const otherStreamMs = 1100
/** Forms of the same flow that are remembered: of more, the first is forgotten. */
const formsKept = 4

const word = 0x1_0000_0000

/** Where flows came from. */
export interface FlowOrigin {
  readonly sender: string
  readonly protocol: ExportProtocolName
  readonly domain: number
  /** Is added to the times of flows, so that those of one stream are as exact as the device's own clock. */
  readonly shiftMs: number
}

interface Told {
  readonly origin: FlowOrigin
  readonly start: number
  readonly end: number
  readonly input: number
  readonly output: number
  readonly observedAt: number
}

interface Tally {
  compared: number
  otherInterface: number
  identical: number
  readonly otherProtocols: Map<ExportProtocolName, number>
  readonly otherSenders: Map<string, number>
}

export class RepeatFinder {
  readonly #told = new Map<string, Told[]>()
  readonly #tallies = new Map<string, Tally>()

  note(batch: FlowBatch, row: number, origin: FlowOrigin): void {
    const tally = this.#tally(origin.sender)
    if (tally === undefined) return
    tally.compared++
    const key = flowKey(batch, row)
    const told = toldFlow(batch, row, origin)
    const before = this.#told.get(key) ?? []
    const match = before.find((other) => isSameFlow(other, told))
    if (match !== undefined) this.#count(tally, match, told)
    this.#keep(key, before, told)
  }

  facts(sender: string): RepeatFacts {
    const tally = this.#tallies.get(sender) ?? newTally()
    return {
      compared: tally.compared,
      otherInterface: tally.otherInterface,
      identical: tally.identical,
      otherProtocols: [...tally.otherProtocols].map(([protocol, flows]) => ({ protocol, flows })),
      otherSenders: [...tally.otherSenders].map(([address, flows]) => ({ address, flows })),
    }
  }

  #count(tally: Tally, before: Told, now: Told): void {
    const [earlier, later] = [before.origin, now.origin]
    if (earlier.sender !== later.sender) {
      const other = this.#tally(earlier.sender)
      if (tally.otherSenders.size < maxSenders) add(tally.otherSenders, earlier.sender)
      if (other !== undefined && other.otherSenders.size < maxSenders) add(other.otherSenders, later.sender)
    } else if (earlier.protocol !== later.protocol) add(tally.otherProtocols, earlier.protocol)
    else if (isSameWay(before, now)) tally.identical++
    else tally.otherInterface++
  }

  #keep(key: string, before: readonly Told[], told: Told): void {
    this.#told.delete(key)
    this.#told.set(key, [...before.slice(1 - formsKept), told])
    const [oldest] = this.#told.keys()
    if (this.#told.size > remembered && oldest !== undefined) this.#told.delete(oldest)
  }

  #tally(sender: string): Tally | undefined {
    let tally = this.#tallies.get(sender)
    if (tally === undefined && this.#tallies.size < maxSenders) this.#tallies.set(sender, (tally = newTally()))
    return tally
  }
}

function newTally(): Tally {
  return { compared: 0, otherInterface: 0, identical: 0, otherProtocols: new Map(), otherSenders: new Map() }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Who spoke with whom, and how much. */
function flowKey({ columns }: FlowBatch, row: number): string {
  const { src_addr: from, dst_addr: to, src_port, dst_port, protocol, packets, bytes } = columns
  const at = row * 4
  const words = `${from[at]} ${from[at + 1]} ${from[at + 3]} ${to[at]} ${to[at + 1]} ${to[at + 3]} ${from[at + 2]} ${to[at + 2]}`
  const counts = `${packets[row * 2]} ${packets[row * 2 + 1]} ${bytes[row * 2]} ${bytes[row * 2 + 1]}`
  return `${words} ${src_port[row]} ${dst_port[row]} ${protocol[row]} ${counts}`
}

function toldFlow({ columns }: FlowBatch, row: number, origin: FlowOrigin): Told {
  const { flow_start, flow_end, in_if, out_if, observed_at } = columns
  return {
    origin,
    start: flow_start[row * 2] + flow_start[row * 2 + 1] * word + origin.shiftMs,
    end: flow_end[row * 2] + flow_end[row * 2 + 1] * word + origin.shiftMs,
    input: in_if[row] ?? 0,
    output: out_if[row] ?? 0,
    observedAt: observed_at[row] ?? 0,
  }
}

function isSameFlow(a: Told, b: Told): boolean {
  const starts = Math.abs(a.start - b.start)
  const ends = Math.abs(a.end - b.end)
  if (isSameStream(a.origin, b.origin)) return starts <= sameStreamMs && ends <= sameStreamMs
  return starts <= otherStreamMs && ends <= otherStreamMs && Math.abs(a.end - a.start - (b.end - b.start)) <= sameStreamMs
}

function isSameStream(a: FlowOrigin, b: FlowOrigin): boolean {
  return a.sender === b.sender && a.protocol === b.protocol && a.domain === b.domain
}

function isSameWay(a: Told, b: Told): boolean {
  return a.input === b.input && a.output === b.output && a.observedAt === b.observedAt
}
