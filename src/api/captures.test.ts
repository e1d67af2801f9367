// Packet captures in our own form, agents, live connections and streams, over a listening server with real jobs and a real hub.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createLink } from '../app/session/create-link.ts'
import { createToken } from '../app/token/create.ts'
import { agentEnrolPath } from '../contract/agent-protocol.ts'
import type { AgentEnrolment, AgentSummary } from '../contract/agent.ts'
import type { Capture, CaptureManifest, CapturePreview, PacketDetail, PacketSummary } from '../contract/capture.ts'
import { someFacts } from '../capture/testing/hub-scene.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let agent: TestAgent
beforeEach(async () => {
  server = await startTestServer()
  agent = await TestAgent.connect(server, 'edge-1', 'ord02')
})
afterEach(async () => {
  agent.close()
  await server.close()
})

async function restart(options: Parameters<typeof startTestServer>[0]): Promise<void> {
  agent.close()
  await server.close()
  server = await startTestServer(options)
  agent = await TestAgent.connect(server, 'edge-1', 'ord02')
}

const path = (rest: string) => `${server.account}/drawbridge/${rest}`
const call = (method: string, rest: string, body?: unknown) => server.call(method, path(rest), body)
/** The result of a request that has to succeed. */
async function result<T>(method: string, rest: string, body?: unknown): Promise<T> {
  const answer = await call(method, rest, body)
  expect(answer.body.errors).toEqual([])
  return answer.body.result as T
}
/** `400 20021 message` of one that has to fail. */
async function failure(method: string, rest: string, body?: unknown): Promise<string> {
  const answer = await call(method, rest, body)
  return `${answer.status} ${answer.body.errors[0]?.code} ${answer.body.errors[0]?.message}`
}
const asked = { type: 'simple', time_limit: 60, packet_limit: 1000, filter: 'udp' } as const
const start = (more: object = {}) => result<Capture>('POST', 'captures', { ...asked, ...more })
const audits = async (action: string) => {
  const rows = await server.context.state
    .selectFrom('audit')
    .select(['action', 'target', 'detail'])
    .where('action', 'like', action)
    .orderBy('id')
    .execute()
  return rows.map(({ action, target, detail }) => ({ action, target, detail: JSON.parse(detail) as unknown }))
}

/** One that has ended with so many packets. */
async function ended(packets: number): Promise<string> {
  const { id } = await start()
  await eventually(() => agent.jobs.length).toBeGreaterThan(0)
  agent.packets(id, packets)
  agent.done(id)
  await eventually(async () => (await result<Capture>('GET', `captures/${id}`)).status).toBe('success')
  return id
}

