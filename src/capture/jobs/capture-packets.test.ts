import { createHash } from 'node:crypto'
import { mkdir, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import type { Capture } from '../../contract/capture.ts'
import { openSink } from '../delivery/open-sink.ts'
import {
  bytesOf,
  CaptureLab,
  captureRequest,
  downloadedNumbers,
  labStart,
  type CaptureLabConfig,
  type Life,
} from '../testing/capture-lab.ts'
import { feed, numbersIn } from '../testing/numbered-packets.ts'
import { numberedRecords } from '../testing/numbered-records.ts'
import { startS3Server, testKey } from '../testing/s3-server.ts'

const labs: CaptureLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.remove()
})

async function newLab(config?: CaptureLabConfig): Promise<CaptureLab> {
  const lab = await new CaptureLab(config).prepare()
  labs.push(lab)
  return lab
}

async function endAll(lab: CaptureLab, life: Life, id: string): Promise<void> {
  for (const edge of lab.edges.edges) lab.edges.end(edge, id, 'time')
  await lab.exchange(life)
}

/** A capture that is over, with so many packets of each of two agents. */
async function over(count: number, changes: Parameters<typeof captureRequest>[0] = {}, config: CaptureLabConfig = {}) {
  const lab = await newLab({ clockOffsets: [0, 0], ...config })
  const life = await lab.start()
  const { id } = await life.capturing.start(captureRequest(changes), false)
  for (const [index, edge] of lab.edges.edges.entries()) lab.edges.capture(edge, id, { count, from: lab.now + index * 3 })
  await lab.exchange(life)
  await endAll(lab, life, id)
  return { lab, life, id, capturing: life.capturing }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('the packets of a capture', () => {
  it('are listed in the order of the download, in any page', async () => {
    const { id, capturing } = await over(400)
    const numbers = await downloadedNumbers(capturing, { id })
    expect(numbers).toHaveLength(800)
    for (const [offset, limit] of [
      [0, 1000],
      [255, 3],
      [256, 1],
      [700, 500],
    ] as const) {
      const page = await capturing.packets(1, id, { offset, limit })
      expect(page.map(({ number }) => number)).toEqual(range(offset, Math.min(800, offset + limit) - 1))
      expect(page[0]).toMatchObject({ source: expect.any(String) as string, protocol: 'UDP', length: 60, captured: 60 })
      for (const { number, agent } of page) expect(agent).toBe((numbers[number] ?? 0) < 400 ? 'edge1' : 'edge2')
    }
    expect(await capturing.packets(1, id, { offset: 800, limit: 10 })).toEqual([])
  })

  it('are told one by one, with their headers and bytes', async () => {
    const { id, capturing } = await over(300)
    const numbers = await downloadedNumbers(capturing, { id })
    const { summary, layers, hex } = await capturing.packet(1, id, 517)
    expect(Buffer.from(hex, 'hex').readUInt32BE(28)).toBe(numbers[517])
    expect(summary.number).toBe(517)
    expect(layers.map(({ name }) => name)).toHaveLength(3)
    await expect(capturing.packet(1, id, 600)).rejects.toThrow(`capture ${id} has no packet 600`)
  })

  it('have the checksums that the manifest says', async () => {
    const { id, capturing } = await over(50)
    const manifest = await capturing.manifest(1, id)
    const whole = await bytesOf((await capturing.download(1, id, 'pcap')).body)
    expect(manifest.file).toEqual({ format: 'pcap', bytes: whole.length, packets: 100, sha256: sha256(whole) })
    for (const { agent, name, packets, sha256: sum, first_at } of manifest.parts) {
      const part = await capturing.download(1, id, 'pcap', agent)
      expect(part.fileName).toBe(`pcap_${id}_${agent.slice(0, 8)}.pcap`)
      const bytes = await bytesOf(part.body)
      expect([packets, sum]).toEqual([50, sha256(bytes)])
      expect(numbersIn(bytes)).toEqual(name === 'edge1' ? range(0, 49) : range(50, 99))
      expect(first_at).toBe(name === 'edge1' ? '2026-01-01T00:00:00.000000Z' : '2026-01-01T00:00:00.003000Z')
    }
    // The same again, from what is kept of it now.
    expect(await capturing.manifest(1, id)).toEqual(manifest)
    await expect(capturing.download(1, id, 'pcap', 'edge9')).rejects.toThrow('the capture has no agent edge9')
  })

  it('come as pcapng too', async () => {
    const { id, capturing } = await over(5)
    const { contentType, fileName, body } = await capturing.download(1, id, 'pcapng')
    expect([contentType, fileName]).toEqual(['application/x-pcapng', `pcap_${id}.pcapng`])
    const bytes = await bytesOf(body)
    expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a)
    expect(bytes.includes('edge2/prerouting')).toBe(true)
  })

  it('cannot be read while it runs', async () => {
    const lab = await newLab()
    const { capturing } = await lab.start()
    const { id } = await capturing.start(captureRequest(), false)
    const message = `capture ${id} is pending: it still runs`
    await expect(capturing.download(1, id, 'pcap')).rejects.toThrow(message)
    await expect(capturing.manifest(1, id)).rejects.toThrow(message)
    await expect(capturing.packets(1, id, { offset: 0, limit: 1 })).rejects.toThrow(message)
    await expect(capturing.packet(1, id, 0)).rejects.toThrow(message)
  })
})

