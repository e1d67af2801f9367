// Packet captures in the form of the original (contract §3): by the real SDK and by the documentation's curl bodies. Real
// jobs, a real hub, and agents that speak its protocol over loopback.
import Cloudflare from 'cloudflare'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addProvenBucket } from '../app/testing/test-buckets.ts'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let agents: TestAgent[]
/** Requests that the SDK has sent. */
let sent: string[]
let client: Cloudflare
let account_id: string

beforeEach(async () => {
  server = await startTestServer()
  agents = [await TestAgent.connect(server, 'edge-1', 'ord02'), await TestAgent.connect(server, 'edge-2', 'fra01')]
  sent = []
  account_id = server.context.local.account.id
  client = clientOf(server.token)
})
afterEach(async () => {
  for (const agent of agents) agent.close()
  await server.close()
})

function clientOf(apiToken: string): Cloudflare {
  const counted: typeof fetch = (url, init) => {
    sent.push(`${init?.method} ${url instanceof Request ? url.url : url.toString()}`)
    return fetch(url, init)
  }
  return new Cloudflare({ baseURL: `${server.url}/client/v4`, apiToken, fetch: counted })
}

const call = (method: string, path: string, body?: unknown) => server.call(method, `${server.account}${path}`, body)
/** `400 20021 message` of a request that has to fail. */
async function failure(method: string, path: string, body?: unknown): Promise<string> {
  const answer = await call(method, path, body)
  const [error] = answer.body.errors
  return `${answer.status} ${error?.code} ${error?.message}`
}
const hex = /^[0-9a-f]{32}$/
const simple = { type: 'simple', system: 'magic-transit', time_limit: 300, packet_limit: 10_000 } as const
const full = {
  type: 'full',
  system: 'magic-transit',
  time_limit: 300,
  colo_name: 'ORD',
  destination_conf: 's3://pcaps-bucket?region=us-east-1',
} as const
const article = { source_address: '1.2.3.4', source_port: 123, destination_address: '5.6.7.8', destination_port: 80, protocol: 6 }
/** Each agent has got its job. */
const jobsOf = (id: string) => eventually(() => agents.map(({ jobs }) => jobs.filter((job) => job.id === id).length)).toEqual([1, 1])

/** All agents send some packets and are done. */
async function capture(id: string, packets: number): Promise<void> {
  await jobsOf(id)
  for (const agent of agents) {
    agent.packets(id, packets)
    agent.done(id)
  }
  await eventually(async () => (await client.magicTransit.pcaps.get(id, { account_id })).status).toBe('success')
}

