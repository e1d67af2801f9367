import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { CaptureProgress } from '../../contract/capture.ts'
import { CaptureLab, captureRequest, downloadedNumbers, type CaptureLabConfig, type Life } from '../testing/capture-lab.ts'

const labs: CaptureLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.remove()
})

async function newLab(config?: CaptureLabConfig): Promise<CaptureLab> {
  const lab = await new CaptureLab(config).prepare()
  labs.push(lab)
  return lab
}

/** A lab with a running capture. */
async function running(changes: Parameters<typeof captureRequest>[0] = {}, config?: CaptureLabConfig) {
  const lab = await newLab(config)
  const life = await lab.start()
  const { id } = await life.capturing.start(captureRequest(changes), false)
  return { lab, life, id, edges: lab.edges, capturing: life.capturing }
}

/** All agents have reached their time limit, and have told so. */
async function endAll(lab: CaptureLab, life: Life, id: string): Promise<void> {
  for (const edge of lab.edges.edges) lab.edges.end(edge, id, 'time')
  await lab.exchange(life)
}

const foldersOf = (lab: CaptureLab) => readdir(path.join(lab.dir, 'captures'))

describe('a simple capture', () => {
  it('goes to all connected agents and ends with what they sent, in time order', async () => {
    const { lab, life, id, edges, capturing } = await running()
    expect(edges.assigned.map(({ agent, job }) => [agent, job.id, job.delivery.kind])).toEqual(
      edges.edges.map((edge) => [edge.id, id, 'stream']),
    )
    for (const [index, edge] of edges.edges.entries()) edges.capture(edge, id, { count: 5, from: lab.now + index * 2 })
    await lab.exchange(life)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'running', packets: 15, bytes: 900, downloadable: false, expires_at: null })
    await endAll(lab, life, id)
    const capture = await capturing.get(1, id)
    expect(capture).toMatchObject({ status: 'success', packets: 15, bytes: 900, downloadable: true, error_message: null })
    expect(capture.expires_at).toBe('2026-01-31T00:00:00.000Z')
    expect(capture.agents.map(({ state, packets }) => [state, packets])).toEqual(edges.edges.map(() => ['done', 5]))
    const byTime = edges.packets.toSorted((a, b) => a.time - b.time).map(({ number }) => number)
    expect(await downloadedNumbers(capturing, { id })).toEqual(byTime)
    expect(edges.forgotten).toHaveLength(3)
    expect(life.jobs.readings()).toMatchObject({ running: 0, counts: { started: 1, succeeded: 1, packets_kept: 15 } })
  })

  it('puts packets in order by the clock of the server', async () => {
    const { lab, life, id, edges, capturing } = await running({}, { clockOffsets: [5000, -5000] })
    const [first, second] = edges.edges
    if (!first || !second) throw new Error('the lab has two edges')
    edges.capture(first, id, { count: 3, from: lab.now })
    edges.capture(second, id, { count: 3, from: lab.now + 10 })
    await lab.exchange(life)
    await endAll(lab, life, id)
    expect(await downloadedNumbers(capturing, { id })).toEqual([0, 1, 2, 3, 4, 5])
    const [packet] = await capturing.packets(1, id, { offset: 0, limit: 1 })
    expect(packet).toMatchObject({ time: '2026-01-01T00:00:00.000000Z', agent: 'edge1' })
  })

  it('has exactly as many packets as asked for, the first of all agents, and ends all when there are so many', async () => {
    const { lab, life, id, edges, capturing } = await running({ packet_limit: 10 })
    for (const [index, edge] of edges.edges.entries()) edges.capture(edge, id, { count: 6, from: lab.now + index })
    await lab.exchange(life)
    await lab.exchange(life)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 10, bytes: 600, error_message: null })
    const byTime = edges.packets.toSorted((a, b) => a.time - b.time || a.number - b.number).map(({ number }) => number)
    expect(await downloadedNumbers(capturing, { id })).toEqual(byTime.slice(0, 10))
  })

  it('ends before the packet that goes beyond the byte limit', async () => {
    const { lab, life, id, edges, capturing } = await running({ byte_limit: 260 })
    for (const edge of edges.edges) edges.capture(edge, id, { count: 2, from: lab.now })
    await lab.exchange(life)
    await lab.exchange(life)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 4, bytes: 240 })
    expect(await downloadedNumbers(capturing, { id })).toHaveLength(4)
  })

  it('is not over before the last frame has come, whatever its agent says', async () => {
    const { lab, life, id, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.capture(edge, id, { count: 4, from: lab.now })
    edges.end(edge, id, 'time')
    edges.tell(edge)
    await life.jobs.idle()
    const before = await capturing.get(1, id)
    expect([before.status, before.agents[0]?.state]).toEqual(['running', 'delivering'])
    expect(edges.forgotten).toEqual([])
    edges.send(edge)
    await edges.settled()
    await life.jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 4 })
  })

  it('is complete without packets', async () => {
    const { lab, life, id, capturing } = await running()
    await endAll(lab, life, id)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 0, downloadable: true })
    expect(await downloadedNumbers(capturing, { id })).toEqual([])
  })

  it('obeys the policy of the account', async () => {
    const lab = await newLab()
    const policy = JSON.stringify({ snap_length_cap: 64, mask_payload: true })
    await lab.db.insertInto('capture_policy').values({ account: 1, policy, modified_at: '' }).execute()
    const { capturing } = await lab.start()
    const { extension } = await capturing.start(captureRequest(), false)
    expect(extension).toMatchObject({ snap_length: 64, mask_payload: true })
    expect(lab.edges.assigned[0]?.job).toMatchObject({ snap_length: 64, mask_payload: true })
  })
})

