import { describe, expect, it } from 'vitest'
import { apiErrors } from '../contract/api-errors.ts'
import type { RouterCheck, RouterCheckRequest } from '../contract/router-check.ts'
import { ServerUnreachableError, type ApiClient } from './api-client.ts'
import { ApiRefusal } from './api-refusal.ts'
import { watchRouterCheck } from './router-check-watch.ts'
import { aCheck, aSender } from './testing/router-checks.ts'

const waiting = { graph: 'waiting' } as const
const away = new ServerUnreachableError('http://127.0.0.1:1', new Error('refused'))
const ended = new ApiRefusal([{ code: apiErrors.router_check_not_found.code, message: 'it has ended' }])

interface Scene {
  readonly request?: RouterCheckRequest
  readonly register?: boolean
  readonly signal?: AbortSignal
  readonly forMs?: number
  readonly wanted?: () => boolean
}

/** Watches a server that gives these answers, one after another; registering is answered at once. */
async function watched(answers: readonly (RouterCheck | Error)[], { request = {}, register = false, signal, wanted, forMs }: Scene = {}) {
  const left = [...answers]
  const calls: string[] = []
  const shown: string[] = []
  const call: ApiClient['call'] = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    calls.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`)
    const answer = path === '/drawbridge/routers' ? undefined : left.shift()
    if (answer instanceof Error) throw answer
    // The answers of a test are those that it wants.
    return answer as T
  }
  const show = async (check: RouterCheck, note: string): Promise<void> => void shown.push(`${check.id.slice(0, 1)} ${note}`.trim())
  const on = { signal: signal ?? new AbortController().signal, wanted: wanted ?? (() => true) }
  const watch = { request, register, everyMs: 0, forMs: forMs ?? 600_000, show, ...on }
  const last = await watchRouterCheck({ call }, watch)
  return { last, calls, shown, left }
}

const path = '/drawbridge/router-checks'
const one = `${path}/${'1'.repeat(32)}`

describe('watchRouterCheck', () => {
  it('opens a check and looks until flows are on the graph', async () => {
    const { last, calls, left } = await watched([aCheck(waiting), aCheck({ clock: 'failed' }), aCheck(), aCheck()], {
      request: { expected: '192.0.2.1', guide: 'vyos' },
    })
    expect(last).toEqual(aCheck())
    expect(calls).toEqual([`POST ${path} {"expected":"192.0.2.1","guide":"vyos"}`, `GET ${one}`, `GET ${one}`])
    expect(left).toHaveLength(1)
  })

  it('waits for a server that is away, and opens the check anew when it has forgotten it', async () => {
    const again = aCheck({}, { id: '2'.repeat(32) })
    const { last, calls, shown } = await watched([aCheck(waiting), away, ended, again])
    expect(last.id).toBe(again.id)
    expect(calls).toEqual([`POST ${path} {}`, `GET ${one}`, `GET ${one}`, `POST ${path} {}`])
    expect(shown).toEqual(['1', '1 No server answers; asking again.', '2'])
  })

  it('does not hide what the server refuses', async () => {
    await expect(watched([aCheck(waiting), new ApiRefusal([{ code: 20_073, message: 'eight are open' }])])).rejects.toThrow(
      'eight are open',
    )
    await expect(watched([away])).rejects.toThrow('no server answers')
  })

  it('ends when its time is over, it is told to, or nobody reads any more', async () => {
    expect((await watched([aCheck(waiting)], { forMs: 0 })).calls).toHaveLength(1)
    const over = new AbortController()
    over.abort()
    expect((await watched([aCheck(waiting)], { signal: over.signal })).calls).toHaveLength(1)
    expect((await watched([aCheck(waiting)], { wanted: () => false })).calls).toHaveLength(1)
  })
})

describe('registering', () => {
  const unknown = aSender({ registered: false })
  const registrations = (calls: readonly string[]) => calls.filter((call) => call.startsWith('POST /drawbridge/routers '))

  it('registers the only one that began to send, once', async () => {
    const check = aCheck(waiting, { senders: [unknown, aSender({ address: '192.0.2.9', registered: false, is_new: false })] })
    const { calls, shown } = await watched([check, check, aCheck()], { register: true })
    expect(registrations(calls)).toEqual(['POST /drawbridge/routers {"address":"192.0.2.1"}'])
    expect(shown).toEqual(['1', '1 192.0.2.1 is registered.', '1 192.0.2.1 is registered.'])
  })

  it('registers the one that is named before it sends, once', async () => {
    const silent = aCheck(waiting, { expected: '192.0.2.1', senders: [aSender({ address: '192.0.2.9', registered: false })] })
    const { calls } = await watched([silent, silent, aCheck()], { register: true })
    expect(registrations(calls)).toEqual(['POST /drawbridge/routers {"address":"192.0.2.1"}'])
    expect(calls.indexOf('POST /drawbridge/routers {"address":"192.0.2.1"}')).toBe(1)
  })

  it('leaves the choice to people where there is one', async () => {
    const before = aSender({ address: '192.0.2.8', registered: false, is_new: false })
    const two = aCheck(waiting, { senders: [before, unknown, aSender({ address: '192.0.2.9', registered: false })] })
    const { calls, shown } = await watched([two, two, aCheck()], { register: true })
    expect(registrations(calls)).toEqual([])
    expect(shown[1]).toContain(`Nothing is registered: it is not clear which of these is the router.
Next: drawbridge router-check 192.0.2.1 --register
  or: drawbridge router-check 192.0.2.9 --register`)
    expect(shown[1]).not.toContain(before.address)
    const silent = aCheck(waiting, { senders: [before] })
    const { calls: none, shown: offered } = await watched([silent, silent, aCheck()], { register: true })
    expect(registrations(none)).toEqual([])
    expect(offered[1]).toContain('Next: drawbridge router-check 192.0.2.8 --register')
  })

  it('registers nobody unless told, and nobody who is registered', async () => {
    const check = aCheck(waiting, { senders: [unknown] })
    expect(registrations((await watched([check, check, aCheck()])).calls)).toEqual([])
    expect(registrations((await watched([aCheck(waiting), aCheck()], { register: true })).calls)).toEqual([])
  })
})
