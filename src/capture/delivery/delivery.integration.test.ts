import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { needs, repository } from '../../../test/requirements.ts'
import { until } from '../../../test/lab/poll.ts'
import type { CaptureDelivery } from '../../contract/capture.ts'
import { numbersIn, viewOf } from '../testing/numbered-packets.ts'
import { startS3Server, testKey } from '../testing/s3-server.ts'
import { FileSink } from './file-sink.ts'

const built = 'dist/capture/delivery/open-sink.js'
const run = promisify(execFile)
const system = (program: string, ...words: string[]): Buffer => execFileSync(program, words)

/** A sink at work in a process that may read files and write none. */
async function deliverWithoutDisk(delivery: CaptureDelivery): Promise<unknown> {
  const child = fileURLToPath(new URL('../testing/upload-child.mjs', import.meta.url))
  const fence = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
  const job = JSON.stringify({ delivery, link: 'raw', snap_length: 65_535, byte_limit: null })
  const module = pathToFileURL(join(repository, built)).href
  const { stdout } = await run(process.execPath, [fence, '--allow-fs-read=*', '--no-warnings', child, module, job])
  return JSON.parse(stdout)
}

describe.skipIf(needs({ paths: [built] }))('delivery to a bucket', () => {
  it('writes no file', async () => {
    const server = await startS3Server(['pcaps'])
    try {
      const { endpoint, region } = server
      const delivered = await deliverWithoutDisk({
        kind: 's3',
        endpoint,
        region,
        bucket: 'pcaps',
        key: 'a.pcap',
        session_token: '',
        ...testKey,
      })
      const bytes = 24 + 1000 * 40_016
      expect(delivered).toMatchObject({ objects: [{ uri: 's3://pcaps/a.pcap', packets: 1000, bytes }] })
      expect((await server.object('pcaps', 'a.pcap'))?.length).toBe(bytes)
      expect(server.requests.filter(({ operation }) => operation === 'part')).toHaveLength(3)
    } finally {
      await server.stop()
    }
  })

  it('would be seen if it did', async () => {
    const path = join(tmpdir(), `drawbridge-none-${process.pid}.pcap`)
    expect(await deliverWithoutDisk({ kind: 'file', path })).toMatchObject({ code: 'ERR_ACCESS_DENIED' })
  })
})

describe.skipIf(needs({ root: true, commands: ['mount'] }))('delivery to a full disk', () => {
  it('keeps what there was room for, up to the end of a packet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-full-'))
    system('mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder)
    try {
      const path = join(folder, 'pcap_1.pcap')
      const sink = new FileSink({ path, allowFolders: [folder], ethernet: false, snapLength: 65_535 })
      const failures: string[] = []
      sink.onFailure = (error) => failures.push(error.message)
      await sink.open()
      let number = 0
      await until('the failure', () => {
        while (number < 10_000 && sink.take(viewOf(number + 1, 60_000))) number++
        return failures[0]
      })
      const [object] = await sink.finish()
      const kept = numbersIn(await readFile(path))
      expect(failures).toEqual([`${path} cannot be written: the disk is full; make room`])
      expect(kept).toEqual(kept.map((_, at) => at + 1))
      expect(object).toMatchObject({ uri: `file://${path}`, packets: kept.length })
      expect(kept.length).toBeGreaterThan(0)
    } finally {
      system('umount', folder)
      await rm(folder, { recursive: true, force: true })
    }
  })
})