describe('the places of a capture', () => {
  it.each([
    ['', ['edge1', 'edge2', 'edge3']],
    ['*', ['edge1', 'edge2', 'edge3']],
    ['ord02', ['edge2']],
    ['ORD', ['edge1', 'edge2', 'edge3']],
    ['Ord01, ord03', ['edge1', 'edge3']],
  ])('%j are %j', async (colo_name, names) => {
    const { id, capturing } = await running({ colo_name })
    expect((await capturing.get(1, id)).agents.map(({ name }) => name)).toEqual(names)
  })

  it('names agents that are not connected, and goes on without them', async () => {
    const lab = await newLab()
    const life = await lab.start()
    const [first, second, third] = lab.edges.edges
    if (!first || !second || !third) throw new Error('the lab has three edges')
    lab.edges.cut(first)
    const { id } = await life.capturing.start(captureRequest(), false)
    expect(lab.edges.assigned.map(({ agent }) => agent)).toEqual([second.id, third.id])
    await endAll(lab, life, id)
    expect(await life.capturing.get(1, id)).toMatchObject({
      status: 'success',
      error_message: 'edge1: not connected; on its host run systemctl start drawbridge-agent',
    })
  })

  it('must have an agent that is connected', async () => {
    const lab = await newLab()
    const { capturing } = await lab.start()
    const start = (changes: Parameters<typeof captureRequest>[0]) => capturing.start(captureRequest(changes), false)
    await expect(start({ colo_name: 'ams01' })).rejects.toThrow(
      'no agent is connected at ams01; connected: edge1 (ord01), edge2 (ord02), edge3 (ord03)',
    )
    await expect(start({ account: 2 })).rejects.toThrow(
      'connected: none, as no agent is enrolled; run drawbridge agent enroll on an edge host',
    )
    for (const edge of lab.edges.edges) lab.edges.cut(edge)
    await expect(start({ colo_name: 'ord02' })).rejects.toThrow(
      'no agent is connected at ord02; connected: none; on the host of edge2 (ord02) run systemctl start drawbridge-agent',
    )
    expect(await capturing.list(1, { limit: 10, offset: 0 })).toEqual({ total: 0, captures: [] })
  })
})

describe('the pace of captures', () => {
  it('is one simple capture a minute in the original form', async () => {
    const lab = await newLab()
    const { capturing } = await lab.start()
    await capturing.start(captureRequest(), true)
    lab.now += 20_000
    await expect(capturing.start(captureRequest(), true)).rejects.toThrow(
      'one simple capture can be asked for every 60 s; try again in 40 s',
    )
    await capturing.start(captureRequest(), false)
    lab.now += 40_000
    await capturing.start(captureRequest(), true)
  })

  it('has a limit of captures that run, by account', async () => {
    const lab = await newLab({ captures: { max_running: 2 } })
    const { capturing } = await lab.start()
    await capturing.start(captureRequest(), false)
    const { id } = await capturing.start(captureRequest(), false)
    await expect(capturing.start(captureRequest(), false)).rejects.toThrow('2 captures are running')
    await capturing.remove(1, id)
    await capturing.start(captureRequest(), false)
  })
})