describe('a stream of a running capture', () => {
  /** Reads a stream until it ends; what has come until now can be asked for. */
  function reading(body: AsyncIterable<Uint8Array>) {
    const chunks: Uint8Array[] = []
    const done = (async () => {
      for await (const chunk of body) chunks.push(chunk)
    })()
    return { numbers: () => numbersIn(Buffer.concat(chunks)), done }
  }

  it('has packets as they come, those that are there first, and ends with the capture', async () => {
    const lab = await newLab({ clockOffsets: [0] })
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest(), false)
    const [edge] = lab.edges.edges
    if (!edge) throw new Error('the lab has an edge')
    lab.edges.capture(edge, id, { count: 3, from: lab.now })
    await lab.exchange(life)
    const { body } = await life.capturing.tail(1, id, new AbortController().signal)
    const stream = reading(body)
    await until('the first packets', () => (stream.numbers().length === 3 ? true : undefined))
    lab.edges.capture(edge, id, { count: 2, from: lab.now + 3 })
    await lab.exchange(life)
    await until('the next packets', () => (stream.numbers().length === 5 ? true : undefined))
    lab.edges.capture(edge, id, { count: 2, from: lab.now + 5 })
    lab.edges.end(edge, id, 'time')
    await lab.exchange(life)
    await stream.done
    expect(stream.numbers()).toEqual(range(0, 6))
  })

  it('is read to its end also by who is slower than the capture', async () => {
    const lab = await newLab({ clockOffsets: [0, 0] })
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest(), false)
    const { body } = await life.capturing.tail(1, id, new AbortController().signal)
    const iterator = body[Symbol.asyncIterator]()
    const chunks = [(await iterator.next()).value as Uint8Array]
    for (const edge of lab.edges.edges) lab.edges.capture(edge, id, { count: 4, from: lab.now })
    await lab.exchange(life)
    await endAll(lab, life, id)
    expect((await life.capturing.get(1, id)).status).toBe('success')
    for (let { done, value } = await iterator.next(); done !== true; { done, value } = await iterator.next()) chunks.push(value)
    expect(numbersIn(Buffer.concat(chunks)).toSorted((a, b) => a - b)).toEqual(range(0, 7))
  })

  it('ends when nobody wants it any more, and when the server stops', async () => {
    const lab = await newLab()
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest(), false)
    const signal = new AbortController()
    const first = reading((await life.capturing.tail(1, id, signal.signal)).body)
    const second = reading((await life.capturing.tail(1, id, new AbortController().signal)).body)
    signal.abort()
    await first.done
    await life.jobs.stop()
    await second.done
    expect(second.numbers()).toEqual([])
  })

  it('of one that is over is its download', async () => {
    const { id, capturing } = await over(3)
    const { body } = await capturing.tail(1, id, new AbortController().signal)
    expect(await bytesOf(body)).toEqual(await bytesOf((await capturing.download(1, id, 'pcap')).body))
  })
})

describe('who follows a capture', () => {
  it('is told of changes until the end, and not after it has gone', async () => {
    const lab = await newLab({ clockOffsets: [0] })
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest(), false)
    const told: Capture[] = []
    const end = life.capturing.follow(1, id, (capture) => told.push(capture))
    life.capturing.follow(2, id, () => {
      throw new Error('it is of another account')
    })
    const [edge] = lab.edges.edges
    if (!edge) throw new Error('the lab has an edge')
    for (let count = 0; count < 50; count++) lab.edges.capture(edge, id, { count: 1, from: lab.now + count })
    await lab.exchange(life)
    await until('50 packets', () => (told.at(-1)?.packets === 50 ? true : undefined))
    // Each packet was a change; they were told together.
    expect(told.length).toBeLessThan(25)
    await endAll(lab, life, id)
    await until('the end', () => (told.at(-1)?.status === 'success' ? true : undefined))
    end()
  })
})