describe('the SDK', () => {
  it('creates, lists, gets and downloads a simple capture', async () => {
    const created = await client.magicTransit.pcaps.create({ account_id, ...simple, filter_v1: article })
    expect(created).toEqual({
      id: expect.stringMatching(hex),
      submitted: expect.stringMatching(/^2026-01-01T12:00:00\.\d{6}Z$/),
      filter_v1: article,
      time_limit: 300,
      status: expect.stringMatching(/^(pending|running)$/),
      packets_remaining: 0,
      type: 'simple',
      system: 'magic-transit',
    })
    const id = created.id ?? ''
    await capture(id, 3)
    const listed: unknown[] = []
    for await (const pcap of client.magicTransit.pcaps.list({ account_id })) listed.push(pcap)
    expect(listed).toEqual([{ ...created, status: 'success' }])
    const response = await client.magicTransit.pcaps.download.get(id, { account_id })
    expect(response.headers.get('content-type')).toBe('application/vnd.tcpdump.pcap')
    const file = Buffer.from(await response.arrayBuffer())
    // Magic number of pcap with nanoseconds or microseconds; 6 records of 16 + 100 bytes behind a header of 24.
    expect(['a1b23c4d', 'a1b2c3d4', '4d3cb2a1', 'd4c3b2a1']).toContain(file.toString('hex', 0, 4))
    expect(file.length).toBe(24 + 6 * 116)
    expect(sent.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  it('stops a full capture, whose packets are in the bucket', async () => {
    await addProvenBucket(server.context, full.destination_conf)
    const created = await client.magicTransit.pcaps.create({
      account_id,
      ...full,
      byte_limit: 1_000_000,
      packet_limit: 5000,
      colo_name: 'ORD',
    })
    expect(created).toEqual({
      id: expect.stringMatching(hex),
      submitted: expect.stringMatching(/\.\d{6}Z$/),
      filter_v1: {},
      time_limit: 300,
      status: expect.stringMatching(/^(pending|running)$/),
      type: 'full',
      system: 'magic-transit',
      packet_limit: 5000,
      byte_limit: 1_000_000,
      colo_name: 'ORD',
      colo: 'ORD',
      destination_conf: full.destination_conf,
      packets_captured: 0,
    })
    const id = created.id ?? ''
    const [edge] = agents
    await eventually(() => edge?.jobs.map(({ delivery }) => delivery)).toMatchObject([
      { kind: 's3', bucket: 'pcaps-bucket', secret_access_key: 'hush' },
    ])
    expect(await client.magicTransit.pcaps.stop(id, { account_id })).toBeNull()
    await eventually(() => edge?.stopped).toEqual([id])
    const object = { uri: `s3://pcaps-bucket/pcap_${id}.pcap`, bytes: 1000, packets: 7, sha256: 'a'.repeat(64) }
    edge?.done(id, { end: 'stopped', packets: 7, bytes: 700, objects: [object] })
    await eventually(async () => await client.magicTransit.pcaps.get(id, { account_id })).toMatchObject({
      status: 'success',
      packets_captured: 7,
      stop_requested: expect.stringMatching(/Z$/),
    })
    expect(agents[1]?.jobs).toEqual([])
    await expect(client.magicTransit.pcaps.download.get(id, { account_id })).rejects.toMatchObject({ status: 400 })
  })

  it('adds, lists, validates and deletes a bucket', async () => {
    const destination_conf = 's3://pcaps-bucket?region=us-east-1'
    const { ownership } = client.magicTransit.pcaps
    const created = await ownership.create({ account_id, destination_conf })
    expect(created).toEqual({
      id: expect.stringMatching(hex),
      status: 'pending',
      submitted: expect.stringMatching(/Z$/),
      validated: '',
      destination_conf,
      filename: `ownership-challenge-${created.id}.txt`,
    })
    const [challenge] = server.context.buckets.challenges
    expect(challenge).toMatchObject({ id: created.id, conf: destination_conf })
    const ownership_challenge = challenge?.contents ?? ''
    const validated = await ownership.validate({ account_id, destination_conf, ownership_challenge })
    expect(validated).toEqual({ ...created, status: 'success', validated: expect.stringMatching(/Z$/) })
    const listed: unknown[] = []
    for await (const bucket of ownership.get({ account_id })) listed.push(bucket)
    expect(listed).toEqual([validated])
    expect(await ownership.delete(created.id, { account_id })).toBeNull()
    expect((await call('GET', '/pcaps/ownership')).body.result).toEqual([])
  })

  it('gets an error once: nothing is repeated', async () => {
    const { pcaps } = client.magicTransit
    await pcaps.create({ account_id, ...simple })
    sent.length = 0
    const failures: readonly [() => PromiseLike<unknown>, number][] = [
      [() => pcaps.create({ account_id, ...simple }), 429],
      [() => pcaps.create({ account_id, ...simple, packet_limit: 10_001 }), 400],
      [() => pcaps.create({ account_id, ...full }), 400],
      [() => pcaps.get('0'.repeat(32), { account_id }), 404],
      [() => pcaps.download.get('0'.repeat(32), { account_id }), 404],
      [() => pcaps.stop('0'.repeat(32), { account_id }), 404],
      [() => pcaps.ownership.create({ account_id, destination_conf: 'ftp://x' }), 400],
      [() => pcaps.ownership.validate({ account_id, destination_conf: 's3://abc', ownership_challenge: 'x' }), 400],
      [() => pcaps.ownership.delete('0'.repeat(32), { account_id }), 404],
    ]
    for (const [ask, status] of failures)
      await expect(Promise.resolve(ask())).rejects.toMatchObject({ status, errors: [{ code: expect.any(Number) }] })
    expect(sent).toHaveLength(failures.length)
  })
})

describe('the documentation’s curl lines', () => {
  /** As curl --data sends it: by key, without a type for JSON. */
  async function curl(text: string): Promise<{ status: number; result: Record<string, unknown>; errors: unknown }> {
    const headers = { 'x-auth-email': 'admin@localhost', 'x-auth-key': server.key, 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(`${server.account}/pcaps`, { method: 'POST', headers, body: text })
    // Every answer of the API is an envelope.
    const { result, errors } = (await response.json()) as { result: Record<string, unknown>; errors: unknown }
    return { status: response.status, result, errors }
  }

  it('start a full capture with colo and a destination from a variable', async () => {
    await addProvenBucket(server.context, 'gs://bucket')
    const bucket = 'gs://bucket'
    const { status, result } = await curl(`{
  "filter_v1": {},
  "time_limit": 300,
  "packet_limit": 10000,
  "byte_limit": 100000000,
  "type": "full",
  "colo": "ORD",
  "system": "magic-transit",
  "destination_conf": "${bucket}"
}`)
    expect([status, result]).toMatchObject([
      200,
      {
        filter_v1: {},
        time_limit: 300,
        type: 'full',
        packet_limit: 10_000,
        byte_limit: 100_000_000,
        colo: 'ORD',
        destination_conf: bucket,
      },
    ])
  })

  it('say what is wrong when the shell did not fill the variable in', async () => {
    const { status, errors } = await curl(
      '{"filter_v1":{},"time_limit":300,"packet_limit":10000,"byte_limit":100000000,"type":"full","colo":"ORD","system":"magic-transit","destination_conf":"${BUCKET}"}',
    )
    expect([status, errors]).toMatchObject([400, [{ code: 20_028, source: { pointer: '/destination_conf' } }]])
  })

  it('start a sample', async () => {
    const { status, result } = await curl(`{
  "filter_v1": {
    "source_address": "1.2.3.4",
    "source_port": 123,
    "destination_address": "5.6.7.8",
    "destination_port": 80,
    "protocol": 6
  },
  "time_limit": 300,
  "packet_limit": 10000,
  "type": "simple",
  "system": "magic-transit"
}`)
    expect([status, result]).toMatchObject([200, { filter_v1: article, time_limit: 300, type: 'simple', packets_remaining: 0 }])
    await eventually(() => agents[0]?.jobs[0]).toMatchObject({ sampling: 100, snap_length: 160, hook: 'prerouting', engine: 'nflog' })
  })
})

describe('captures', () => {
  const start = (more: object = {}) => call('POST', '/pcaps', { ...simple, ...more })

  it('take simple ones once a minute and one full at a time in the original’s form only', async () => {
    expect((await start()).status).toBe(200)
    const again = await start()
    expect([again.status, again.headers.get('x-should-retry')]).toEqual([429, 'false'])
    expect((await start({ drawbridge: {} })).status).toBe(200)
    expect((await start({ filter: 'udp' })).status).toBe(200)
    server.context.clock.time += 60_000
    expect((await start()).status).toBe(200)
    await addProvenBucket(server.context, full.destination_conf)
    expect((await call('POST', '/pcaps', full)).status).toBe(200)
    expect(await failure('POST', '/pcaps', full)).toContain('400 20024 1 captures are running')
    expect((await call('POST', '/pcaps', { ...full, colo_name: '*' })).status).toBe(200)
  })

  it('echo what is ours only where it is asked for', async () => {
    const { body } = await start({
      filter: 'udp and src port 53',
      colo_name: 'ord02,FRA',
      drawbridge: { sampling: 1, link: 'raw', note: 'ticket 4711' },
    })
    expect(body.result).toMatchObject({
      filter: 'udp and src port 53',
      colo_name: 'ord02,FRA',
      colo: 'ord02,FRA',
      drawbridge: { sampling: 1, note: 'ticket 4711' },
    })
    expect(Object.keys((body.result as { drawbridge: object }).drawbridge)).toEqual(['sampling', 'note'])
  })

  it('are not stopped or downloaded when that makes no sense', async () => {
    const { body } = await start()
    const { id } = body.result as { id: string }
    expect(await failure('GET', `/pcaps/${id}/download`)).toContain('400 20022')
    expect(await failure('PUT', `/pcaps/${id}/stop`)).toContain('only full captures are stopped here')
    await capture(id, 1)
    expect(await failure('PUT', `/pcaps/${id}/stop`)).toContain('it is over already')
  })

  it('list the newest 50', async () => {
    server = await restarted({ captures: { simple_interval_seconds: 0, max_running: 1000 } })
    for (let count = 0; count < 52; count++) expect((await start({ time_limit: 1 + count })).status).toBe(200)
    const { result } = (await call('GET', '/pcaps')).body
    // The result of a list.
    const limits = (result as { time_limit: number }[]).map(({ time_limit }) => time_limit)
    expect(limits).toEqual(Array.from({ length: 50 }, (_, index) => 52 - index))
  })

  it('name those who are connected when nobody is at the place', async () => {
    expect(await failure('POST', '/pcaps', { ...simple, colo_name: 'cdg' })).toContain(
      '400 20025 no agent is connected at cdg; connected: edge-1 (ord02), edge-2 (fra01)',
    )
  })

  it('keep to what the account allows', async () => {
    const policy = { snap_length_cap: 64, mask_payload: true, expire_days: 7, full_download: true }
    expect((await call('PUT', '/drawbridge/captures/policy', policy)).body.result).toEqual(policy)
    expect(await failure('POST', '/pcaps', { ...simple, drawbridge: { snap_length: 65 } })).toContain('must not be above 64')
    expect((await start()).body.result).toMatchObject({ drawbridge: { snap_length: 64, mask_payload: true } })
    await eventually(() => agents[0]?.jobs[0]).toMatchObject({ snap_length: 64, mask_payload: true })
  })

  it('look back for as long as samples are kept', async () => {
    const at = (hours: number) => new Date(server.context.clock.time - hours * 3_600_000).toISOString()
    const { body } = await start({ offset_time: at(1) })
    expect(body.result).toMatchObject({ offset_time: at(1) })
    expect(agents.flatMap(({ jobs }) => jobs)).toEqual([])
    expect(await failure('POST', '/pcaps', { ...simple, offset_time: at(25) })).toContain('offset_time must be within the last 24 hours')
    expect(await failure('POST', '/pcaps', { ...simple, offset_time: at(-1) })).toContain('offset_time must be within')
  })
})

describe('buckets', () => {
  const s3 = { destination_conf: 's3://pcaps-bucket/dir?region=us-east-1' }
  const keys = '&access-key-id=AKID&secret-access-key=hush'

  it('are proven by the contents of the file, not by its name, which everybody knows who asks', async () => {
    const { body } = await call('POST', '/pcaps/ownership', s3)
    const { filename } = body.result as { filename: string }
    const validate = (ownership_challenge: string) => failure('POST', '/pcaps/ownership/validate', { ...s3, ownership_challenge })
    expect(await validate(filename)).toContain('400 20029')
    expect(await validate(filename)).toContain('ownership_challenge is the name of the file; send what is in it')
    expect(await validate('x')).toContain(`is not what is in ${filename}`)
    expect(await failure('POST', '/pcaps', { ...full, ...s3 })).toContain(`send the contents of ${filename}`)
    const contents = `${server.context.buckets.challenges[0]?.contents}\n`
    const proof = { destination_conf: `${s3.destination_conf}${keys}`, ownership_challenge: contents }
    expect((await call('POST', '/pcaps/ownership/validate', proof)).body.result).toMatchObject({ status: 'success', ...s3 })
  })

  it('are proven by the name too where the configuration says so', async () => {
    server = await restarted({ captures: { challenge_by_filename: true } })
    const { body } = await call('POST', '/pcaps/ownership', s3)
    const { filename } = body.result as { filename: string }
    const { status } = await call('POST', '/pcaps/ownership/validate', { ...s3, ownership_challenge: filename })
    expect(status).toBe(200)
  })

  it('of R2 are ready at once; their keys are sealed and shown nowhere', async () => {
    const account = 'e'.repeat(32)
    const body = { destination_conf: `r2://pcaps/dir?account-id=${account}${keys}` }
    const created = (await call('POST', '/pcaps/ownership', body)).body.result
    expect(created).toMatchObject({
      status: 'success',
      validated: expect.stringMatching(/Z$/),
      destination_conf: `r2://pcaps/dir?account-id=${account}`,
    })
    const { state } = server.context
    const told = [
      await call('GET', '/pcaps/ownership'),
      await state.selectFrom('bucket').selectAll().execute(),
      await state.selectFrom('audit').selectAll().execute(),
    ]
    expect(JSON.stringify(told)).not.toMatch(/hush|AKID/)
    const { id } = created as { id: string }
    const { secret } = await state.selectFrom('bucket').select('secret').where('id', '=', id).executeTakeFirstOrThrow()
    expect(server.context.secrets.open(secret ?? '', `bucket/${id}`)).toContain('hush')
  })

  it('that cannot be written are refused with the reason and the policy that they need', async () => {
    server.context.buckets.refuse = 'AccessDenied'
    const refused = await failure('POST', '/pcaps/ownership', s3)
    expect(refused).toContain('400 20033 the bucket cannot be written')
    expect(refused).toContain('the key needs s3:PutObject on arn:aws:s3:::pcaps-bucket/dir/*')
    expect((await call('GET', '/pcaps/ownership')).body.result).toEqual([])
  })
})

async function restarted(settings: Record<string, unknown>): Promise<TestServer> {
  for (const agent of agents) agent.close()
  await server.close()
  server = await startTestServer({ settings })
  agents = [await TestAgent.connect(server, 'edge-1', 'ord02'), await TestAgent.connect(server, 'edge-2', 'fra01')]
  return server
}
