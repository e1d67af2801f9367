// Who sends while a check is open: a bounded list, with an examination of those that matter.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { ExportProtocolName } from '../../contract/flow-columns.ts'
import type { TappedDatagram } from '../../contract/datagram-tap.ts'
import { parseIpAddress } from '../../base/ip-prefix.ts'
import { writeIpv4, writeIpv6 } from '../../wire/address-columns.ts'
import { recognise } from '../../wire/flow-datagram.ts'
import { Examination } from './examination.ts'
import { protocolName } from './protocol-name.ts'
import { RepeatFinder } from './repeat-finder.ts'

const maxSenders = 64
/** Senders whose datagrams are decoded, each with a few hundred kB of memory at the most. */
const maxExamined = 8
/** Bytes a second that are decoded of the sender that is looked at, and of all others together. */
const focusBytes = 131_072
const otherBytes = 32_768

export interface Sender {
  readonly address: string
  /** sFlow agent address where it differs. */
  agent: string | null
  readonly protocols: Set<ExportProtocolName>
  datagrams: number
  /** It was silent before the check began. */
  readonly isNew: boolean
  /** null while there is no room for one more. */
  examination: Examination | null
  /** Datagrams were counted without being decoded, or missed altogether. */
  isPartial: boolean
  /** The next that is decoded does not follow the one before. */
  gap: boolean
}

export interface SendersDependencies {
  readonly batch: FlowBatch
  /** Whether a sender was silent when the check began. */
  readonly isNew: (address: string) => boolean
  /** An examination has begun: to be told what is known from before. */
  readonly onExamined: (examination: Examination) => void
}

export class Senders {
  readonly #deps: SendersDependencies
  readonly #senders = new Map<string, Sender>()
  readonly #repeats = new RepeatFinder()
  /** What was decoded in the second at hand. */
  #second = 0
  #focusBytes = 0
  #otherBytes = 0

  constructor(deps: SendersDependencies) {
    this.#deps = deps
  }

  /**
   * @param agent sFlow agent address of the datagram, null without
   * @param focus the sender that is looked at
   */
  take(datagram: TappedDatagram, agent: string | null, focus: string | null): Sender | undefined {
    const isFocus = datagram.source === focus
    const sender = this.#senders.get(datagram.source) ?? this.#begin(datagram.source, isFocus)
    if (sender === undefined) return undefined
    sender.datagrams++
    const protocol = recognise(datagram.bytes, datagram.bytes.length)
    if (protocol !== 0) sender.protocols.add(protocolName(protocol))
    if (agent !== null && agent !== sender.address) sender.agent = agent
    if (datagram.missed > 0) sender.isPartial = sender.gap = true
    sender.examination ??= this.#examination(sender.address, isFocus)
    this.#examine(sender, datagram, isFocus)
    return sender
  }

  get(address: string): Sender | undefined {
    return this.#senders.get(address)
  }

  all(): Iterable<Sender> {
    return this.#senders.values()
  }

  forget(address: string): void {
    this.#senders.delete(address)
  }

  #begin(address: string, isFocus: boolean): Sender | undefined {
    if (this.#senders.size >= maxSenders && !isFocus) return undefined
    const isNew = this.#deps.isNew(address)
    const sender: Sender = {
      address,
      agent: null,
      protocols: new Set(),
      datagrams: 0,
      isNew,
      examination: null,
      isPartial: false,
      gap: false,
    }
    this.#senders.set(address, sender)
    return sender
  }

  #examination(address: string, isFocus: boolean): Examination | null {
    const examined = [...this.#senders.values()].filter(({ examination }) => examination !== null)
    if (examined.length >= maxExamined && !isFocus) return null
    // The one that is looked at always has a place.
    const [first] = examined
    if (examined.length >= maxExamined && first !== undefined) first.examination = null
    const examination = new Examination(addressWords(address), this.#deps.batch, this.#repeats)
    this.#deps.onExamined(examination)
    return examination
  }

  #examine(sender: Sender, { at, sourcePort, bytes }: TappedDatagram, isFocus: boolean): void {
    const { examination } = sender
    if (examination === null) return
    if (!this.#mayDecode(at, bytes.length, isFocus)) {
      sender.isPartial = sender.gap = true
      return examination.count(at, bytes.length)
    }
    examination.examine({ at, sourcePort, gap: sender.gap, bytes })
    sender.gap = false
  }

  #mayDecode(at: number, bytes: number, isFocus: boolean): boolean {
    const second = Math.floor(at / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#focusBytes = 0
      this.#otherBytes = 0
    }
    if (isFocus) return (this.#focusBytes += bytes) <= focusBytes
    return (this.#otherBytes += bytes) <= otherBytes
  }
}

/** The address in four words, as in an `ip` column. */
function addressWords(text: string): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(4)
  const bytes = parseIpAddress(text)
  if (bytes?.length === 4) writeIpv4(words, 0, bytes, 0)
  else if (bytes !== undefined) writeIpv6(words, 0, bytes, 0)
  return words
}
