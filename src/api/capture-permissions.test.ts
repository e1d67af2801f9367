// Who may do what with captures, buckets and agents: scopes, and accounts that see nothing of each other.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createAccount } from '../app/account/create.ts'
import { createToken } from '../app/token/create.ts'
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

const asked = { type: 'simple', time_limit: 60, packet_limit: 1000, filter: 'udp' }

describe('scopes', () => {
  const id = '0'.repeat(32)
  /** What each of the requests answers with each scope: 403, or something else. */
  const requests: readonly (readonly [string, string, readonly string[]])[] = [
    ['GET', '/pcaps', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['GET', `/pcaps/${id}`, ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['POST', '/pcaps', ['captures:write', 'admin']],
    ['PUT', `/pcaps/${id}/stop`, ['captures:write', 'admin']],
    ['GET', `/pcaps/${id}/download`, ['captures:packets', 'admin']],
    ['GET', '/pcaps/ownership', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['POST', '/pcaps/ownership', ['captures:write', 'admin']],
    ['POST', '/pcaps/ownership/validate', ['captures:write', 'admin']],
    ['DELETE', `/pcaps/ownership/${id}`, ['captures:write', 'admin']],
    ['GET', '/drawbridge/captures', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['POST', '/drawbridge/captures', ['captures:write', 'admin']],
    ['POST', '/drawbridge/captures/preview', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['GET', '/drawbridge/captures/fields', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['GET', '/drawbridge/captures/policy', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['PUT', '/drawbridge/captures/policy', ['agents:write', 'admin']],
    ['GET', `/drawbridge/captures/${id}`, ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['DELETE', `/drawbridge/captures/${id}`, ['captures:write', 'admin']],
    ['POST', `/drawbridge/captures/${id}/stop`, ['captures:write', 'admin']],
    ['GET', `/drawbridge/captures/${id}/download`, ['captures:packets', 'admin']],
    ['GET', `/drawbridge/captures/${id}/manifest`, ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['GET', `/drawbridge/captures/${id}/packets`, ['captures:packets', 'admin']],
    ['GET', `/drawbridge/captures/${id}/packets/0`, ['captures:packets', 'admin']],
    ['GET', `/drawbridge/captures/${id}/tail`, ['captures:packets', 'admin']],
    ['GET', '/drawbridge/agents', ['captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin']],
    ['POST', '/drawbridge/agents/enrolments', ['agents:write', 'admin']],
    ['PATCH', `/drawbridge/agents/${id}`, ['agents:write', 'admin']],
    ['DELETE', `/drawbridge/agents/${id}`, ['agents:write', 'admin']],
  ]
  const scopes = ['mnm:admin', 'captures:read', 'captures:packets', 'captures:write', 'agents:write', 'admin'] as const

  it('decide who may do what', async () => {
    const { context } = server
    const secrets = await Promise.all(
      scopes.map(async (scope) => (await createToken(context, context.local, { name: scope, scopes: [scope] })).secret),
    )
    for (const [method, path, allowed] of requests) {
      const statuses = await Promise.all(
        secrets.map(
          async (secret) => (await fetch(server.account + path, { method, headers: { authorization: `Bearer ${secret}` } })).status,
        ),
      )
      const may = scopes.filter((_, index) => statuses[index] !== 403)
      expect([method, path, may]).toEqual([method, path, allowed])
    }
  })
})

describe('another account', () => {
  it('sees and changes nothing of this one', async () => {
    const { state, local, clock } = server.context
    const answer = await server.call('POST', `${server.account}/drawbridge/captures`, asked)
    const { id } = answer.body.result as { id: string }
    const other = await createAccount({ state, clock }, [local], { name: 'other' })
    const stranger = await TestAgent.connect(server, 'theirs', 'ord02', other.number)
    const { secret } = await createToken({ state, clock }, { ...local, account: other }, { name: 'theirs', scopes: ['admin'] })
    const theirs = async (method: string, rest: string, body?: unknown) => {
      const init = { method, headers: { authorization: `Bearer ${secret}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await fetch(`${server.url}/client/v4/accounts/${other.id}/${rest}`, init)
      return { status: response.status, text: await response.text() }
    }
    for (const [method, rest] of [
      ['GET', `drawbridge/captures/${id}`],
      ['DELETE', `drawbridge/captures/${id}`],
      ['POST', `drawbridge/captures/${id}/stop`],
      ['GET', `drawbridge/captures/${id}/download`],
      ['GET', `drawbridge/captures/${id}/manifest`],
      ['GET', `drawbridge/captures/${id}/packets`],
      ['GET', `drawbridge/captures/${id}/tail`],
      ['GET', `pcaps/${id}`],
      ['GET', `pcaps/${id}/download`],
      ['PUT', `pcaps/${id}/stop`],
      ['PATCH', `drawbridge/agents/${agent.id}`],
      ['DELETE', `drawbridge/agents/${agent.id}`],
    ] as const) {
      expect([method, rest, (await theirs(method, rest, method === 'PATCH' ? {} : undefined)).status]).toEqual([method, rest, 404])
    }
    for (const rest of ['drawbridge/captures', 'pcaps', 'drawbridge/agents'])
      expect((await theirs('GET', rest)).text).not.toMatch(new RegExp(`${id}|edge-1`))
    const client = new WebSocket(`${server.account.replace('http:', 'ws:')}/drawbridge/captures/${id}/live`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(response.statusCode).toBe(403)
    response.destroy()
    expect((await theirs('POST', 'drawbridge/captures', asked)).status).toBe(200)
    await eventually(() => stranger.jobs.length).toBe(1)
    expect(agent.jobs.map((job) => job.id)).toEqual([id])
    stranger.close()
  })
})
