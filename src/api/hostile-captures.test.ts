// The API is held to the table of hostile requests for captures: each is refused with its own reason, by both forms, and no
// agent is told anything.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileCaptures, hostileDestinations } from '../app/capture/testing/hostile-captures.ts'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let agent: TestAgent
beforeAll(async () => {
  server = await startTestServer()
  agent = await TestAgent.connect(server, 'edge', 'ord02')
})
afterAll(async () => {
  agent.close()
  await server.close()
})

const simple = { type: 'simple', system: 'magic-transit', time_limit: 60, packet_limit: 10 }

describe('the API refuses', () => {
  it.each(hostileCaptures.map((hostile) => [hostile.name, hostile] as const))('%s', async (_, { body, code, reason }) => {
    const { status, body: answer } = await server.call('POST', `${server.account}/pcaps`, { ...simple, ...body })
    const [error] = answer.errors
    expect([status, error?.code]).toEqual([400, code])
    expect(error?.message).toContain(reason)
  })

  it.each(hostileDestinations.map((conf) => [conf.slice(0, 60), conf]))('a bucket at %j', async (_, destination_conf) => {
    const { status, body } = await server.call('POST', `${server.account}/pcaps/ownership`, { destination_conf })
    expect([status, body.errors[0]?.code]).toEqual([400, 20_028])
    expect(body.errors[0]?.message).not.toMatch(/HOSTILE/)
  })

  it.each(['simple', '"simple"', '[]', 'null', '5', '{', '\u0000'])('the body %j', async (body) => {
    const response = await fetch(`${server.account}/pcaps`, { method: 'POST', headers: { authorization: `Bearer ${server.token}` }, body })
    expect(response.status).toBe(400)
  })

  it.each(['x', '../pcaps', '0'.repeat(31), 'A'.repeat(32), `${'0'.repeat(32)};id`, '%00', '%2e%2e'])('the id %j', async (id) => {
    const path = `${server.account}/drawbridge/captures/${encodeURIComponent(id)}`
    for (const [method, rest] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/stop'],
      ['GET', '/download'],
      ['GET', '/tail'],
      ['GET', '/packets'],
    ] as const) {
      const { status } = await server.call(method, path + rest)
      expect([method, rest, status]).toEqual([method, rest, 404])
    }
  })
})

it('has told no agent anything, kept nothing and logged no fault', async () => {
  const rows = await server.context.state.selectFrom('capture').select('id').execute()
  const buckets = await server.context.state.selectFrom('bucket').select('id').execute()
  expect([rows, buckets, server.context.buckets.challenges, server.errors]).toEqual([[], [], [], []])
  // A job that is in order comes after all that were sent before it.
  const { body } = await server.call('POST', `${server.account}/pcaps`, simple)
  await eventually(() => agent.jobs.length).toBe(1)
  expect(agent.jobs[0]?.id).toBe((body.result as { id: string }).id)
})

it('is tested with a table that is long enough', () => {
  expect(hostileCaptures.length).toBeGreaterThan(150)
})
