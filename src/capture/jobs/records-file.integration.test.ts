import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { needs, repository } from '../../../test/requirements.ts'
import { readPacketRecords } from '../../wire/packet-record.ts'
import { RecordsFile } from './records-file.ts'

const child = fileURLToPath(new URL('../testing/records-child.mjs', import.meta.url))
const dist = pathToFileURL(join(repository, 'dist/')).href

/** Lets a process append frames until it has said that it has one, and kills it. @returns the last that it said to have */
async function appendUntil(file: string, first: number, last: number): Promise<number> {
  const writer = spawn(process.execPath, [child, dist, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(writer, 'exit')
  let kept = 0
  for await (const line of createInterface(writer.stdout)) {
    kept = Number(line)
    if (kept >= last) writer.kill('SIGKILL')
  }
  const [code] = (await ended) as [number | null]
  expect(code).toBeNull()
  return kept
}

describe.skipIf(needs({ paths: ['dist/capture/jobs/records-file.js'] }))('packets on disk', () => {
  it('are there after kill -9 as far as they were acknowledged, and none twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'records-'))
    const file = join(folder, 'agent.records')
    let kept = 0
    for (const last of [4, 100, 400]) {
      // Each one begins with a frame that may be there already, as an agent does after a cut.
      kept = await appendUntil(file, Math.max(1, kept - 5), last)
      const records = await RecordsFile.open(file)
      const numbers: number[] = []
      for await (const chunk of records.records()) {
        readPacketRecords(chunk, ({ bytes, start }) => numbers.push(Buffer.from(bytes).readUInt32BE(start + 28)))
      }
      expect(records.frame).toBeGreaterThanOrEqual(kept)
      expect(numbers).toEqual(Array.from({ length: 3 * records.frame }, (_, index) => index + 1))
      await records.close()
    }
    await rm(folder, { recursive: true })
  })
})
