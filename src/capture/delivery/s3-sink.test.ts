import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CaptureObject } from '../../contract/capture.ts'
import { until } from '../../../test/lab/poll.ts'
import { feed, numbersIn, viewOf } from '../testing/numbered-packets.ts'
import { type S3Fault, type S3Request, type S3Server, startS3Server, testKey } from '../testing/s3-server.ts'
import { buffersFor, partBytesFor, S3Sink, type S3SinkConfig } from './s3-sink.ts'

const MiB = 1_048_576
const packetBytes = 65_000
/** Records of one part of 8 MiB. */
const perPart = Math.floor((8 * MiB) / (packetBytes + 16))
const impatient = { patienceMs: 300, firstDelayMs: 1, longestDelayMs: 20 }
const patient = { patienceMs: 60_000, firstDelayMs: 1, longestDelayMs: 20 }

let server: S3Server
let keys: ReadonlyMap<string, { readonly secret: string }>
beforeAll(async () => {
  server = await startS3Server(['captures'])
  keys = new Map(server.keys)
})
afterAll(() => server.stop())
beforeEach(() => {
  server.fault = () => undefined
  server.requests.length = 0
  server.writeOnly.clear()
  server.keys.clear()
  for (const [id, key] of keys) server.keys.set(id, key)
})

interface Scene {
  readonly sink: S3Sink
  readonly key: string
  readonly failures: string[]
  readonly log: string[]
}

let scenes = 0
function scene(access: Partial<ConstructorParameters<typeof S3Sink>[1]['access']> = {}, config: Partial<S3SinkConfig> = {}): Scene {
  const key = `edge/${++scenes}/pcap_x.pcap`
  const failures: string[] = []
  const log: string[] = []
  const write = (fields: unknown, message?: unknown): void => void log.push(JSON.stringify([fields, message]))
  const sink = new S3Sink(
    { key, ethernet: false, snapLength: 65_535, byteLimit: 1e9, patience: patient, openPatience: impatient, ...config },
    {
      access: { endpoint: server.endpoint, region: server.region, bucket: 'captures', session_token: '', ...testKey, ...access },
      log: { info: write, warn: write },
    },
  )
  sink.onFailure = (error) => failures.push(error.message)
  return { sink, key, failures, log }
}

/** The object holds the first packets up to `last`, and is what the sink says it is. */
async function expectFile({ key }: Scene, objects: readonly CaptureObject[], last: number): Promise<void> {
  const file = await server.object('captures', key)
  if (!file) throw new Error(`there is no object ${key}`)
  expect(numbersIn(file)).toEqual(Array.from({ length: last }, (_, at) => at + 1))
  const sha256 = createHash('sha256').update(file).digest('hex')
  expect(objects).toEqual([{ uri: `s3://captures/${key}`, bytes: file.length, packets: last, sha256 }])
}

/** Something goes wrong with the requests of one operation, by their count from 1. */
function failing(operation: S3Request['operation'], faultOf: (nth: number, request: S3Request) => S3Fault | undefined): void {
  let nth = 0
  server.fault = (request) => (request.operation === operation ? faultOf(++nth, request) : undefined)
}

