import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HubScene, someFacts, testAccount } from '../testing/hub-scene.ts'
import { RawAgent } from '../testing/raw-agent.ts'
import { agentName } from './enrolments.ts'

const newId = () => randomBytes(16).toString('hex')

let scene: HubScene

beforeEach(async () => {
  scene = new HubScene()
  await scene.start()
})

afterEach(() => scene.stop())

describe('enrolment', () => {
  const request = (code: string, name = 'edge one') => ({ code, name, facts: someFacts })

  it('makes one agent of a code, of twenty that come at the same time', async () => {
    const code = await scene.code()
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => scene.hub.enrol(request(code), '192.0.2.1')))
    const won = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
    expect(won).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, token: expect.any(String) as string, colo: 'ord02' }])
    const lost = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as { error: string }).error)
    expect(lost).toEqual(Array(19).fill('agent_code_invalid'))
    expect(scene.hub.agents(testAccount)).toMatchObject([{ name: 'edge-one', colo: 'ord02', connected: false, facts: someFacts }])
    const raw = await new RawAgent(scene.url, won[0]?.token ?? '').hello()
    expect(raw.received.find(({ type }) => type === 'welcome')).toMatchObject({ agent: won[0]?.id, colo: 'ord02', always_on_sampling: 0 })
    raw.socket.terminate()
  })

  it('keeps neither code nor token', async () => {
    const code = await scene.code()
    const { token } = await scene.hub.enrol(request(code), '192.0.2.1')
    const rows = JSON.stringify([
      await scene.state.selectFrom('agent').selectAll().execute(),
      await scene.state.selectFrom('agent_enrolment').selectAll().execute(),
    ])
    expect(rows).not.toContain(token)
    expect(rows).not.toContain(code)
    expect(rows).not.toContain(code.replaceAll('-', ''))
  })

  it('reads a code as people type it', async () => {
    const code = await scene.code()
    await scene.hub.enrol(request(` ${code.toLowerCase().replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'l')} `), '192.0.2.1')
    expect(scene.hub.counters()).toMatchObject({ enrolled: 1, refusedEnrolments: 0 })
  })

  it('refuses unknown, used and expired codes, other shapes, and too many guesses', async () => {
    const used = await scene.code()
    await scene.hub.enrol(request(used), '192.0.2.1')
    const errors: string[] = []
    const bodies = [
      request('AAAA-AAAA-AAAA-AAAA'),
      request(used),
      request(await scene.code(-1)),
      { code: used },
      null,
      'x',
      [],
      { ...request(used), facts: [] },
    ]
    for (const body of bodies) errors.push(await scene.hub.enrol(body, '192.0.2.1').then(String, (error: Error) => error.message))
    expect(errors.slice(0, 3).map((error) => /: (.*);/.exec(error)?.[1])).toEqual(['it is not known', 'it has been used', 'it has expired'])
    expect(errors.slice(3)).toEqual(Array(5).fill(expect.stringContaining('an enrolment is')))
    const guesses = await Promise.allSettled(Array.from({ length: 40 }, () => scene.hub.enrol(request(newId()), '198.51.100.7')))
    const limited = guesses.filter(
      (guess) => guess.status === 'rejected' && (guess.reason as { error: string }).error === 'too_many_requests',
    )
    expect(limited.length).toBeGreaterThanOrEqual(15)
    await scene.hub.enrol(request(await scene.code()), '203.0.113.9')
  })

  it('gives names that are fit for files and pages, and each only once', async () => {
    const names = ['../../etc/passwd', 'a\u0000b\r\nc', '<script>', '--flag', '', 'Köln 1', 'x'.repeat(300), '..', 'edge', 'edge']
    expect(names.map(agentName)).toEqual([
      'etc-passwd',
      'a-b-c',
      'script',
      'flag',
      'agent',
      'Köln-1',
      'x'.repeat(64),
      'agent',
      'edge',
      'edge',
    ])
    await scene.agent('edge')
    await scene.agent('edge')
    expect(scene.hub.agents(testAccount).map(({ name }) => name)).toEqual(['edge', 'edge-2'])
  })
})