describe('an agent', () => {
  it('that is silent for too long is lost, and what it sent stays', async () => {
    const { lab, life, id, edges, capturing } = await running({ time_limit: 10 }, { clockOffsets: [0, 0] })
    const [first, second] = edges.edges
    if (!first || !second) throw new Error('the lab has two edges')
    edges.capture(first, id, { count: 2, from: lab.now })
    edges.send(first)
    await edges.settled()
    edges.cut(first)
    edges.end(second, id, 'time')
    await lab.exchange(life)
    await lab.pass(life, 60)
    expect((await capturing.get(1, id)).status).toBe('running')
    await lab.pass(life, 15)
    const capture = await capturing.get(1, id)
    expect(capture).toMatchObject({ status: 'success', packets: 2 })
    expect(capture.error_message).toMatch(/^edge1: nothing was heard of the agent any more/)
    expect(life.jobs.readings().counts.agents_lost).toBe(1)
    // It comes back, and need not keep anything.
    edges.connect(first)
    expect(first.jobs.size).toBe(0)
  })

  it('that never got the job gets it when it comes back', async () => {
    const { lab, life, id, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.restart(edge)
    await life.jobs.idle()
    edges.capture(edge, id, { count: 1, from: lab.now })
    await endAll(lab, life, id)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 1 })
  })

  it('that has lost the job is given up, and the capture fails when nothing came', async () => {
    const { lab, life, id, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.tell(edge)
    edges.restart(edge)
    await lab.pass(life, 11)
    expect(await capturing.get(1, id)).toMatchObject({
      status: 'failed',
      downloadable: false,
      error_message: 'edge1: the agent has started anew and does not know the capture any more',
    })
    expect(await foldersOf(lab)).toEqual([])
    await expect(capturing.download(1, id, 'pcap')).rejects.toThrow(`capture ${id} is failed: it has no packets`)
  })

  it('that cannot capture fails with its reason', async () => {
    const { life, id, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.tell(edge, { state: 'failed', end: 'failed', error: 'tcpdump is missing; apt-get install tcpdump' })
    await life.jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({
      status: 'failed',
      error_message: 'edge1: tcpdump is missing; apt-get install tcpdump',
    })
  })

  it('that speaks of captures of others is told to forget them', async () => {
    const { life, id, edges, capturing } = await running({ colo_name: 'ord01' })
    const [, second] = edges.edges
    if (!second) throw new Error('the lab has three edges')
    const job = edges.assigned[0]?.job
    if (!job) throw new Error('a job was assigned')
    edges.assign(second.id, job)
    edges.capture(second, id, { count: 3, from: 0 })
    edges.send(second)
    edges.tell(second)
    await edges.settled()
    expect(second.jobs.size).toBe(0)
    expect((await capturing.get(1, id)).packets).toBe(0)
    expect(life.jobs.readings().counts.frames_late).toBe(1)
  })
})

describe('stopping and removing', () => {
  it('ends a capture with what it has', async () => {
    const { lab, life, id, edges, capturing } = await running()
    for (const edge of edges.edges) edges.capture(edge, id, { count: 2, from: lab.now })
    const stopped = await capturing.stop(1, id)
    expect(stopped).toMatchObject({ status: 'pending', stop_requested: '2026-01-01T00:00:00.000Z' })
    await lab.exchange(life)
    expect(await capturing.get(1, id)).toMatchObject({ status: 'success', packets: 6 })
    await expect(capturing.stop(1, id)).rejects.toThrow(`capture ${id} is success: it is over`)
  })

  it('is heard by an agent that was away', async () => {
    const { lab, life, id, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.tell(edge)
    edges.cut(edge)
    await capturing.stop(1, id)
    expect((await capturing.get(1, id)).status).toBe('running')
    edges.connect(edge)
    await lab.exchange(life)
    expect((await capturing.get(1, id)).status).toBe('success')
  })

  it('ends at once where no agent was told', async () => {
    const { id, life, edges, capturing } = await running({}, { clockOffsets: [0] })
    const [edge] = edges.edges
    if (!edge) throw new Error('the lab has an edge')
    edges.cut(edge)
    await capturing.stop(1, id)
    await life.jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({
      status: 'failed',
      error_message: 'edge1: it was stopped before the agent could be told',
    })
  })

  it('forgets a running capture and its packets, and its agents do', async () => {
    const { lab, life, id, edges, capturing } = await running()
    for (const edge of edges.edges) edges.capture(edge, id, { count: 2, from: lab.now })
    await lab.exchange(life)
    for (const edge of edges.edges) edges.capture(edge, id, { count: 2, from: lab.now })
    for (const edge of edges.edges) edges.send(edge)
    await capturing.remove(1, id)
    await edges.settled()
    await lab.exchange(life)
    await expect(capturing.get(1, id)).rejects.toThrow(`there is no capture ${id}`)
    expect(await foldersOf(lab)).toEqual([])
    expect(edges.edges.map(({ jobs }) => jobs.size)).toEqual([0, 0, 0])
    expect(life.jobs.readings()).toMatchObject({ running: 0, keptBytes: 0 })
  })

  it('is for the account alone', async () => {
    const { id, capturing } = await running()
    const missing = `there is no capture ${id}`
    await expect(capturing.get(2, id)).rejects.toThrow(missing)
    await expect(capturing.stop(2, id)).rejects.toThrow(missing)
    await expect(capturing.remove(2, id)).rejects.toThrow(missing)
    await expect(capturing.download(2, id, 'pcap')).rejects.toThrow(missing)
    await expect(capturing.tail(2, id, new AbortController().signal)).rejects.toThrow(missing)
    await expect(capturing.packets(2, id, { offset: 0, limit: 1 })).rejects.toThrow(missing)
    expect(await capturing.list(2, { limit: 10, offset: 0 })).toEqual({ total: 0, captures: [] })
  })
})

describe('the list of captures', () => {
  it('is newest first, in pages, and by state or incident', async () => {
    const { lab, life, id, capturing } = await running()
    await endAll(lab, life, id)
    const cause = { kind: 'rule', who: 'rule', rule_id: '1', incident_id: 'i1' } as const
    const second = await capturing.start(captureRequest({ cause }), false)
    const ids = async (filter: object) => {
      const { total, captures } = await capturing.list(1, { limit: 10, offset: 0, ...filter })
      return [total, captures.map((capture) => capture.id)]
    }
    expect(await ids({})).toEqual([2, [second.id, id]])
    expect(await ids({ limit: 1, offset: 1 })).toEqual([2, [id]])
    expect(await ids({ state: 'running' })).toEqual([1, [second.id]])
    expect(await ids({ state: 'ended' })).toEqual([1, [id]])
    expect(await ids({ incidentId: 'i1' })).toEqual([1, [second.id]])
  })
})

describe('a restart of the server', () => {
  it('goes on with captures, keeps what was kept and loses nothing that was not', async () => {
    const { lab, life, id, edges } = await running()
    for (const edge of edges.edges) edges.capture(edge, id, { count: 3, from: lab.now })
    await lab.exchange(life)
    await life.kill()
    for (const edge of edges.edges) edges.capture(edge, id, { count: 3, from: lab.now + 3 })
    for (const edge of edges.edges) edges.end(edge, id, 'time')
    const next = await lab.start()
    await lab.exchange(next)
    expect(await next.capturing.get(1, id)).toMatchObject({ status: 'success', packets: 18, error_message: null })
    const numbers = await downloadedNumbers(next.capturing, { id })
    expect(numbers.toSorted((a, b) => a - b)).toEqual(edges.packets.map(({ number }) => number))
  })

  it('clears away what no capture has', async () => {
    const { lab, life, id } = await running()
    await endAll(lab, life, id)
    await lab.db.deleteFrom('capture').where('id', '=', id).execute()
    await life.kill()
    expect(await foldersOf(lab)).toEqual([id])
    await lab.start()
    expect(await foldersOf(lab)).toEqual([])
  })
})

describe('a full capture', () => {
  const progress = (changes: Partial<CaptureProgress>): Partial<CaptureProgress> => ({ packets: 5, bytes: 500, ...changes })

  async function withBucket() {
    const lab = await newLab({ clockOffsets: [0, 0] })
    const bucket = 'b'.repeat(32)
    const keys = { access_key_id: 'AK', secret_access_key: 'very secret', session_token: '' }
    const destination_conf = 's3://pcaps/edge?region=eu-1'
    const row = { account: 1, challenge_hash: '', status: 'success', submitted: '', validated: '' }
    const secret = lab.secrets.seal(JSON.stringify(keys), `bucket/${bucket}`)
    await lab.db
      .insertInto('bucket')
      .values({ ...row, id: bucket, destination_conf, secret })
      .execute()
    return { lab, request: captureRequest({ type: 'full', bucket, destination_conf, packet_limit: null }) }
  }

  it('gives each agent its object and the keys, which are nowhere else', async () => {
    const { lab, request } = await withBucket()
    const { capturing } = await lab.start()
    const { id } = await capturing.start(request, true)
    expect(lab.edges.assigned.map(({ job }) => job.delivery)).toEqual(
      lab.edges.edges.map((edge) => ({
        kind: 's3',
        endpoint: '',
        region: 'eu-1',
        bucket: 'pcaps',
        key: `edge/${edge.name}-${edge.id.slice(0, 8)}/pcap_${id}.pcap`,
        access_key_id: 'AK',
        secret_access_key: 'very secret',
        session_token: '',
      })),
    )
    const rows = await lab.db.selectFrom('capture').selectAll().execute()
    const agents = await lab.db.selectFrom('capture_agent').selectAll().execute()
    expect(JSON.stringify([rows, agents, await capturing.get(1, id)])).not.toMatch(/very secret|"AK"/)
    await expect(capturing.start(request, true)).rejects.toThrow('1 captures are running')
  })

  it('runs, converts and ends; its packets are in the bucket', async () => {
    const { lab, request } = await withBucket()
    const { capturing, jobs } = await lab.start()
    const { id } = await capturing.start(request, true)
    const [first, second] = lab.edges.edges
    if (!first || !second) throw new Error('the lab has two edges')
    const statuses: string[] = []
    const step = async (...told: readonly (readonly [typeof first, Partial<CaptureProgress>])[]) => {
      for (const [edge, changes] of told) lab.edges.tell(edge, progress(changes))
      await jobs.idle()
      statuses.push((await capturing.get(1, id)).status)
    }
    await step()
    await step([first, { state: 'capturing' }])
    await step([first, { state: 'delivering' }], [second, { state: 'delivering' }])
    const object = { uri: 's3://pcaps/edge/x.pcap', bytes: 524, packets: 5, sha256: 'a'.repeat(64) }
    await step([first, { state: 'done', objects: [object] }], [second, { state: 'failed', error: 'the bucket is full' }])
    expect(statuses).toEqual(['pending', 'running', 'conversion_running', 'success'])
    const capture = await capturing.get(1, id)
    expect(capture).toMatchObject({
      packets: 10,
      bytes: 1000,
      downloadable: false,
      expires_at: null,
      error_message: 'edge2: the bucket is full',
    })
    expect(capture.agents[0]?.objects).toEqual([object])
    await expect(capturing.download(1, id, 'pcap')).rejects.toThrow('its packets are in the bucket; to read them back')
    await expect(capturing.packets(1, id, { offset: 0, limit: 1 })).rejects.toThrow('its packets are in the bucket')
  })

  it('fails when no agent could deliver', async () => {
    const { lab, request } = await withBucket()
    const { capturing, jobs } = await lab.start()
    const { id } = await capturing.start(request, true)
    for (const edge of lab.edges.edges) lab.edges.tell(edge, progress({ state: 'failed', error: 'the key was refused' }))
    await jobs.idle()
    expect(await capturing.get(1, id)).toMatchObject({
      status: 'failed',
      error_message: 'edge1: the key was refused; edge2: the key was refused',
    })
  })

  it('leaves no packet on the disk of the server, whatever an agent sends', async () => {
    const { lab, request } = await withBucket()
    const life = await lab.start()
    const { id } = await life.capturing.start(request, true)
    for (const edge of lab.edges.edges) lab.edges.capture(edge, id, { count: 3, from: lab.now })
    await lab.exchange(life)
    expect(await foldersOf(lab)).toEqual([])
    expect(life.jobs.readings()).toMatchObject({ keptBytes: 0, counts: { frames_bad: 2, frames_kept: 0 } })
  })

  it('waits for the conversion after a stop', async () => {
    const { lab, request } = await withBucket()
    const { capturing } = await lab.start()
    const { id } = await capturing.start(request, true)
    expect((await capturing.stop(1, id)).status).toBe('conversion_pending')
  })

  it.each([
    ['is not validated', { status: 'pending' }, 'ownership of s3://pcaps/edge?region=eu-1 is not proven: validate it first'],
    ['has a secret of another row', { secret: 'v1.a.b.c' }, 'cannot be decrypted'],
    ['is of another account', { account: 2 }, 'it was removed; add it again'],
  ])('is refused when its bucket %s', async (_name, columns, message) => {
    const { lab, request } = await withBucket()
    await lab.db.updateTable('bucket').set(columns).execute()
    const { capturing } = await lab.start()
    await expect(capturing.start(request, true)).rejects.toThrow(message)
    expect(lab.edges.assigned).toEqual([])
  })
})