describe('S3Sink', () => {
  it.each([0, 1, 3 * perPart + 7])('delivers %i packets with a key that may do nothing but write', async (count) => {
    server.writeOnly.add(testKey.access_key_id)
    const s = scene()
    await s.sink.open()
    await feed(s.sink, 1, count, packetBytes)
    await expectFile(s, await s.sink.finish(), count)
    expect(s.failures).toEqual([])
    expect(server.requests.map(({ operation }) => operation).filter((operation) => operation === 'part')).toHaveLength(
      Math.ceil((count + 1) / perPart),
    )
    expect(await s.sink.finish()).toHaveLength(1)
  })

  it('sends with a session token', async () => {
    server.keys.set('ASIATEST', { secret: 'temporary', token: 'the/session+token==' })
    const s = scene({ access_key_id: 'ASIATEST', secret_access_key: 'temporary', session_token: 'the/session+token==' })
    await s.sink.open()
    await feed(s.sink, 1, 2, 100)
    await expectFile(s, await s.sink.finish(), 2)
    expect(s.failures).toEqual([])
  })

  it('sends a part again that was cut off within, before its answer, or refused for now', async () => {
    const faults: Record<number, S3Fault> = {
      1: { kind: 'cut', afterBytes: 3 * MiB },
      2: { kind: 'cut_answer' },
      4: { kind: 'answer', status: 503, code: 'SlowDown' },
      6: { kind: 'answer', status: 500, code: 'InternalError' },
    }
    failing('part', (nth) => faults[nth])
    const s = scene()
    await s.sink.open()
    await feed(s.sink, 1, 3 * perPart, packetBytes)
    await expectFile(s, await s.sink.finish(), 3 * perPart)
    expect(s.failures).toEqual([])
    expect(server.requests.filter(({ operation }) => operation === 'part')).toHaveLength(7)
  })

  it.each([false, true])(
    'is done when the answer to the last request was cut off (with a key that may not read: %s)',
    async (isWriteOnly) => {
      if (isWriteOnly) server.writeOnly.add(testKey.access_key_id)
      failing('complete', (nth) => (nth === 1 ? { kind: 'cut_answer' } : undefined))
      const s = scene()
      await s.sink.open()
      await feed(s.sink, 1, 5, 100)
      await expectFile(s, await s.sink.finish(), 5)
      expect(s.failures).toEqual([])
    },
  )

  it('gives packets up while a slow bucket has all buffers, and delivers those that it took', async () => {
    let goOn = (): void => {}
    const held = new Promise<void>((resolve) => (goOn = resolve))
    failing('part', () => ({ kind: 'wait', until: held }))
    const s = scene()
    await s.sink.open()
    const taken: number[] = []
    for (let number = 1; number <= 10 * perPart; number++) if (s.sink.take(viewOf(number, packetBytes))) taken.push(number)
    expect(s.sink.buffers).toBe(4)
    expect(taken).toHaveLength(4 * perPart)
    goOn()
    const [object] = await s.sink.finish()
    const file = await server.object('captures', s.key)
    expect(numbersIn(file ?? Buffer.alloc(0))).toEqual(taken)
    expect(object?.packets).toBe(taken.length)
  })

  it.each<[string, Parameters<typeof scene>[0], RegExp]>([
    [
      'a bucket that is not there',
      { bucket: 'elsewhere' },
      /^there is no bucket elsewhere at 127\.0\.0\.1:\d+ \(NoSuchBucket\); make it, or correct its name$/,
    ],
    ['a key that nobody knows', { access_key_id: 'AKNOBODY' }, /does not know the access key \(InvalidAccessKeyId\); check access-key-id/],
    ['a wrong secret', { secret_access_key: 'sesame' }, /the secret does not belong to the access key \(SignatureDoesNotMatch\)/],
    ['a wrong token', { session_token: 'old' }, /the session token is not valid \(InvalidToken\)/],
    ['another region', { region: 'eu-test-2' }, /bucket captures is in another region \(AuthorizationHeaderMalformed\); give its region/],
    [
      'a port where nobody listens',
      { endpoint: 'http://127.0.0.1:1' },
      /^127\.0\.0\.1:1 refuses the connection \(ECONNREFUSED\); check the address/,
    ],
    ['a metadata service', { endpoint: 'http://169.254.169.254' }, /^169\.254\.169\.254 is not an address that a store can have/],
  ])('refuses to open with %s', async (_, access, message) => {
    const { sink, log } = scene(access)
    const error: unknown = await sink.open().catch((reason: unknown) => reason)
    expect((error as Error).message).toMatch(message)
    expect(JSON.stringify([log, error])).not.toMatch(/sesame|a\+secret|"old"/)
    expect(sink.take(viewOf(1, 100))).toBe(false)
    expect(await sink.finish()).toEqual([])
  })

  it('is not drowned by an answer without end', async () => {
    failing('begin', () => ({ kind: 'flood' }))
    await expect(scene().sink.open()).rejects.toThrow(/does not answer as an S3 server does; check endpoint/)
  })

  it('makes an object of what is there when the bucket is full', async () => {
    server.fault = ({ operation, partNumber }) =>
      operation === 'part' && partNumber >= 3 ? { kind: 'answer', status: 507, code: 'XMinioStorageFull' } : undefined
    const s = scene()
    await s.sink.open()
    await feed(s.sink, 1, 2 * perPart + 1, packetBytes)
    for (let number = 2 * perPart + 2; number <= 4 * perPart; number++) s.sink.take(viewOf(number, packetBytes))
    await until('the failure', () => s.failures[0])
    expect(s.sink.take(viewOf(1, 100))).toBe(false)
    await expectFile(s, await s.sink.finish(), 2 * perPart)
    expect(s.failures).toEqual([
      `bucket captures is full (XMinioStorageFull); make room or raise its quota. The first ${2 * perPart} packets are kept as s3://captures/${s.key}`,
    ])
  })

  it('leaves the upload as it is when the key was revoked, and tells which', async () => {
    const s = scene()
    await s.sink.open()
    await feed(s.sink, 1, 2 * perPart + 1, packetBytes)
    const parts = (): S3Request[] => server.requests.filter(({ operation, isDone }) => operation === 'part' && isDone)
    await until('two parts', () => (parts().length === 2 ? true : undefined))
    server.keys.clear()
    await feed(s.sink, 2 * perPart + 2, 2 * perPart + 9, packetBytes)
    const objects = await s.sink.finish()
    expect(s.failures).toHaveLength(1)
    expect(s.failures[0]).toContain('does not know the access key (InvalidAccessKeyId)')
    expect(s.failures[0]).toContain(`The first ${2 * perPart} packets stay in an unfinished upload`)
    expect(s.failures[0]).toContain(`--upload-id ${parts()[0]?.upload}`)
    expect(objects).toMatchObject([{ uri: `s3://captures/${s.key}`, packets: 2 * perPart, sha256: null }])
    expect(await server.object('captures', s.key)).toBeUndefined()
    expect(s.log.join('\n')).not.toContain(testKey.secret_access_key)
  })

  it('gives up when nothing has succeeded for too long', async () => {
    server.fault = ({ operation }) => (operation === 'part' ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined)
    const s = scene({}, { patience: impatient })
    await s.sink.open()
    await feed(s.sink, 1, 3, 100)
    expect(await s.sink.finish()).toEqual([])
    expect(s.failures).toEqual([
      expect.stringMatching(/takes requests more slowly than packets come \(SlowDown\).*Nothing is in the bucket$/),
    ])
  })

  it('has parts that hold the largest capture', () => {
    expect([null, 1e9, 1e11, 1e12].map((limit) => [partBytesFor(limit) / MiB, buffersFor(partBytesFor(limit))])).toEqual([
      [16, 3],
      [8, 4],
      [12, 3],
      [120, 2],
    ])
    expect(partBytesFor(1e12) * 10_000).toBeGreaterThan(1.25e12)
  })
})
