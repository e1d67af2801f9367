import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeInput as input, recordsOf as packetRecords } from './testing/merge-inputs.ts'
import { clockCorrection, TimeMerge, type MergeInput } from './time-merge.ts'

/** A packet of these tests: when it was seen, and a number by which it is known again. */
interface Seen {
  readonly seconds: number
  readonly nanoseconds: number
  readonly mark: number
}

/** A packet carries its number in its first four bytes. */
function recordsOf(list: readonly Seen[], length = 4): Uint8Array<ArrayBuffer> {
  return packetRecords(
    list.map(({ seconds, nanoseconds, mark }) => {
      const packet = new Uint8Array(length)
      new DataView(packet.buffer).setUint32(0, mark)
      return { seconds, nanoseconds, packet }
    }),
  )
}

interface Out extends Seen {
  readonly input: number
}

async function merged(inputs: readonly MergeInput[]): Promise<{ out: Out[]; merge: TimeMerge }> {
  const merge = new TimeMerge(inputs)
  const out: Out[] = []
  while (await merge.fill()) {
    while (merge.next()) {
      const { packet } = merge
      const mark = new DataView(packet.bytes.buffer, packet.bytes.byteOffset).getUint32(packet.start)
      out.push({ seconds: packet.seconds, nanoseconds: packet.nanoseconds, mark, input: packet.input })
    }
  }
  return { out, merge }
}

function timeOf({ seconds, nanoseconds }: Seen): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
}

/** In the order in which a stable sort by time puts them. */
function sorted(lists: readonly (readonly Seen[])[]): Out[] {
  return lists.flatMap((list, index) => list.map((seen) => ({ ...seen, input: index }))).toSorted((a, b) => Number(timeOf(a) - timeOf(b)))
}

/** Packets that jump back and forth by up to half a second: within what a window puts in order. */
const nearlyOrdered = fc.array(fc.integer({ min: 0, max: 400_000_000 }), { maxLength: 40 }).map((jumps) => {
  let mark = 0
  return jumps.map((jump, i): Seen => {
    const ns = i * 50_000_000 + jump
    return { seconds: 1_700_000_000 + Math.floor(ns / 1e9), nanoseconds: ns % 1e9, mark: mark++ }
  })
})

