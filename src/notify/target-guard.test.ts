// Tests who may be reached by webhooks: the decision on addresses, and that it holds for the address that is connected to.
import type { LookupAddress } from 'node:dns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postJson } from './http-post.ts'
import { TargetGuard } from './target-guard.ts'
import { startHttpReceiver, type HttpReceiver } from './testing/http-receiver.ts'

const strict = new TargetGuard({ allowPrivate: [], ports: [80, 443] })

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1%eth0',
    'ff02::1',
    '::127.0.0.1',
    'no address',
  ])('%s is not reached', (address) => {
    expect(strict.allows(address)).toBe(false)
  })

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '192.0.1.1', '::ffff:1.1.1.1', '64:ff9b::101:101', '2606:4700::1111', '2a00::1'])(
    '%s is reached',
    (address) => {
      expect(strict.allows(address)).toBe(true)
    },
  )

  it('may be reached where the configuration says so, and no others', () => {
    const guard = new TargetGuard({ allowPrivate: ['10.1.0.0/16', 'fd00::/8', '192.168.7.7'], ports: [80] })
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1', '192.168.7.7'].filter((address) => guard.allows(address))).toHaveLength(4)
    expect(['10.2.0.1', 'fe80::1', '192.168.7.8', '127.0.0.1'].filter((address) => guard.allows(address))).toEqual([])
  })
})

describe('requests', () => {
  let receiver: HttpReceiver
  let asked: string[]
  beforeEach(async () => {
    receiver = await startHttpReceiver()
    asked = []
  })
  afterEach(() => receiver.close())

  /** A guard whose names resolve to one list after the other. */
  function guardOf(answers: readonly (readonly string[])[], allowPrivate: readonly string[] = []): TargetGuard {
    const resolve = async (host: string): Promise<LookupAddress[]> => {
      asked.push(host)
      const found = answers[Math.min(asked.length, answers.length) - 1] ?? []
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
    return new TargetGuard({ allowPrivate, ports: [receiver.port] }, resolve)
  }

  const post = (url: string, guard: TargetGuard) => postJson({ url: new URL(url), headers: {}, body: {} }, { timeoutMs: 3000, guard })
  const named = () => `http://hook.example:${receiver.port}/x`

  it('do not reach a name that resolves to a private address', async () => {
    await expect(post(named(), guardOf([['127.0.0.1']]))).rejects.toMatchObject({
      rejected: true,
      message: 'hook.example is not a public address; to allow it, set alerts.allow_private_targets',
    })
    expect([asked, receiver.requests]).toEqual([['hook.example'], []])
  })

  it('gain nothing from a name that resolves differently the second time', async () => {
    // The port is closed at the public address's stand-in, so that nothing leaves the machine: 127.0.0.2 is allowed, 127.0.0.1 is not.
    const guard = guardOf([['127.0.0.2'], ['127.0.0.1'], ['127.0.0.1']], ['127.0.0.2'])
    await expect(post(named(), guard)).rejects.toMatchObject({ rejected: false, message: expect.stringContaining('127.0.0.2') })
    // Asked once for a connection: what was checked is what was connected to.
    expect(asked).toEqual(['hook.example'])
    await expect(post(named(), guard)).rejects.toMatchObject({ rejected: true })
    expect(receiver.requests).toEqual([])
  })

  it('take the public ones of several addresses', async () => {
    const guard = guardOf([['10.0.0.1', '169.254.169.254', '127.0.0.1']], ['127.0.0.1'])
    expect(await post(named(), guard)).toBe('ok')
    expect(receiver.requests).toHaveLength(1)
  })

  it('do not reach private addresses that are written out, in any spelling', async () => {
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]']) {
      await expect(post(`http://${host}:${receiver.port}/`, guardOf([]))).rejects.toMatchObject({ rejected: true })
    }
    expect([asked, receiver.requests]).toEqual([[], []])
  })

  it('do not follow redirects', async () => {
    receiver.answer = (_request, response) => void response.writeHead(307, { location: `http://127.0.0.1:${receiver.port}/inner` }).end()
    await expect(post(named(), guardOf([['127.0.0.1']], ['127.0.0.1']))).rejects.toMatchObject({
      rejected: true,
      message: 'HTTP 307: redirects are not followed',
    })
    expect(receiver.requests.map(({ url }) => url)).toEqual(['/x'])
  })

  it('keep to the ports', async () => {
    const guard = new TargetGuard({ allowPrivate: ['127.0.0.1'], ports: [443] })
    await expect(post(`http://127.0.0.1:${receiver.port}/`, guard)).rejects.toMatchObject({
      rejected: true,
      message: expect.stringContaining('alerts.ports'),
    })
  })
})