describe('captures', () => {
  it('start, show how they go, stop and are removed; the audit says by whom, for what and where', async () => {
    const capture = await start({ colo_name: 'ord', drawbridge: { note: 'ticket 4711' } })
    expect(capture).toMatchObject({
      type: 'simple',
      filter: 'udp',
      colo_name: 'ord',
      cause: { kind: 'person', who: 'admin@localhost' },
      agents: [{ name: 'edge-1' }],
    })
    const { id } = capture
    await eventually(() => agent.jobs.map((job) => job.id)).toEqual([id])
    agent.packets(id, 4)
    agent.progress(id)
    await eventually(async () => (await result<Capture>('GET', `captures/${id}`)).packets).toBe(4)
    expect(await result('GET', 'captures?state=running')).toMatchObject([{ id }])
    await result('POST', `captures/${id}/stop`)
    await eventually(() => agent.stopped).toEqual([id])
    agent.done(id, { end: 'stopped' })
    await eventually(async () => await result('GET', 'captures?state=ended')).toMatchObject([{ id, status: 'success', packets: 4 }])
    expect(await result('DELETE', `captures/${id}`)).toEqual({ id })
    expect(await failure('GET', `captures/${id}`)).toContain('404 20020')
    expect(await audits('capture.%')).toMatchObject([
      {
        action: 'capture.start',
        target: id,
        detail: {
          type: 'simple',
          filter: 'udp',
          filter_v1: {},
          colo_name: 'ord',
          time_limit: 60,
          packet_limit: 1000,
          agents: [{ name: 'edge-1', colo: 'ord02' }],
        },
      },
      { action: 'capture.stop', target: id },
      { action: 'capture.remove', target: id, detail: { packets: 4 } },
    ])
  })

  it('page, the newest first', async () => {
    for (let count = 0; count < 3; count++) await start({ time_limit: 10 + count })
    const { body } = await call('GET', 'captures?per_page=2&page=2')
    expect(body).toMatchObject({
      result: [{ time_limit: 10 }],
      result_info: { page: 2, per_page: 2, count: 1, total_count: 3, total_pages: 2 },
    })
  })

  it('are downloaded, listed and decoded', async () => {
    const id = await ended(5)
    for (const [format, type] of [
      ['pcap', 'application/vnd.tcpdump.pcap'],
      ['pcapng', 'application/x-pcapng'],
    ] as const) {
      const response = await fetch(path(`captures/${id}/download?format=${format}`), {
        headers: { authorization: `Bearer ${server.token}` },
      })
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
      expect(response.headers.get('content-disposition')).toMatch(new RegExp(`^attachment; filename="[\\w.-]+\\.${format}"$`))
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(5 * 116)
    }
    const manifest = await result<CaptureManifest>('GET', `captures/${id}/manifest`)
    expect(manifest.file).toMatchObject({ packets: 5, bytes: 24 + 5 * 116 })
    const packets = await result<PacketSummary[]>('GET', `captures/${id}/packets?offset=3&limit=10`)
    expect(packets).toMatchObject([{ number: 3, protocol: 'UDP', length: 100 }, { number: 4 }])
    const detail = await result<PacketDetail>('GET', `captures/${id}/packets/4`)
    expect(detail).toMatchObject({ summary: packets[1] })
    expect(await failure('GET', `captures/${id}/packets/5`)).toContain('404 20032')
    expect(await failure('GET', `captures/${id}/packets/x`)).toContain('400 20002')
    expect(await failure('GET', `captures/${id}/packets?limit=1001`)).toContain('400 20002')
    expect(await failure('GET', `captures/${id}/download?format=exe`)).toContain('400 20002')
    expect((await audits('capture.download')).map(({ detail }) => detail)).toEqual([{ format: 'pcap' }, { format: 'pcapng' }])
  })

  it('answer HEAD without a body', async () => {
    const id = await ended(1)
    const response = await fetch(path(`captures/${id}/download`), { method: 'HEAD', headers: { authorization: `Bearer ${server.token}` } })
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/vnd.tcpdump.pcap',
      '',
    ])
  })

  it('say where a filter is wrong', async () => {
    for (const rest of ['captures', 'captures/preview']) {
      const { status, body } = await call('POST', rest, { ...asked, filter: 'udp and src prot 53' })
      expect([status, body.errors[0]]).toMatchObject([
        400,
        { code: 20_026, source: { pointer: '/filter' }, fault: { from: 12, to: 16, expected: expect.any(Array) } },
      ])
      expect(body.errors[0]?.message).toContain('characters 13 to 16')
    }
  })

  it('tell the fields of the language', async () => {
    expect(await result('GET', 'captures/fields')).toMatchObject({
      fields: expect.any(Array),
      operators: expect.any(Array),
      examples: expect.any(Array),
    })
  })
})

describe('a preview', () => {
  const storeStopped = { ready: false, query: () => Promise.reject(new StoreUnavailableError('stopped')) }

  it('says what an agent would run, also while the store does not answer, and starts nothing', async () => {
    await restart({ flows: storeStopped })
    const preview = await result<CapturePreview>('POST', 'captures/preview', { ...asked, type: 'full', colo_name: 'ORD' })
    expect(preview).toMatchObject({
      filter: 'udp',
      packets_per_second: null,
      agents: [{ id: agent.id, name: 'edge-1', colo: 'ord02', connected: true }],
    })
    expect(preview.nftables.join('\n')).toContain('meta l4proto 17')
    expect(preview.bpf).not.toBe('')
    expect(agent.jobs).toEqual([])
    expect(await audits('capture.%')).toEqual([])
  })

  it('leaves out how the other engine would say it where that cannot', async () => {
    // 3^7 alternatives: more rules than nftables gets.
    const filter = Array.from({ length: 7 }, (_, index) => `(src port != ${index} or dst port != ${index} or ttl != ${index})`).join(
      ' and ',
    )
    expect(await failure('POST', 'captures/preview', { type: 'simple', filter })).toContain('400 20026')
    await restart({ flows: storeStopped })
    const drawbridge = { engine: 'interface', interface: 'eth0' }
    const preview = await result<CapturePreview>('POST', 'captures/preview', { type: 'simple', filter, drawbridge })
    expect(preview.nftables).toEqual([])
    expect(preview.bpf).not.toBe('')
  })

  it('scales what flows tell by sampling and snap length', async () => {
    await restart({
      flows: { ready: true, query: async () => ({ rows: [{ flow_count: 7, packet_sum: 300_000, bit_sum: 300_000 * 8000 }] }) as never },
    })
    const body = { type: 'simple', drawbridge: { sampling: 10, snap_length: 100 } }
    expect(await result('POST', 'captures/preview', body)).toMatchObject({
      filter: null,
      packets_per_second: 1000,
      bits_per_second: 8_000_000,
      captured_packets_per_second: 100,
      captured_bytes_per_second: 10_000,
    })
  })
})

