// The commands agents and bucket against a server with a hub of agents, and buckets that take every challenge.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { TestAgent } from '../api/testing/test-agent.ts'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { someFacts } from '../capture/testing/hub-scene.ts'
import type { AgentSummary } from '../contract/agent.ts'
import { agentsText } from './agent-text.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let server: TestServer
let agent: TestAgent
let out = ''
let err = ''

beforeAll(async () => {
  server = await startTestServer()
  agent = await TestAgent.connect(server, 'edge-1', 'ord02')
})
afterAll(async () => {
  agent?.close()
  await server?.close()
})
beforeEach(() => {
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Output and exit code of a command. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  const code = await runProgram(createProgram(cliCommands), argv)
  return { code, out, err }
}

describe('the texts', () => {
  it('say what is wrong with a host, and what mends it', () => {
    const findings = [
      { id: 'nft', state: 'failed', message: 'nft is missing', command: 'apt install nftables' },
      { id: 'clock', state: 'ok', message: 'the clock is right', command: null },
      { id: 'gro', state: 'warning', message: 'eth0 puts\u001B[2J packets together', command: null },
    ] as const
    const seen: AgentSummary = {
      id: 'a'.repeat(32),
      name: 'edge-1',
      colo: 'ord02',
      group: 'ORD',
      state: 'disconnected',
      enrolled_at: '2026-01-01T00:00:00Z',
      last_seen_at: '2026-01-01T11:00:00Z',
      address: null,
      clock_offset_ms: null,
      clock_error_ms: null,
      always_on_sampling: 0,
      running: [],
      facts: { ...someFacts, findings },
    }
    const lines = agentsText([seen, { ...seen, name: 'edge-2', last_seen_at: null, facts: null }], Date.UTC(2026, 0, 1, 12, 59)).split('\n')
    expect(lines.slice(1)).toEqual([
      `ord02  edge-1  disconnected  119 min ago  off        0         0        ${seen.id}`,
      `ord02  edge-2  disconnected  never        off        0                  ${seen.id}`,
      'edge-1: failed: nft is missing',
      '  Next: on edge-1: apt install nftables',
      'edge-1: warning: eth0 puts [2J packets together',
      '',
    ])
  })
})

describe('agents', () => {
  it('are listed, enrolled, changed and removed', async () => {
    expect((await run('agents')).out).toMatch(new RegExp(`^COLO .*\\nord02 +edge-1 +connected +.* +off +0 +0 +${agent.id}\\n$`))
    const { out: told } = await run('agents', 'enrol', '--colo', 'fra01')
    expect(told).toMatch(/^Run this on the edge host, once, until 2026-.*:\n\n {2}drawbridge agent enroll --server http.* --code [\w-]+\n$/)
    expect((await run('agents', 'edit', 'edge-1', '--name', 'edge-7', '--sampling', '1000')).out).toMatch(/ edge-7 .* 1 in 1000 /)
    expect((await run('agents', 'edit', 'edge-7')).code).toBe(2)
    expect((await run('agents', 'remove', 'edge-1')).err).toBe('drawbridge: there is no agent "edge-1"\nNext: drawbridge agents\n')
    expect((await run('agents', 'remove', 'edge-7')).out).toBe('Agent edge-7 is removed.\n')
    expect((await run('agents')).out).toBe('No agent is enrolled.\nNext: drawbridge agents enrol --colo ord01\n')
  })
})

describe('bucket', () => {
  const destination = 's3://pcaps/edge?region=us-east-1'

  it('is added, proven, listed and removed', async () => {
    expect((await run('bucket')).out).toContain('Next: drawbridge bucket add')
    const added = await run('bucket', 'add', destination)
    const [challenge] = server.context.buckets.challenges
    if (challenge === undefined) throw new Error('nothing was written to the bucket')
    const { id, contents } = challenge
    expect(added.out).toBe(
      `The file ownership-challenge-${id}.txt was written to ${destination}.\nNext: read it there, then drawbridge bucket validate '${destination}' CONTENTS\n`,
    )
    const wrong = await run('bucket', 'validate', destination, 'guess')
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('is not what is in ownership-challenge-')])
    expect((await run('bucket', 'validate', destination, contents)).out).toContain(
      `Next: drawbridge capture start FILTER --full --destination '${destination}'`,
    )
    expect((await run('bucket')).out).toMatch(new RegExp(`^STATUS .*\\nsuccess +2026.* ${id} +s3://pcaps/edge`))
    expect((await run('bucket', 'remove', id)).out).toBe(`Bucket ${id} is removed.\n`)
    expect((await run('bucket', 'remove', id)).err).toContain('Next: drawbridge bucket list')
    expect((await run('bucket', 'remove', 'x')).code).toBe(2)
  })
})
