// Router set-up over a listening server, with collectors that copy what the test gives them.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createToken } from '../app/token/create.ts'
import type { TappedDatagram } from '../contract/datagram-tap.ts'
import type { CheckStepName, RouterCheck } from '../contract/router-check.ts'
import type { RouterConfig, RouterGuideSummary } from '../contract/router-config.ts'
import { createExporter } from '../sim/exporters/create-exporter.ts'
import { Traffic } from '../sim/traffic.ts'
import { flowPayloads } from '../wire/capture-file.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const path = (rest: string) => `${server.account}/drawbridge/${rest}`
/** The result of a request that has to succeed. */
async function result<T>(method: string, rest: string, body?: unknown): Promise<T> {
  const answer = await server.call(method, path(rest), body)
  expect(answer.body.errors).toEqual([])
  return answer.body.result as T
}
async function failure(method: string, rest: string, body?: unknown): Promise<string> {
  const { status, body: answer } = await server.call(method, path(rest), body)
  const [error] = answer.errors
  return `${status} ${error?.code} ${error?.source?.pointer ?? '-'} ${error?.message}`
}

/** What a router sends in a second: templates, then flows. */
function datagramsOf(source: string): TappedDatagram[] {
  const now = server.context.clock.now()
  const exporter = createExporter('ipfix', { domain: 1, sampling: 1, bootedAt: now - 3_600_000, agent: Uint8Array.of(192, 0, 2, 1) })
  const traffic = new Traffic({ seed: 3, ipv6Share: 0 })
  const flows = Array.from({ length: 40 }, () => traffic.next())
  const sent = [...exporter.announce(now), ...exporter.encode(flows, now)]
  return sent.map((bytes) => ({ at: now, source, sourcePort: 50_000, listener: 0, missed: 0, bytes }))
}
const stateOf = ({ steps }: RouterCheck, name: CheckStepName) => steps.find((step) => step.name === name)?.state

/** A router of an account that is not asking. */
async function otherAccountRegisters(address: string): Promise<void> {
  const { state } = server.context
  const row = { id: 'f'.repeat(32), name: 'other', created_at: '' }
  const { number: account } = await state.insertInto('account').values(row).returning('number').executeTakeFirstOrThrow()
  const config = { account, name: 'other', default_sampling: 1, warp_devices: null, created_at: '', modified_at: '' }
  await state
    .insertInto('mnm_config')
    .values({ ...config, router_ips: JSON.stringify([address]) })
    .execute()
}

describe('commands to paste', () => {
  it('are listed by system', async () => {
    const guides = await result<RouterGuideSummary[]>('GET', 'router-configs')
    expect(guides.find(({ id }) => id === 'softflowd')).toMatchObject({ title: expect.stringContaining('softflowd') })
    expect(guides.map(({ id }) => id)).toEqual(guides.map(({ id }) => id).toSorted())
  })

  it('are filled in with what was asked for', async () => {
    const query = 'collector=192.0.2.10&port=9995&protocol=netflow9&interfaces=eth1,eth2&router=&sampling='
    const config = await result<RouterConfig>('GET', `router-configs/softflowd?${query}`)
    expect(config).toMatchObject({ guide: 'softflowd', collector: '192.0.2.10', port: 9995, protocol: 'netflow9', router: null })
    expect(config.interfaces).toEqual(['eth1', 'eth2'])
    const repeated = await result<RouterConfig>('GET', `router-configs/softflowd?${query.replace(',', '&interfaces=')}`)
    expect(repeated).toEqual(config)
    expect(JSON.stringify(config.parts)).toContain('192.0.2.10:9995')
  })

  it('name a port that this server listens on', async () => {
    const listeners = vi.spyOn(server.context.telemetry, 'listeners')
    const portAt = async (...addresses: string[]) => {
      // Of a listener only the address counts here.
      listeners.mockReturnValue(addresses.map((address) => ({ address })) as never)
      const { port } = await result<RouterConfig>('GET', 'router-configs/softflowd?collector=192.0.2.10&protocol=ipfix')
      return port
    }
    expect(await portAt('0.0.0.0:6343', '[::]:2055')).toBe(2055)
    expect(await portAt('[::]:4739', '[::]:4740')).toBe(4739)
    expect(await portAt()).toBe(2055)
    listeners.mockRestore()
  })

  it.each([
    ['softflowd', '400 20071 /collector Invalid router configuration: collector must be the address of this machine'],
    ['softflowd?collector=nobody%0Areboot', '400 20071 /collector Invalid router configuration: collector: '],
    ['softflowd?collector=192.0.2.10&collector=192.0.2.11', '400 20071 /collector '],
    ['softflowd?collector=192.0.2.10&port=1e3', '400 20071 /port Invalid router configuration: port must be a whole number'],
    ['softflowd?collector=192.0.2.10&port=99999', '400 20071 /port '],
    ['softflowd?collector=192.0.2.10&protocol=snmp', '400 20071 /protocol Invalid router configuration: protocol must be one of netflow5'],
    ['softflowd?collector=192.0.2.10&router=$(reboot)', '400 20071 /router '],
    ['softflowd?collector=192.0.2.10&interfaces=eth0;reboot', '400 20071 /interfaces '],
    ['softflowd?collector=192.0.2.10&interface=eth0', '400 20071 - Invalid router configuration: there is no field interface'],
    ['cisco%20?collector=192.0.2.10', '404 20070 - there is no guide for "cisco "; GET router-configs lists them'],
  ])('are refused for %s', async (asked, told) => {
    expect(await failure('GET', `router-configs/${asked}`)).toContain(told)
  })
})