describe('what is kept', () => {
  it('goes after the days that the policy says, also when that was changed later', async () => {
    const { lab, life, id, capturing } = await over(3)
    await lab.db.insertInto('capture_policy').values({ account: 1, policy: '{"expire_days":2}', modified_at: '' }).execute()
    life.sweep()
    await life.jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({ downloadable: true, expires_at: '2026-01-03T00:00:00.000Z' })
    lab.now += 2 * 86_400_000
    life.sweep()
    await life.jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 6, downloadable: false })
    await expect(capturing.download(1, id, 'pcap')).rejects.toThrow('its packets were deleted, because of their age or to make room')
    expect(life.jobs.readings()).toMatchObject({ keptBytes: 0, counts: { expired: 1 } })
  })

  it('makes room for newer packets, the oldest first', async () => {
    const { lab, life, id, capturing } = await over(1000, {}, { captures: { keep_mib: 1, capture_mib: 1 } })
    for (let count = 0; count < 14; count++) {
      const { id: next } = await capturing.start(captureRequest(), false)
      for (const edge of lab.edges.edges) lab.edges.capture(edge, next, { count: 1000, from: lab.now })
      await lab.exchange(life)
      await endAll(lab, life, next)
    }
    life.sweep()
    await life.jobs.idle()
    const { captures } = await capturing.list(1, { limit: 20, offset: 0 })
    const kept = captures.filter(({ downloadable }) => downloadable).length
    expect(captures.map(({ downloadable }) => downloadable)).toEqual(captures.map((_, index) => index < kept))
    expect([captures.at(-1)?.id, captures.at(-1)?.downloadable]).toEqual([id, false])
    const readings = life.jobs.readings()
    expect(readings.keptBytes).toBeLessThanOrEqual(1_048_576)
    expect(readings.counts.displaced).toBe(15 - kept)
    expect(readings.counts.frames_refused).toBe(0)
  })

  it('of one capture is bounded: it ends early and says so', async () => {
    const lab = await newLab({ clockOffsets: [0], captures: { capture_mib: 1 } })
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest({ packet_limit: null }), false)
    const [edge] = lab.edges.edges
    if (!edge) throw new Error('the lab has an edge')
    for (let frame = 0; frame < 20; frame++) lab.edges.capture(edge, id, { count: 1000, from: lab.now + frame * 1000 })
    await lab.exchange(life)
    await lab.exchange(life)
    const capture = await life.capturing.get(1, id)
    expect(capture.status).toBe('success')
    expect(capture.error_message).toContain('ended early: its packets take 1 MiB, the most for one capture (captures.capture_mib)')
    expect(capture.error_message).toContain('7000 of its 20000 packets were not kept')
    expect(await downloadedNumbers(life.capturing, { id })).toEqual(range(0, 12_999))
    expect(edge.jobs.size).toBe(0)
  })
})

describe('a capture of the past', () => {
  const offset_time = '2025-12-31T23:00:00Z'

  it('is answered from samples', async () => {
    const lab = await newLab()
    lab.answer = { records: [numberedRecords(1, 5), numberedRecords(6, 9)], packets: 9, bytes: 540, keptSince: labStart - 86_400_000 }
    const { capturing, jobs } = await lab.start()
    const { id, status, agents } = await capturing.start(captureRequest({ offset_time, packet_limit: 100, account: 1 }), true)
    expect([status, agents.map(({ agent }) => agent)]).toEqual(['pending', ['samples']])
    await jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 9, bytes: 540, error_message: null })
    expect(lab.questions).toEqual([
      {
        account: 1,
        from: Date.parse(offset_time) - 60_000,
        to: Date.parse(offset_time),
        filter: null,
        snapLength: 160,
        limit: 100,
        byteLimit: 512 * 1_048_576,
      },
    ])
    expect(await downloadedNumbers(capturing, { id })).toEqual(range(1, 9))
    expect(lab.edges.assigned).toEqual([])
  })

  it('says how far samples reach back', async () => {
    const lab = await newLab()
    const { capturing, jobs } = await lab.start()
    const messages: (string | null)[] = []
    for (const keptSince of [null, Date.parse(offset_time) - 30_000]) {
      lab.answer = { records: [], packets: 0, bytes: 0, keptSince }
      const { id } = await capturing.start(captureRequest({ offset_time }), false)
      await jobs.idle()
      messages.push((await capturing.get(1, id)).error_message)
    }
    expect(messages).toEqual([
      'samples: no samples are kept; they come from sFlow exporters and from agents with always-on sampling',
      'samples: samples reach back to 2025-12-31T22:59:30.000Z only',
    ])
  })

  it('has its payload masked where the account says so', async () => {
    const lab = await newLab()
    lab.answer = { records: [numberedRecords(7, 7)], packets: 1, bytes: 60, keptSince: 0 }
    await lab.db.insertInto('capture_policy').values({ account: 1, policy: '{"mask_payload":true}', modified_at: '' }).execute()
    const { capturing, jobs } = await lab.start()
    const { id } = await capturing.start(captureRequest({ offset_time }), false)
    await jobs.idle()
    const { hex } = await capturing.packet(1, id, 0)
    expect(hex.slice(0, 56)).not.toMatch(/^0+$/)
    expect(hex.slice(56)).toBe('00'.repeat(32))
  })

  it('is tried again when it fails, over a restart too', async () => {
    const lab = await newLab()
    lab.answer = new Error('the disk has a fault')
    const life = await lab.start()
    const { id } = await life.capturing.start(captureRequest({ offset_time }), false)
    await life.jobs.idle()
    expect(await life.capturing.get(1, id)).toMatchObject({
      status: 'pending',
      error_message: expect.stringContaining('the disk has a fault') as string,
    })
    expect(lab.errors.splice(0)).toHaveLength(1)
    await life.kill()
    lab.answer = { records: [numberedRecords(1, 2)], packets: 2, bytes: 120, keptSince: 0 }
    const next = await lab.start()
    await next.jobs.idle()
    expect(await next.capturing.get(1, id)).toMatchObject({ status: 'success', packets: 2, error_message: null })
  })
})