describe('tail', () => {
  /** An answer whose body nobody reads yet. */
  async function open(rest: string): Promise<IncomingMessage> {
    const request = get(path(rest), { headers: { authorization: `Bearer ${server.token}` } })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return response
  }

  it('streams packets as they come, from the first, until the capture ends', async () => {
    const { id } = await start()
    await eventually(() => agent.jobs.length).toBe(1)
    agent.packets(id, 2)
    const response = await open(`captures/${id}/tail`)
    let bytes = 0
    response.on('data', (part: Buffer) => (bytes += part.length))
    await eventually(() => bytes).toBe(24 + 2 * 116)
    agent.packets(id, 3)
    await eventually(() => bytes).toBe(24 + 5 * 116)
    agent.done(id)
    await once(response, 'end')
    expect(bytes).toBe(24 + 5 * 116)
    expect(await audits('capture.tail')).toMatchObject([{ target: id }])
  })

  it('ends its work when the client goes away', async () => {
    const { id } = await start()
    const ends: string[] = []
    const { capturing } = server.context
    const tail = capturing.tail.bind(capturing)
    capturing.tail = async (account, capture, signal) => {
      signal.addEventListener('abort', () => ends.push(capture))
      return tail(account, capture, signal)
    }
    const response = await open(`captures/${id}/tail`)
    await once(response, 'data')
    response.destroy()
    await eventually(() => ends).toEqual([id])
    expect(server.errors).toEqual([])
  })
})

