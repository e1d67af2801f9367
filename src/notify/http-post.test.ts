// Tests what a request makes of answers: success, refusal, later; bounds on time and size.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postJson } from './http-post.ts'
import { startHttpReceiver, type HttpReceiver } from './testing/http-receiver.ts'

let receiver: HttpReceiver
beforeEach(async () => {
  receiver = await startHttpReceiver()
})
afterEach(() => receiver.close())

const post = (timeoutMs = 3000) =>
  postJson({ url: new URL(`${receiver.origin}/secret-path`), headers: { 'x-a': 'b' }, body: { grüße: '✓' } }, { timeoutMs })

describe('postJson', () => {
  it('sends JSON with its length and answers the body', async () => {
    expect(await post()).toBe('ok')
    expect(receiver.requests).toMatchObject([{ method: 'POST', headers: { 'x-a': 'b', 'content-length': '17' }, body: { grüße: '✓' } }])
  })

  it.each([
    [400, true],
    [401, true],
    [404, true],
    [410, true],
    [408, false],
    [425, false],
    [429, false],
    [500, false],
    [503, false],
  ])('takes %i for a refusal: %s', async (status, rejected) => {
    receiver.answer = (_request, response) => void response.writeHead(status).end('no')
    await expect(post()).rejects.toMatchObject({ message: `HTTP ${status}`, rejected, retryAfterMs: undefined })
  })

  const retryAfter = async (text: string) => {
    receiver.answer = (_request, response) => void response.writeHead(429, { 'retry-after': text }).end()
    return ((await post().catch((error: unknown) => error)) as { retryAfterMs?: number }).retryAfterMs
  }

  it('reads retry-after in seconds and as a date', async () => {
    expect(await retryAfter('7')).toBe(7000)
    const ms = await retryAfter(new Date(Date.now() + 60_000).toUTCString())
    expect(ms).toBeGreaterThan(50_000)
    expect(ms).toBeLessThanOrEqual(60_000)
  })

  it.each(['soon', '-5', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])('makes nothing of retry-after %s', async (text) => {
    expect(await retryAfter(text)).toBeUndefined()
  })

  it('reads an endless answer no further than its bound', async () => {
    receiver.answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(4096)));
        response.once('drain', more)
      }
      more()
    }
    expect(await post()).toHaveLength(16 * 1024)
  })

  it('gives up on a receiver that does not answer, and names no path', async () => {
    receiver.answer = () => undefined
    await expect(post(100)).rejects.toMatchObject({ message: 'no answer within 0.1 s', rejected: false })
  })

  it('tells a closed port, without a path', async () => {
    const { port } = receiver
    await receiver.close()
    await expect(post()).rejects.toMatchObject({ message: `connect ECONNREFUSED 127.0.0.1:${port}`, rejected: false })
    receiver = await startHttpReceiver()
  })
})