describe('a capture whose packets cannot be merged', () => {
  it('is kept and tried again each minute', async () => {
    const lab = await newLab({ clockOffsets: [0] })
    const life = await lab.start()
    const { capturing } = life
    const { id } = await capturing.start(captureRequest(), false)
    const [edge] = lab.edges.edges
    if (!edge) throw new Error('the lab has an edge')
    lab.edges.capture(edge, id, { count: 4, from: lab.now })
    await lab.exchange(life)
    // A folder in the way of the file.
    const obstacle = path.join(lab.dir, 'captures', id, 'merged.records.tmp')
    await mkdir(obstacle)
    await endAll(lab, life, id)
    expect(await capturing.get(1, id)).toMatchObject({
      status: 'running',
      error_message: expect.stringContaining('its packets could not be merged and are kept') as string,
    })
    expect(lab.errors.splice(0)).toHaveLength(1)
    await rmdir(obstacle)
    await lab.pass(life, 30)
    expect((await capturing.get(1, id)).status).toBe('running')
    await lab.pass(life, 31)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 4, error_message: null })
    expect((await stat(path.join(lab.dir, 'captures', id, 'merged.records'))).size).toBe(8 + 4 * (2 + 20 + 60))
  })
})

describe('a full capture in a bucket', () => {
  it('is read back and merged where the account allows it', async () => {
    const server = await startS3Server(['pcaps'])
    const lab = await newLab({ clockOffsets: [0, 0] })
    try {
      const bucket = 'b'.repeat(32)
      const destination_conf = `s3://pcaps/edge?region=${server.region}&endpoint=${server.endpoint}`
      const secret = lab.secrets.seal(JSON.stringify({ ...testKey, session_token: '' }), `bucket/${bucket}`)
      const row = { account: 1, challenge_hash: '', status: 'success', submitted: '', validated: '' }
      await lab.db
        .insertInto('bucket')
        .values({ ...row, id: bucket, destination_conf, secret })
        .execute()
      await lab.db.insertInto('capture_policy').values({ account: 1, policy: '{"full_download":true}', modified_at: '' }).execute()
      const { capturing, jobs } = await lab.start()
      const { id } = await capturing.start(captureRequest({ type: 'full', bucket, destination_conf, packet_limit: null }), false)
      for (const [index, { agent, job }] of lab.edges.assigned.entries()) {
        const sink = openSink(job, { allowFolders: [], log: { info: () => undefined, warn: () => undefined } })
        await sink.open()
        await feed(sink, index * 2, index * 2 + 3, 100)
        const objects = await sink.finish()
        lab.edges.tell(lab.edges.edge(agent), { state: 'done', packets: 4, bytes: 400, objects })
      }
      await jobs.idle()
      expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 8, downloadable: true })
      expect(await downloadedNumbers(capturing, { id })).toEqual([0, 1, 2, 2, 3, 3, 4, 5])
      const manifest = await capturing.manifest(1, id)
      expect(manifest.file.sha256).toBe(sha256(await bytesOf((await capturing.download(1, id, 'pcap')).body)))
      server.keys.clear()
      await expect(capturing.download(1, id, 'pcap')).rejects.toThrow(`capture ${id} is success: `)
    } finally {
      await server.stop()
    }
  })
})
