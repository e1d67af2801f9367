// Signatures over a listening server, with real jobs and the real learner: from an upload, a capture, an incident and samples to the
// renderings, and what an edit and a removal do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timeText } from '../app/context.ts'
import { writeIncident } from '../app/incident/rows.ts'
import { detectedIncident } from '../app/incident/testing/detected-incident.ts'
import { testTime } from '../app/testing/test-context.ts'
import type { Capture } from '../contract/capture.ts'
import { noFacts } from '../contract/incident.ts'
import { renderingFormats, type Rendering, type Signature } from '../contract/signature.ts'
import { attackPackets, fileOf, normalPackets, recordsOf } from '../signature/jobs/testing/attack-packets.ts'
import { sampleSource } from '../wire/sample-block.ts'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const incident = '1'.repeat(32)
const hourMs = 3_600_000

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const { context } = server
  // The incident begins two minutes before now; an hour before, all is normal.
  await sample(recordsOf(normalPackets(400), testTime - hourMs), testTime - hourMs)
  await sample(recordsOf(attackPackets(400), testTime - 100_000), testTime)
  await sample(recordsOf(normalPackets(50), testTime - 100_000), testTime, 2)
  await writeIncident(context.state, { incident: detectedIncident({ id: incident }), facts: noFacts, startTold: true, endTold: false })
})
afterAll(async () => {
  await server.close()
})

/** Keeps sampled packets as of a time. */
async function sample(records: Uint8Array, now: number, account = 1): Promise<void> {
  const { samples, clock } = server.context
  clock.time = now
  samples.addRecords({ account, kind: sampleSource.agent, source: new Uint8Array(16) }, records)
  // Answered when they are written.
  await samples.search({ account, from: 0, to: 0, filter: null, snapLength: 0, limit: 1, byteLimit: null })
}
const path = (rest: string) => `${server.account}/drawbridge/${rest}`
async function result<T>(method: string, rest: string, body?: unknown): Promise<T> {
  const { status, body: answer } = await server.call(method, path(rest), body)
  expect([answer.errors, status]).toEqual([[], 200])
  return answer.result as T
}
async function failure(method: string, rest: string, body?: unknown): Promise<string> {
  const { status, body: answer } = await server.call(method, path(rest), body)
  return `${status} ${answer.errors[0]?.code} ${answer.errors[0]?.message}`
}
async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const headers = { authorization: `Bearer ${server.token}` }
  const response = await fetch(path(`signatures/files?name=${name}`), { method: 'POST', headers, body: bytes })
  // The envelope of the API.
  const { result: file } = (await response.json()) as { result: { id: string; name: string; bytes: number } }
  expect(file).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), name, bytes: bytes.length })
  return file.id
}
/** As it is when it is over. */
async function derived(body: unknown): Promise<Signature> {
  const { id, state } = await result<Signature>('POST', 'signatures', body)
  expect(state).toBe('queued')
  return await settled(id)
}
async function settled(id: string): Promise<Signature> {
  await server.context.signatures.idle()
  expect(server.context.signatureFaults).toEqual([])
  return await result('GET', `signatures/${id}`)
}
const audits = async () => {
  const rows = server.context.state.selectFrom('audit').select(['action', 'target']).where('action', 'like', 'signature.%').orderBy('id')
  return (await rows.execute()).map(({ action, target }) => `${action} ${target}`)
}