describe('a live check', () => {
  afterEach(async () => {
    for (const { id } of await result<RouterCheck[]>('GET', 'router-checks')) await result('DELETE', `router-checks/${id}`)
  })

  it('is opened, looked at, pointed at another sender, saved and closed', async () => {
    const opened = await result<RouterCheck>('POST', 'router-checks', { expected: '::ffff:192.0.2.1', guide: 'softflowd' })
    expect(opened).toMatchObject({ expected: '192.0.2.1', guide: 'softflowd', sender: '192.0.2.1', datagrams: 0, listeners: ['[::]:2055'] })
    const one = `router-checks/${opened.id}`
    expect(await failure('GET', `${one}/pcap`)).toMatch(/^400 20074 - nothing has been received from 192\.0\.2\.1/)
    server.context.tap.hear(datagramsOf('192.0.2.1'), false)
    server.context.tap.hear(datagramsOf('192.0.2.2'), false)
    const seen = await result<RouterCheck>('GET', one)
    expect([stateOf(seen, 'datagrams'), stateOf(seen, 'registered'), stateOf(seen, 'decoded')]).toEqual(['ok', 'failed', 'ok'])
    expect(seen).toMatchObject({ datagrams: datagramsOf('').length, flows: 40, sample: { packets: expect.any(Number) } })
    expect(await result('PATCH', one, { sender: '192.0.2.2' })).toMatchObject({ sender: '192.0.2.2' })
    expect(await result('GET', 'router-checks')).toEqual([expect.objectContaining({ id: opened.id, sender: '192.0.2.2' })])
    expect(await result('DELETE', one)).toEqual({ id: opened.id })
    expect(await failure('GET', one)).toMatch(/^404 20072 - there is no live check /)
    expect(await result('GET', 'router-checks')).toEqual([])
  })

  it('gives what was sent as a capture file', async () => {
    const { id } = await result<RouterCheck>('POST', 'router-checks', { expected: '192.0.2.1' })
    const sent = datagramsOf('192.0.2.1')
    server.context.tap.hear(sent, false)
    await result('GET', `router-checks/${id}`)
    const response = await fetch(path(`router-checks/${id}/pcap`), { headers: { authorization: `Bearer ${server.token}` } })
    expect(response.headers.get('content-type')).toBe('application/vnd.tcpdump.pcap')
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="router-check-${id.slice(0, 8)}.pcap"`)
    const file = Buffer.from(await response.arrayBuffer())
    const payloads = [...flowPayloads(file)].map(({ offset, length }) => file.subarray(offset, offset + length))
    expect(payloads).toEqual(sent.map(({ bytes }) => Buffer.from(bytes)))
  })

  it('shows and saves nothing of another account', async () => {
    await otherAccountRegisters('198.51.100.9')
    expect(await failure('POST', 'router-checks', { expected: '198.51.100.9' })).toBe(
      '400 20003 /expected router 198.51.100.9 is registered by another account',
    )
    const { id } = await result<RouterCheck>('POST', 'router-checks', {})
    server.context.tap.hear(datagramsOf('198.51.100.9'), false)
    const check = await result<RouterCheck>('GET', `router-checks/${id}`)
    expect(check).toMatchObject({ sender: null, senders: [], datagrams: 0, flows: 0, templates: [], sample: null })
    expect(await failure('PATCH', `router-checks/${id}`, { sender: '198.51.100.9' })).toMatch(/^400 20003 \/sender /)
    expect(await failure('GET', `router-checks/${id}/pcap`)).toMatch(/^400 20074 /)
  })

  it('turns green at "registered" when the router is registered: collectors learn its templates, the audit log who did it', async () => {
    const { id } = await result<RouterCheck>('POST', 'router-checks', { expected: '192.0.2.77' })
    server.context.tap.hear(datagramsOf('192.0.2.77'), false)
    expect(stateOf(await result<RouterCheck>('GET', `router-checks/${id}`), 'registered')).toBe('failed')
    await result('POST', 'routers', { address: '192.0.2.77' })
    expect(stateOf(await result<RouterCheck>('GET', `router-checks/${id}`), 'registered')).toBe('ok')
    expect(server.context.taught).toContainEqual(expect.objectContaining({ kind: 'template', exporter: '192.0.2.77', id: 256 }))
    const rows = await server.context.state.selectFrom('audit').select('action').where('target', '=', '192.0.2.77').execute()
    expect(rows).toEqual([{ action: 'router.register' }])
  })

  it.each([
    [{ expected: 'router.example.net' }, '400 20002 /expected Invalid request: expected must be an IPv4 or IPv6 address'],
    [{ expected: 7 }, '400 20002 /expected '],
    [{ guide: 'nobody' }, '404 20070 /guide '],
    [{ sender: '192.0.2.1' }, '400 20002 - Invalid request: there is no field sender'],
    [[], '400 20002 - Invalid request: must be a JSON object'],
  ])('is not opened with %j', async (body, told) => {
    expect(await failure('POST', 'router-checks', body)).toContain(told)
  })

  it('is one of eight at the most', async () => {
    for (let open = 0; open < 8; open++) await result('POST', 'router-checks')
    expect(await failure('POST', 'router-checks', {})).toBe('429 20073 - 8 live checks are open, which is the most; close one first')
  })

  it('needs a scope to read, and another for flows', async () => {
    const { context } = server
    const token = async (name: string, scopes: readonly string[]) =>
      (await createToken(context, context.local, { name, scopes: scopes as never })).secret
    const [reader, stranger] = [await token('reader', ['mnm:read']), await token('stranger', ['analytics:read'])]
    const { id } = await result<RouterCheck>('POST', 'router-checks', { expected: '192.0.2.1' })
    server.context.tap.hear(datagramsOf('192.0.2.1'), false)
    const ask = (secret: string, method: string, rest: string, body?: object) =>
      fetch(path(rest), { method, headers: { authorization: `Bearer ${secret}` }, ...(body && { body: JSON.stringify(body) }) })
    const requests = [
      ['GET', 'router-configs'],
      ['GET', 'router-configs/softflowd?collector=192.0.2.10'],
      ['GET', 'router-checks'],
      ['POST', 'router-checks', {}],
      ['GET', `router-checks/${id}`],
      ['PATCH', `router-checks/${id}`, { sender: '192.0.2.1' }],
    ] as const
    for (const [method, rest, body] of requests) {
      const statuses = [await ask(reader, method, rest, body), await ask(stranger, method, rest, body)].map(({ status }) => status)
      expect([method, rest, ...statuses]).toEqual([method, rest, 200, 403])
    }
    expect((await ask(reader, 'GET', `router-checks/${id}/pcap`)).status).toBe(403)
    expect((await ask(stranger, 'DELETE', `router-checks/${id}`)).status).toBe(403)
    const seen = (await (await ask(reader, 'GET', `router-checks/${id}`)).json()) as { result: RouterCheck }
    expect(seen.result).toMatchObject({ flows: 40, sample: null })
  })
})
