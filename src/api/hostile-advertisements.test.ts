// The REST API is held to the table of hostile requests: each is refused with its reason, by preview and by announcement,
// and no driver is told anything.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { arrange, hostileOptions } from '../app/advertisement/testing/hostile-situation.ts'
import { refusals, type Refusal } from '../contract/advertisement.ts'
import { hostileRequests, type HostileRequest } from '../mitigate/testing/hostile-requests.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const requests = hostileRequests.filter(({ ruleOnly }) => !ruleOnly)

async function start({ situation = {}, body }: Partial<HostileRequest> = {}): Promise<TestServer> {
  const { config, drivers } = hostileOptions(situation)
  const server = await startTestServer({ settings: config, drivers })
  await arrange(server.context, situation, body?.['prefix'])
  return server
}

/** How preview and announcement answer, as status, code and the refusal at the end of the message. */
async function answers(server: TestServer, { body }: HostileRequest): Promise<string[]> {
  const before = server.context.peer.log.length
  const told: string[] = []
  for (const path of ['advertisements/preview', 'advertisements']) {
    const { status, body: answer } = await server.call('POST', `${server.account}/drawbridge/${path}`, { why: 'an attack', ...body })
    const [error] = answer.errors
    const [, sentence = '', refusal = ''] = /cannot be announced: (.*) \[(\w+)\]$/s.exec(error?.message ?? '') ?? []
    // The driver was told nothing, and nothing has failed.
    const quiet = server.context.peer.log.length === before && server.errors.length === 0
    told.push([status, error?.code, refusal, sentence.startsWith(refusals[refusal as Refusal] ?? '') && quiet].join(' '))
  }
  return told
}

function expected({ refusal, untyped }: HostileRequest): string[] {
  const answer = untyped ? '400 20002  true' : `400 20014 ${refusal} true`
  return [answer, answer]
}

describe('the API refuses', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())

  it.each(requests.filter(({ situation }) => !situation).map((request) => [request.name, request] as const))('%s', async (_, request) => {
    expect(await answers(server, request)).toEqual(expected(request))
    expect(server.context.peer.table.size).toBe(0)
  })
})

describe('the API refuses', () => {
  let server: TestServer | undefined
  afterEach(() => server?.close())

  it.each(requests.filter(({ situation }) => situation).map((request) => [request.name, request] as const))('%s', async (_, request) => {
    server = await start(request)
    expect(await answers(server, request)).toEqual(expected(request))
  })
})

it('is tested with a table that is long enough', () => {
  expect(requests.length).toBeGreaterThan(120)
})
