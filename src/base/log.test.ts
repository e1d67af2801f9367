import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog } from './log.ts'
import { SampledLog } from './sampled-log.ts'

function capture(format: 'json' | 'pretty' | 'auto' = 'json') {
  const lines: string[] = []
  const log = createLog({ level: 'info', format }, { write: (line) => void lines.push(line) })
  return { lines, log }
}

describe('createLog', () => {
  it('writes JSON lines from its level on', () => {
    const { lines, log } = capture('auto')
    log.debug('no')
    log.warn({ router: '192.0.2.1' }, 'yes')
    expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ level: 40, router: '192.0.2.1', msg: 'yes' })])
  })

  it('writes readable lines when asked', () => {
    const { lines, log } = capture('pretty')
    log.info({ port: 2055 }, 'listening')
    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\] .*INFO.*: .*listening/)
    expect(lines.join('')).toContain('2055')
  })

  it('hides secrets, also one level down', () => {
    const { lines, log } = capture()
    const headers = { authorization: 'Bearer hunter2', 'x-auth-key': 'hunter2', cookie: 'a=hunter2' }
    log.info({ password: 'hunter2', store: { password: 'hunter2', token: 'hunter2' }, req: { headers } }, 'x')
    expect(lines.join('')).not.toContain('hunter2')
  })
})

describe('SampledLog', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const messages = (lines: string[]) => lines.map((line) => (JSON.parse(line) as { msg: string }).msg)

  it('counts repetitions', () => {
    const { lines, log } = capture()
    const sampled = new SampledLog({}, { log })
    for (let n = 0; n < 313; n++) sampled.warn('bad', { n }, 'bad datagram')
    expect(messages(lines)).toEqual(['bad datagram'])
    vi.advanceTimersByTime(10_000)
    expect(messages(lines)).toEqual(['bad datagram', 'bad datagram (repeated 312 times in 10 s)'])
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ n: 312, repeated: 312, level: 40 })
    vi.advanceTimersByTime(60_000)
    sampled.warn('bad', {}, 'bad datagram')
    expect(lines.length).toBe(3)
  })

  it('bounds how many messages it tells apart', () => {
    const { lines, log } = capture()
    const sampled = new SampledLog({ maxKeys: 2 }, { log })
    for (let n = 0; n < 100; n++) sampled.error(`key ${n}`, {}, `message ${n}`)
    sampled.close()
    expect(messages(lines)).toEqual(['message 0', 'message 1', 'message 2', 'message 99 (repeated 97 times in 10 s)'])
  })
})
