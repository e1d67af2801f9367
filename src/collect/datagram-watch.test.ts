// Which datagrams a thread copies for the live check, and how many of them at the most.
import { beforeEach, describe, expect, it } from 'vitest'
import { join, u32 } from '../wire/testing/bytes.ts'
import { ipfix } from '../wire/testing/datagram-writer.ts'
import { sflowDatagram } from '../wire/testing/sflow.ts'
import type { TappedDatagram } from '../contract/datagram-tap.ts'
import { addressKey, formatWords, parseWords } from './address-words.ts'
import { DatagramWatch } from './datagram-watch.ts'
import { ExporterTable } from './exporter-table.ts'
import type { TapLimits } from './tap-budget.ts'
import { readTapRecords } from './tap-records.ts'

const flows = ipfix(() => undefined)
const noise = Uint8Array.of(1, 2, 3)
const sflowOf = (agent: string) => sflowDatagram([], { agent: join(u32(1), Uint8Array.from(agent.split('.'), Number)) })

const limits: TapLimits = { datagrams: 20, bytes: 20_000, perSender: 8, perUnregistered: 4, senders: 16 }
const registered = '192.0.2.1'
const registeredAgent = '192.0.2.2'
const stranger = '198.51.100.1'

let table: ExporterTable
let watch: DatagramWatch
/** Of the thread's clock, ms. */
let now: number
let refused: number

beforeEach(() => {
  now = 1_700_000_000_000
  refused = 0
  table = new ExporterTable()
  table.register([registered, registeredAgent].map((address) => ({ account: 1, address, samplingOverride: null, accountSampling: 1 })))
  watch = new DatagramWatch({ table, sourcePort: () => 40_000 }, limits)
})

function want(addresses: readonly string[], unregistered = false): void {
  watch.replace({ keys: addresses.map((address) => addressKey(parseWords(address))), unregistered })
}

/** Offers them in a buffer that is longer, as receivers do. */
function offer(source: string, bytes: Uint8Array, count = 1): void {
  const slot = join(bytes, new Uint8Array(100))
  for (let i = 0; i < count; i++) watch.offer({ bytes: slot, length: bytes.length, source: parseWords(source), listener: 1 }, now)
  slot.fill(0)
}

function taken(): TappedDatagram[] {
  now += 1000
  const harvest = watch.take(now)
  refused += harvest?.refused ?? 0
  return readTapRecords(harvest?.records ?? new Uint8Array(0))
}

const sources = () => taken().map(({ source }) => source)

describe('a datagram', () => {
  it('is copied as it came', () => {
    want([registered])
    offer(registered, flows)
    const at = now
    expect(taken()).toEqual([{ at, source: registered, sourcePort: 40_000, listener: 1, missed: 0, bytes: flows }])
  })

  it('of a watched sender is copied whatever it holds, those of others are not', () => {
    want([registered, '2001:db8::1'])
    for (const source of [registered, registeredAgent, stranger, '2001:db8::1', '2001:db8::2']) offer(source, noise)
    expect(sources()).toEqual([registered, '2001:db8::1'])
  })

  it('of a watched sFlow agent is copied wherever it comes from', () => {
    want(['192.0.2.77'])
    offer(stranger, sflowOf('192.0.2.77'))
    offer(stranger, sflowOf('192.0.2.78'))
    expect(sources()).toEqual([stranger])
  })

  it('of somebody who is not registered is copied when it holds flows, and its sFlow agent is none either', () => {
    want([], true)
    offer(stranger, flows)
    offer(stranger, noise)
    offer(registered, flows)
    offer('198.51.100.2', sflowOf('198.51.100.3'))
    offer('198.51.100.4', sflowOf(registeredAgent))
    expect(sources()).toEqual([stranger, '198.51.100.2'])
  })

  it('is wanted no more when the watch is replaced', () => {
    want([registered], true)
    want([registeredAgent])
    for (const source of [registered, stranger, registeredAgent]) offer(source, flows)
    expect(sources()).toEqual([registeredAgent])
  })
})

describe('bounds', () => {
  it('of a sender begin anew each second, and it is told how many are missing before the next', () => {
    want([registered])
    offer(registered, flows, 11)
    expect(taken()).toHaveLength(8)
    offer(registered, flows, 2)
    expect(taken().map(({ missed }) => missed)).toEqual([3, 0])
    expect(refused).toBe(3)
  })

  it('leave room for watched senders in a flood of strangers, and remember a bounded number of these', () => {
    want([registered], true)
    for (let i = 0; i < 10_000; i++) offer(formatWords([0, 0, 0xffff0000, i + 1]), flows)
    offer(registered, flows, 3)
    const seen = sources()
    expect(seen).toHaveLength(13)
    expect(seen.slice(-3)).toEqual([registered, registered, registered])
    expect(refused).toBe(9990)
  })

  it('hold for the bytes of a second', () => {
    want([registered])
    offer(registered, new Uint8Array(9000), 3)
    offer(registered, flows)
    expect(taken().map(({ bytes, missed }) => [bytes.length, missed])).toEqual([
      [9000, 0],
      [9000, 0],
      [flows.length, 1],
    ])
  })

  it('of one stranger leave room for another', () => {
    want([], true)
    offer(stranger, flows, 50)
    offer('198.51.100.2', flows, 2)
    expect(sources()).toEqual([stranger, stranger, stranger, stranger, '198.51.100.2', '198.51.100.2'])
  })
})

describe('what was copied', () => {
  it('is handed over in one piece every tenth of a second', () => {
    want([registered])
    offer(registered, flows)
    expect(taken()).toHaveLength(1)
    offer(registered, flows, 2)
    expect(watch.take(now + 99)).toBeUndefined()
    expect(readTapRecords(watch.take(now + 100)?.records ?? new Uint8Array(0))).toHaveLength(2)
    expect(watch.take(now + 300)).toBeUndefined()
  })
})