describe('a signature', () => {
  it('goes from two uploads to renderings, is edited, restored, renamed and removed', async () => {
    const attack = await upload('ntp.pcap', fileOf(attackPackets(400)))
    const baseline = await upload('normal.pcap', fileOf(normalPackets(400)))
    const learnt = await derived({ attack: { file: attack }, baseline: { file: baseline } })
    const { id } = learnt
    expect(learnt).toMatchObject({
      name: 'ntp',
      state: 'done',
      progress: { phase: 'done', share: 1 },
      source: { kind: 'file', id: attack, name: 'ntp.pcap' },
      baseline: { kind: 'file', id: baseline, name: 'normal.pcap' },
      ask: { max_false: 0.001, min_recall: 0.95, max_parts: 8, sources: false },
      who: 'admin@localhost',
      error: null,
      edited: false,
      held: 1,
      false: 0,
      report: { attack: { packets: 400 }, baseline: { packets: 400 }, held: { hits: 400, of: 400 }, false: { hits: 0, of: 400 } },
    })
    expect(learnt.report?.filter).toBe(learnt.filter)
    expect(learnt.renderings.map(({ format }) => format)).toEqual(renderingFormats)
    // What a format leaves out is measured: it holds no less, and what it holds beyond is told.
    const wider = learnt.renderings.filter(({ exact, text }) => !exact && text !== '')
    for (const { held, false: spared } of wider) expect([held?.hits, spared?.of]).toEqual([400, 400])
    expect(await result<Rendering>('GET', `signatures/${id}/renderings/nftables`)).toEqual(
      learnt.renderings.find(({ format }) => format === 'nftables'),
    )

    const edit = await result<Signature>('PATCH', `signatures/${id}`, { filter: 'udp src port 123 or tcp dst port 443' })
    expect(edit).toMatchObject({ state: 'queued', edited: true, report: null, renderings: [] })
    const edited = await settled(id)
    expect(edited).toMatchObject({
      state: 'done',
      edited: true,
      held: 1,
      false: 0.8,
      report: { parts: [{}, {}], false: { hits: 320, of: 400 } },
    })
    expect(edited.filter).toBe(edited.report?.filter)
    expect(edited.renderings[0]?.text).toBe(edited.filter)

    await result('PATCH', `signatures/${id}`, { filter: null })
    const restored = await settled(id)
    expect(restored).toMatchObject({ edited: false, filter: learnt.filter, held: 1, false: 0 })
    const renamed = await result<Signature>('PATCH', `signatures/${id}`, { name: 'NTP of January' })
    expect(renamed).toMatchObject({ name: 'NTP of January', state: 'done', filter: learnt.filter })
    expect(JSON.stringify(renamed.renderings)).toContain('NTP of January')
    const shares = ({ renderings }: Signature) => renderings.map(({ held, false: spared }) => [held, spared])
    expect(shares(renamed)).toEqual(shares(restored))

    const listed = await server.call('GET', path('signatures?per_page=1'))
    expect(listed.body).toMatchObject({
      result: [{ id, name: 'NTP of January', held: 1, false: 0, report: null, renderings: [] }],
      result_info: { page: 1, per_page: 1, count: 1, total_count: 1, total_pages: 1 },
    })
    expect(await result('DELETE', `signatures/${id}`)).toEqual({ id })
    expect(await failure('GET', `signatures/${id}`)).toBe(`404 20040 there is no signature ${id}`)
    expect(await failure('POST', 'signatures', { attack: { file: attack } })).toContain('400 20041')
    expect(await audits()).toEqual([
      `signature.upload ${attack}`,
      `signature.upload ${baseline}`,
      `signature.derive ${id}`,
      `signature.edit ${id}`,
      `signature.edit ${id}`,
      `signature.edit ${id}`,
      `signature.remove ${id}`,
    ])
  })

  it('is learnt from the samples of an incident, against those of the hours before', async () => {
    const learnt = await derived({ attack: { incident }, baseline: { before: 2 } })
    expect(learnt).toMatchObject({
      name: 'my_rule_1',
      state: 'done',
      source: { kind: 'incident', id: incident },
      baseline: { kind: 'samples', from: '2026-01-01T09:58:00.000Z', to: '2026-01-01T11:57:00.000Z', filter: 'dst 203.0.113.0/24' },
      held: 1,
      false: 0,
      report: { attack: { packets: 400, first_at: timeText(testTime - 100_000) }, baseline: { packets: 400 } },
    })
  })

  it('is learnt from the samples of a time and a filter, and from those alone', async () => {
    const samples = { from: '2026-01-01T11:58:00+00:00', to: '2026-01-01T12:00:00Z', filter: 'udp and dst 203.0.113.7' }
    const learnt = await derived({ attack: { samples }, baseline: { before: 24 }, name: 'By hand' })
    expect(learnt).toMatchObject({
      name: 'By hand',
      state: 'done',
      baseline: { filter: 'dst 203.0.113.7' },
      report: { baseline: { packets: 400 } },
    })
    const none = await derived({ attack: { samples: { ...samples, filter: 'tcp' } } })
    expect(none).toMatchObject({
      state: 'failed',
      filter: null,
      error: expect.stringContaining('there are no sampled packets of this time'),
    })
    expect(await failure('GET', `signatures/${none.id}/renderings/bpf`)).toContain('400 20042')
    expect(await failure('PATCH', `signatures/${none.id}`, { filter: 'udp' })).toContain('400 20042')
  })

  it('is learnt from a capture, once that is over, as long as it is there', async () => {
    const agent = await TestAgent.connect(server, 'edge-1', 'ord02')
    const { id } = await result<Capture>('POST', 'captures', {
      type: 'simple',
      time_limit: 60,
      packet_limit: 100,
      filter: 'dst 198.51.100.2 and udp',
    })
    await eventually(() => agent.jobs.length).toBe(1)
    expect(await failure('POST', 'signatures', { attack: { capture: id } })).toMatch(/^400 20022 .* wait for its end/)
    agent.packets(id, 50)
    agent.done(id)
    await eventually(async () => (await result<Capture>('GET', `captures/${id}`)).downloadable).toBe(true)
    const learnt = await derived({ attack: { capture: id } })
    expect(learnt).toMatchObject({
      name: `Capture ${id.slice(0, 8)}`,
      state: 'done',
      held: 1,
      false: null,
      report: { attack: { packets: 50 }, baseline: null },
    })
    const before = await derived({ attack: { capture: id }, baseline: { before: 1 } })
    expect(before).toMatchObject({ state: 'failed', baseline: { filter: 'dst 198.51.100.2', to: '2026-01-01T11:59:00.000Z' } })
    await result('DELETE', `captures/${id}`)
    expect(await failure('POST', 'signatures', { attack: { capture: id } })).toContain('404 20020')
    // It has its own copy.
    await result('PATCH', `signatures/${learnt.id}`, { filter: 'udp src port 1000' })
    expect(await settled(learnt.id)).toMatchObject({ state: 'done', held: 1, edited: true })
    agent.close()
  })

  it('fails with a reason where the file is damaged', async () => {
    const whole = fileOf(attackPackets(20))
    const bytes = whole.slice()
    // A captured length of 4 GiB.
    bytes.fill(0xff, 24 + 8, 24 + 12)
    const { state, error } = await derived({ attack: { file: await upload('damaged.pcap', bytes) } })
    expect([state, error]).toEqual(['failed', expect.stringContaining('the packets cannot be read')])
  })
})

it('of another account is not found, nor is its file', async () => {
  const { state } = server.context
  await state
    .insertInto('account')
    .values({ ...other, number: 2 })
    .execute()
  await state.insertInto('signature_file').values({ id: other.id, account: 2, name: 'x', bytes: 1, created_at: other.created_at }).execute()
  const { id } = await derived({ attack: { incident } })
  await state.updateTable('signature').set({ account: 2 }).where('id', '=', id).execute()
  for (const [method, rest] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/renderings/bpf'],
  ] as const) {
    expect(await failure(method, `signatures/${id}${rest}`, method === 'PATCH' ? { name: 'x' } : undefined)).toContain('404 20040')
  }
  expect(await failure('POST', 'signatures', { attack: { file: other.id } })).toContain('400 20041')
  expect(server.errors).toEqual([])
})

const other = { id: '2'.repeat(32), name: 'Other', created_at: '2026-01-01T00:00:00.000Z' }