describe('a live connection', () => {
  const live = (id: string, headers: Record<string, string> = { authorization: `Bearer ${server.token}` }) =>
    new WebSocket(path(`captures/${id}/live`).replace('http:', 'ws:'), { headers })
  /** Everything that was told until it is closed, and the code of the close. */
  function listen(client: WebSocket): { readonly told: Capture[]; readonly closed: Promise<number> } {
    const told: Capture[] = []
    // One Buffer a message, as ws gives it unless told otherwise.
    client.on('message', (data) => told.push(JSON.parse((data as Buffer).toString()) as Capture))
    const closed = new Promise<number>((resolve, reject) => {
      client.on('close', resolve)
      client.on('error', reject)
    })
    return { told, closed }
  }

  it('tells how a capture stands now, each change, and that it is over', async () => {
    const { id } = await start()
    const { told, closed } = listen(live(id))
    await eventually(() => told.length).toBeGreaterThan(0)
    expect(told[0]).toMatchObject({ id, ended_at: null })
    await eventually(() => agent.jobs.length).toBe(1)
    agent.packets(id, 3)
    agent.progress(id)
    await eventually(() => told.at(-1)?.packets).toBe(3)
    agent.done(id)
    expect(await closed).toBe(1000)
    expect(told.at(-1)).toMatchObject({ status: 'success', packets: 3, ended_at: expect.any(String) })
  })

  it('of one that is over tells that, and closes', async () => {
    const id = await ended(1)
    const { told, closed } = listen(live(id))
    expect(await closed).toBe(1000)
    expect(told).toMatchObject([{ id, status: 'success' }])
  })

  it('is for those who may read captures, and in a browser for our own page', async () => {
    const { id } = await start()
    const { context } = server
    const { secret } = await createToken(context, context.local, { name: 'flows', scopes: ['analytics:read'] })
    const cookie = await signIn()
    const refused: readonly (readonly [number, string, Record<string, string>])[] = [
      [401, id, {}],
      [401, id, { authorization: `Bearer ${'x'.repeat(43)}` }],
      [403, id, { authorization: `Bearer ${secret}` }],
      [401, id, { cookie: 'drawbridge_session=none', origin: server.url }],
      [403, id, { cookie }],
      [403, id, { cookie, origin: 'https://evil.example' }],
      [403, id, { cookie, origin: server.url, 'sec-fetch-site': 'cross-site' }],
      [404, '0'.repeat(32), { authorization: `Bearer ${server.token}` }],
    ]
    for (const [status, capture, headers] of refused) {
      const [, response] = (await once(live(capture, headers), 'unexpected-response')) as [unknown, IncomingMessage]
      expect([status, headers]).toEqual([response.statusCode, headers])
      response.destroy()
    }
    const client = live(id, { cookie, origin: server.url })
    await once(client, 'message')
    client.terminate()
  })

  it('is what a plain request is told to open', async () => {
    expect(await failure('GET', `captures/${'0'.repeat(32)}/live`)).toContain('426 20034')
  })

  async function signIn(): Promise<string> {
    const { state, local, clock } = server.context
    const secret = await createLink(state, { account: local.account.number, user: local.user.id }, clock.now())
    const response = await fetch(`${server.url}/sign-in`, { method: 'POST', body: JSON.stringify({ secret }) })
    return response.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
})

describe('agents', () => {
  const enrolWith = (code: string) =>
    fetch(server.url + agentEnrolPath, { method: 'POST', body: JSON.stringify({ code, name: 'edge-9', facts: someFacts }) })

  it('enrol by a code that works once, get settings, and lose everything when they are removed', async () => {
    const enrolment = await result<AgentEnrolment>('POST', 'agents/enrolments', { colo: 'fra01' })
    expect(enrolment).toMatchObject({ colo: 'fra01', expires_at: '2026-01-01T12:15:00.000Z' })
    expect(enrolment.command).toBe(`drawbridge agent enroll --server ${server.url} --code ${enrolment.code}`)
    const first = await enrolWith(enrolment.code)
    // The envelope of the API.
    const { result: enrolled } = (await first.json()) as { result: { id: string; token: string; colo: string } }
    expect([first.status, enrolled.colo]).toEqual([200, 'fra01'])
    expect((await enrolWith(enrolment.code)).status).toBe(401)
    const { id } = enrolled
    const listed = await result<AgentSummary[]>('GET', 'agents')
    expect(listed.map(({ name, group, state }) => [name, group, state])).toEqual([
      ['edge-1', 'ORD', 'connected'],
      ['edge-9', 'FRA', 'disconnected'],
    ])
    expect(await result('PATCH', `agents/${id}`, { name: 'frankfurt', always_on_sampling: 100 })).toMatchObject({
      name: 'frankfurt',
      always_on_sampling: 100,
    })
    expect(await failure('PATCH', `agents/${id}`, { name: 'edge-1' })).toContain('name edge-1 is taken')
    for (const name of ['', '..', '-rf', 'a b', 'a/b', '$(id)', 'x'.repeat(65)])
      expect(await failure('PATCH', `agents/${id}`, { name })).toContain('400 20002')
    expect(await result('DELETE', `agents/${id}`)).toEqual({ id })
    expect(await failure('DELETE', `agents/${id}`)).toContain('404 20030')
    expect(await result<AgentSummary[]>('GET', 'agents')).toHaveLength(1)
    expect((await audits('agent.%')).map(({ action, target }) => `${action} ${target}`)).toEqual([
      'agent.enrolment fra01',
      `agent.enrol ${id}`,
      `agent.edit ${id}`,
      `agent.remove ${id}`,
    ])
    expect(JSON.stringify(await audits('agent.%'))).not.toContain(enrolment.code)
  })

  it('say what runs there', async () => {
    const { id } = await start()
    expect(await result('GET', 'agents')).toMatchObject([{ id: agent.id, running: [id] }])
  })

  it('get no code for places and times that are none', async () => {
    const refused: readonly (readonly [object, string])[] = [
      [{}, 'colo must be text'],
      [{ colo: 'ORD02' }, 'colo must be lower-case'],
      [{ colo: 'ord02; reboot' }, 'colo must be lower-case'],
      [{ colo: 'ord02', minutes: 0 }, 'minutes must be'],
      [{ colo: 'ord02', minutes: 1441 }, 'minutes must be'],
      [{ colo: 'ord02', minute: 5 }, 'there is no field minute'],
    ]
    for (const [body, reason] of refused) {
      expect(await failure('POST', 'agents/enrolments', body)).toContain(`400 20002 Invalid request: ${reason}`)
    }
  })
})
