import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WireError } from '../../contract/wire-errors.ts'
import { readPacketRecords } from '../../wire/packet-record.ts'
import { numberedRecords } from '../testing/numbered-records.ts'
import { frameBytes, FrameGapError, RecordsFile } from './records-file.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'records-'))
  file = path.join(folder, 'agent.records')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Numbers of all packets in a file. */
async function numbersOf(records: RecordsFile): Promise<number[]> {
  const numbers: number[] = []
  for await (const chunk of records.records()) {
    readPacketRecords(chunk, ({ bytes, start }) => numbers.push(Buffer.from(bytes).readUInt32BE(start + 28)))
  }
  return numbers
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('a file of records', () => {
  it('keeps frames in order, each once, over a restart too', async () => {
    const first = await RecordsFile.open(file)
    const outcomes = await Promise.all([
      first.append(1, numberedRecords(1, 3)),
      first.append(2, numberedRecords(4, 5)),
      first.append(2, numberedRecords(4, 5)),
      first.append(1, numberedRecords(1, 3)),
      first.append(3, numberedRecords(6, 6)),
    ])
    expect(outcomes).toEqual([3, 2, undefined, undefined, 1])
    expect(first).toMatchObject({ frame: 3, packets: 6, bytes: 360 })
    await first.close()
    const second = await RecordsFile.open(file)
    expect(second).toMatchObject({ frame: 3, packets: 6, bytes: 360, size: statSync(file).size })
    expect(await second.append(3, numberedRecords(6, 6))).toBeUndefined()
    expect(await second.append(4, numberedRecords(7, 9))).toBe(3)
    expect(await numbersOf(second)).toEqual(range(1, 9))
    await second.close()
  })

  it('asks again for a frame that was left out', async () => {
    const records = await RecordsFile.open(file)
    await records.append(1, numberedRecords(1, 1))
    await expect(records.append(3, numberedRecords(3, 3))).rejects.toThrow(FrameGapError)
    expect(await records.append(2, numberedRecords(2, 2))).toBe(1)
    await records.close()
  })

  it('takes no bytes that are no records', async () => {
    const records = await RecordsFile.open(file)
    await expect(records.append(1, numberedRecords(1, 1).subarray(1))).rejects.toThrow(WireError)
    expect(await records.append(1, numberedRecords(1, 1))).toBe(1)
    await records.close()
  })

  it.each([
    ['within its header', 5],
    ['within its records', 40],
    ['one byte before its end', frameBytes(numberedRecords(4, 5)) - 1],
  ])('cuts off a last frame that ends %s', async (_name, left) => {
    const first = await RecordsFile.open(file)
    await first.append(1, numberedRecords(1, 3))
    const whole = first.size
    await first.append(2, numberedRecords(4, 5))
    await first.close()
    truncateSync(file, whole + left)
    const second = await RecordsFile.open(file)
    expect(second).toMatchObject({ frame: 1, packets: 3, size: whole })
    expect(statSync(file).size).toBe(whole)
    expect(await second.append(2, numberedRecords(4, 5))).toBe(2)
    expect(await numbersOf(second)).toEqual(range(1, 5))
    await second.close()
  })

  it('cuts off a last frame of which the disk has written something else', async () => {
    const first = await RecordsFile.open(file)
    await first.append(1, numberedRecords(1, 3))
    await first.append(2, numberedRecords(4, 5))
    const { size } = first
    await first.close()
    const handle = await open(file, 'r+')
    await handle.write(Buffer.from([0xff]), 0, 1, size - 1)
    await handle.close()
    const second = await RecordsFile.open(file)
    expect(await numbersOf(second)).toEqual(range(1, 3))
    await second.close()
  })
})
