// Tests the routes of our own dashboard over a listening server with real SQLite.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scopeNames } from '../contract/scopes.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})

afterEach(() => server.close())

const own = (path: string) => `${server.account}/drawbridge/${path}`

async function result(method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, body: answer } = await server.call(method, own(path), body)
  expect([status, answer.errors]).toEqual([200, []])
  return answer.result
}

describe('routers', () => {
  it('are registered without a configuration, twice without harm, and told to the collectors', async () => {
    expect(await result('GET', 'routers')).toEqual([])
    const added = await result('POST', 'routers', { address: '2001:DB8::1/128' })
    expect(added).toMatchObject({ address: '2001:db8::1', name: '', sampling_override: null, last_seen: null })
    await result('POST', 'routers', { address: '2001:db8:0::1' })
    expect(await result('GET', 'routers')).toHaveLength(1)
    expect(server.context.telemetry.registered).toEqual([
      { account: 1, address: '2001:db8::1', samplingOverride: null, accountSampling: 1 },
    ])
    const config = await server.call('GET', `${server.account}/mnm/config`)
    expect(config.body.result).toEqual({ default_sampling: 1, name: 'Drawbridge', router_ips: ['2001:db8::1'], warp_devices: null })
  })

  it('get a name and a factor, and lose them with the router', async () => {
    await result('POST', 'routers', { address: '192.0.2.1' })
    expect(await result('PATCH', 'routers/192.0.2.1', { name: 'edge 1' })).toMatchObject({ name: 'edge 1', sampling_override: null })
    expect(await result('PATCH', 'routers/192.0.2.1%2F32', { sampling_override: 500 })).toMatchObject({
      name: 'edge 1',
      sampling_override: 500,
    })
    expect(server.context.telemetry.registered[0]?.samplingOverride).toBe(500)
    expect(await result('PATCH', 'routers/192.0.2.1', {})).toMatchObject({ name: 'edge 1', sampling_override: 500 })
    expect(await result('DELETE', 'routers/192.0.2.1')).toEqual({ address: '192.0.2.1' })
    expect(server.context.telemetry.registered).toEqual([])
    expect(await result('POST', 'routers', { address: '192.0.2.1' })).toMatchObject({ name: '', sampling_override: null })
  })

  it('are found by any spelling', async () => {
    await result('POST', 'routers', { address: '2001:db8::1' })
    expect(await result('PATCH', `routers/${encodeURIComponent('2001:0DB8:0:0::1')}`, { name: 'six' })).toMatchObject({ name: 'six' })
    expect(await result('DELETE', 'routers/2001:db8::1')).toEqual({ address: '2001:db8::1' })
  })

  it.each([
    ['PATCH', 'routers/192.0.2.9', { name: 'x' }, 404, 20001],
    ['DELETE', 'routers/192.0.2.9', undefined, 404, 20001],
    ['DELETE', 'routers/nonsense', undefined, 404, 20001],
    ['POST', 'routers', { address: '192.0.2.0/24' }, 400, 20002],
    ['POST', 'routers', undefined, 400, 20002],
    ['GET', 'live?seconds=0', undefined, 400, 20002],
    ['GET', 'live?seconds=3601', undefined, 400, 20002],
    ['GET', 'as-names?asn=1,,2', undefined, 400, 20002],
  ])('refuses %s %s %j', async (method, path, body, status, code) => {
    const answer = await server.call(method, own(path), body)
    expect([answer.status, answer.body.errors[0]?.code]).toEqual([status, code])
  })

  it('refuses to edit with a bad factor or remove one that a WARP device stands on', async () => {
    const warp_devices = [{ id: '5360368d-b351-4791-abe1-93550dabd351', name: 'lan', router_ip: '192.0.2.1/32' }]
    await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a', router_ips: ['192.0.2.1'], warp_devices })
    expect((await server.call('PATCH', own('routers/192.0.2.1'), { sampling_override: 0 })).body.errors[0]?.code).toBe(20002)
    const { status, body } = await server.call('DELETE', own('routers/192.0.2.1'))
    expect([status, body.errors[0]?.message]).toEqual([
      400,
      'Invalid request: WARP device lan (5360368d-b351-4791-abe1-93550dabd351) sends for 192.0.2.1; remove it first',
    ])
  })
})

it('tells the status', async () => {
  const { account, user } = server.context.local
  expect(await result('GET', 'status')).toEqual({
    version: '0.0.0-test',
    demo: false,
    started: '2026-01-01T12:00:00.000Z',
    account: { id: account.id, name: 'Drawbridge' },
    user: { id: user.id, email: 'admin@localhost', name: 'Administrator' },
    scopes: scopeNames,
    own_networks: [],
    bundled_ip_data: true,
  })
})

it('tells the ledger with earlier runs and waiting segments', async () => {
  const { state } = server.context
  const run = {
    id: 'r1',
    started_at: '2026-01-01T10:00:00.000Z',
    clean: 0,
    records_decoded: 9,
    records_sealed: 7,
    records_lost: 2,
    ledger: '{}',
  }
  await state
    .insertInto('run')
    .values([
      { ...run, ended_at: '2026-01-01T11:00:00.000Z' },
      { ...run, id: 'r2', ended_at: null },
    ])
    .execute()
  const segment = { name: 'r2-0-1', run: 'r2', rows: 1, bytes: 1, routers: '{}', sealed_at: '2026-01-01T11:30:00.000Z', stored_at: null }
  await state
    .insertInto('segment')
    .values([
      { ...segment, state: 'sealed' },
      { ...segment, name: 'r2-0-0', state: 'stored' },
    ])
    .execute()
  expect(await result('GET', 'ledger')).toMatchObject({
    totals: { datagrams_received: 0, records_stored: 0 },
    listeners: [],
    runs: [
      {
        run: 'r1',
        started: '2026-01-01T10:00:00.000Z',
        ended: '2026-01-01T11:00:00.000Z',
        clean: false,
        records_decoded: 9,
        records_sealed: 7,
        records_lost: 2,
      },
    ],
    store: { ready: true, segments_waiting: 1 },
  })
})

it('tells live traffic, unregistered senders and names of AS numbers', async () => {
  expect(await result('GET', 'live?seconds=3')).toHaveLength(3)
  expect(await result('GET', 'live')).toHaveLength(300)
  expect(await result('GET', 'unregistered')).toEqual([])
  expect(await result('GET', 'as-names?asn=13335,64512')).toEqual({ '13335': 'CLOUDFLARENET' })
})