describe('a merge by time', () => {
  it('is a stable sort of what is nearly in order, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nearlyOrdered, { maxLength: 6 }), fc.integer({ min: 1, max: 200 }), async (lists, chunk) => {
        const { out, merge } = await merged(lists.map((list) => input(recordsOf(list), chunk)))
        expect(out).toEqual(sorted(lists))
        expect([merge.late, merge.faults]).toEqual([0, []])
      }),
      { numRuns: 60 },
    )
  })

  it('orders nanoseconds of today exactly', async () => {
    const at = (nanoseconds: number): Seen[] => [{ seconds: 1_800_000_000, nanoseconds, mark: nanoseconds }]
    const { out } = await merged([input(recordsOf(at(999_999_999))), input(recordsOf(at(999_999_998))), input(recordsOf(at(999_999_997)))])
    expect(out.map(({ mark }) => mark)).toEqual([999_999_997, 999_999_998, 999_999_999])
  })

  it('gives equal times in the order of the inputs, and of one in the order in which they came', async () => {
    const at = (...marks: number[]): Seen[] => marks.map((mark) => ({ seconds: 5, nanoseconds: 5, mark }))
    const { out } = await merged([input(recordsOf(at(3, 1))), input(recordsOf(at(4, 2)))])
    expect(out.map(({ mark }) => mark)).toEqual([3, 1, 4, 2])
  })

  it('reads an input no further than its window asks for', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      for (;;) {
        await Promise.resolve()
        yield recordsOf([{ seconds: 1000 + read++, nanoseconds: 0, mark: 0 }])
      }
    }
    const merge = new TimeMerge([{ records: endless(), clockOffsetNs: 0, clockErrorNs: 0 }])
    expect(await merge.fill()).toBe(true)
    expect(merge.next()).toBe(true)
    // A second of window is full with two packets; each further packet takes one more.
    expect(read).toBe(2)
    await merge.close()
  })

  it('takes the offset of a clock from its times where it is more than its error', async () => {
    const list = [{ seconds: 1000, nanoseconds: 100, mark: 1 }]
    const clocks = [
      { clockOffsetNs: 2_500_000_000, clockErrorNs: 1_000_000 },
      { clockOffsetNs: -2_500_000_000, clockErrorNs: 1_000_000 },
      { clockOffsetNs: 900_000, clockErrorNs: 1_000_000 },
    ]
    const { out } = await merged(clocks.map((clock) => input(recordsOf(list), 100, clock)))
    expect(out.map(({ input: index, seconds, nanoseconds }) => [index, seconds, nanoseconds])).toEqual([
      [0, 997, 500_000_100],
      [2, 1000, 100],
      [1, 1002, 500_000_100],
    ])
    expect(clockCorrection({ clockOffsetNs: -5, clockErrorNs: 5 })).toBe(0)
  })

  it('keeps times in what a record can say, whatever a clock claims', async () => {
    const list = [{ seconds: 10, nanoseconds: 0, mark: 1 }]
    const { out } = await merged([
      input(recordsOf(list), 100, { clockOffsetNs: 1e13 }),
      input(recordsOf([{ seconds: 0xffff_ffff, nanoseconds: 0, mark: 2 }]), 100, { clockOffsetNs: -1e13 }),
    ])
    expect(out.map(({ seconds }) => seconds)).toEqual([0, 0xffff_ffff])
  })

  it('gives a packet that is too late at once, and counts it', async () => {
    const times = [100, 103, 101, 106]
    const { out, merge } = await merged([input(recordsOf(times.map((seconds) => ({ seconds, nanoseconds: 0, mark: seconds }))))])
    expect(out.map(({ mark }) => mark)).toEqual([100, 101, 103, 106])
    const late = await merged([input(recordsOf([100, 103, 106, 101].map((seconds) => ({ seconds, nanoseconds: 0, mark: seconds }))))])
    expect(late.out.map(({ mark }) => mark)).toEqual([100, 103, 101, 106])
    expect([merge.late, late.merge.late]).toEqual([0, 1])
  })

  it('puts a thousand packets in order, and no more', async () => {
    // All within a second, the earliest at the end: it stands at the front when the window reaches that far.
    const list = (packets: number): Seen[] => [
      ...Array.from({ length: packets }, (_, i) => ({ seconds: 9, nanoseconds: 10 + i, mark: i })),
      { seconds: 9, nanoseconds: 0, mark: 5000 },
    ]
    const near = await merged([input(recordsOf(list(999)))])
    const far = await merged([input(recordsOf(list(1000)))])
    expect(near.out[0]?.mark).toBe(5000)
    expect(far.out[0]?.mark).toBe(0)
    expect([near.merge.late, far.merge.late]).toEqual([0, 1])
  })

  it('gives the same packets with times far ahead, however they are cut into chunks', async () => {
    // One in 40 waits to the end, and what it came in must not be kept for it: copies are what comes out then.
    const list = Array.from({ length: 3000 }, (_, i): Seen => ({ seconds: i % 40 === 0 ? 5000 : 100, nanoseconds: i * 1000, mark: i }))
    const bytes = recordsOf(list, 1500)
    for (const chunk of [bytes.length, 65_536, 1700]) expect((await merged([input(bytes, chunk)])).out).toEqual(sorted([list]))
  })

  it('ends an input whose records are damaged, tells which, and goes on with the others', async () => {
    const list = [1, 2, 3].map((seconds) => ({ seconds: seconds * 10, nanoseconds: 0, mark: seconds }))
    const damaged = recordsOf(list)
    damaged[24 + 14] = 9
    const cut = recordsOf(list).subarray(0, -1)
    const { out, merge } = await merged([input(damaged), input(recordsOf(list)), input(cut)])
    expect(out.map(({ mark, input: index }) => `${index}:${mark}`)).toEqual(['0:1', '1:1', '2:1', '1:2', '2:2', '1:3'])
    expect(new Map(merge.faults.map(({ input: index, error }) => [index, error.code]))).toEqual(
      new Map([
        [0, 'bad_packet'],
        [2, 'truncated'],
      ]),
    )
  })

  it('passes on what goes wrong with a file', async () => {
    async function* failing(): AsyncGenerator<Uint8Array, void> {
      yield recordsOf([{ seconds: 1, nanoseconds: 0, mark: 1 }])
      await Promise.reject(new Error('disk gone'))
    }
    const merge = new TimeMerge([{ records: failing(), clockOffsetNs: 0, clockErrorNs: 0 }])
    await expect(merge.fill()).rejects.toThrow('disk gone')
  })

  it('closes what it reads from when it is closed', async () => {
    let closed = 0
    async function* open(): AsyncGenerator<Uint8Array, void> {
      try {
        for (;;) {
          await Promise.resolve()
          yield recordsOf([{ seconds: 1, nanoseconds: 0, mark: 1 }])
        }
      } finally {
        closed++
      }
    }
    const merge = new TimeMerge([1, 2].map(() => ({ records: open(), clockOffsetNs: 0, clockErrorNs: 0 })))
    await merge.fill()
    await merge.close()
    expect(closed).toBe(2)
  })

  it('of nothing is over at once', async () => {
    expect((await merged([])).out).toEqual([])
    expect((await merged([input(new Uint8Array(0))])).out).toEqual([])
  })
})
