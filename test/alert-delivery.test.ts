// Alerts reach a real HTTP receiver and a real SMTP server, START and END: of a rule that fires on real datagrams; and each
// once by its key although the receivers are down for a while and the server is killed in between.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { startHttpReceiver, type HttpReceiver } from '../src/notify/testing/http-receiver.ts'
import { startMailReceiver, type MailReceiver } from '../src/notify/testing/mail-receiver.ts'
import { LabProcess } from './lab/lab-process.ts'
import { until } from './lab/poll.ts'
import { needs, repository } from './requirements.ts'

const skip = needs({ paths: ['node_modules/chdb'] })
const command = join(repository, 'bin', 'drawbridge')

/** A minute is what an operator may take; the tries in it are those of the first seconds. */
const downMs = Number(process.env['DRAWBRIDGE_TEST_RECEIVER_DOWN_MS'] ?? 8000)

/** What the simulated router sends from. */
const router = '127.0.0.2'

interface HistoryEntry {
  readonly mechanism_type: string
  readonly drawbridge: { readonly state: string; readonly alert_event: string; readonly attempts: number; readonly error: string | null }
}

describe.skipIf(skip !== undefined)('alerts', () => {
  let http: HttpReceiver
  let mail: MailReceiver
  let data: string
  let server: LabProcess
  let token: { readonly secret: string; readonly account_id: string }

  beforeEach(async () => {
    http = await startHttpReceiver()
    mail = await startMailReceiver()
    data = await mkdtemp(join(tmpdir(), 'drawbridge-alerts-'))
    await start()
    const { stdout } = await promisify(execFile)(command, ['token', 'create', '--data', data, '--json'])
    // The command prints the token that it made.
    token = JSON.parse(stdout) as typeof token
  })
  afterEach(async () => {
    try {
      await server.stop('SIGTERM', 60_000)
    } finally {
      await http.close()
      await mail.close()
      await rm(data, { recursive: true, force: true })
    }
  })

  /** Starts the server, also again on what it left. */
  async function start(): Promise<void> {
    const settings = {
      'http.port': 0,
      'collect.listen': '127.0.0.1:0',
      'collect.receive_buffer_mib': 1,
      'collect.seal_seconds': 0.5,
      'enrich.asn': 'off',
      'enrich.country': 'off',
      'log.level': 'error',
      'alerts.allow_private_targets': '127.0.0.0/8',
      'alerts.ports': http.port,
      'alerts.smtp.host': '127.0.0.1',
      'alerts.smtp.port': mail.port,
      'alerts.smtp.tls': 'off',
      'alerts.smtp.from': 'alerts@drawbridge.example',
    }
    const flags = Object.entries(settings).flatMap(([path, value]) => ['--set', `${path}=${value}`])
    server = new LabProcess({ command, args: ['serve', '--data', data, ...flags] })
    await server.waitFor(/running at (http:\S+)/, 100_000)
  }

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const [, url] = await server.waitFor(/running at (http:\S+)/)
    const response = await fetch(`${url}/client/v4/accounts/${token.account_id}${path}`, {
      method,
      headers: { authorization: `Bearer ${token.secret}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const envelope = (await response.json()) as { success: boolean; errors: unknown; result: T }
    if (!envelope.success) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(envelope.errors)}`)
    return envelope.result
  }

  /** Ends the server itself, not the script that started it, without any warning. */
  async function kill(): Promise<void> {
    const pid = server.child.pid ?? 0
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number)
    for (const child of [...children, pid]) process.kill(child, 'SIGKILL')
    await server.ended()
  }

  /** To both receivers. @returns its id */
  async function makePolicy(): Promise<string> {
    const hook = { name: 'receiver', url: `${http.origin}/hook`, secret: 'the secret' }
    const { id } = await api<{ id: string }>('POST', '/alerting/v3/destinations/webhooks', hook)
    expect(http.requests.splice(0)).toHaveLength(1)
    const mechanisms = { webhooks: [{ id }], email: [{ id: 'noc@example.com' }] }
    const policy = { name: 'all', alert_type: 'fbm_volumetric_attack', enabled: true, mechanisms }
    return (await api<{ id: string }>('POST', '/alerting/v3/policies', policy)).id
  }

  const history = () => api<HistoryEntry[]>('GET', '/alerting/v3/history')
  const tries = async () => (await history()).map(({ drawbridge }) => drawbridge.attempts).reduce((sum, count) => sum + count, 0)

  it('tell of a rule that fires and is calm again, with who took part', { timeout: 300_000 }, async () => {
    await makePolicy()
    await api('POST', '/drawbridge/routers', { address: router })
    await api('POST', '/mnm/rules', {
      name: 'too_many_packets',
      type: 'threshold',
      automatic_advertisement: false,
      prefixes: ['203.0.113.0/24', '198.51.100.0/24'],
      packet_threshold: 1,
      duration: '5s',
      drawbridge: { calm_seconds: 5 },
    })
    const [, port] = await server.waitFor(/taken on UDP 127\.0\.0\.1:(\d+)/)
    const flags = ['--protocol', 'sflow5', '--to', `127.0.0.1:${port}`, '--from', router, '--records', '40000', '--rate', '2000']
    await promisify(execFile)(command, ['simulate', ...flags], { timeout: 90_000 })
    await until('START and END at both', () => (http.requests.length === 2 && mail.mails.length === 2 ? true : undefined), 90_000)
    const [start = {}, end] = http.requests.map(({ body }) => body)
    expect(start).toMatchObject({
      name: 'Magic Network Monitoring: Volumetric Attack',
      alert_type: 'fbm_volumetric_attack',
      alert_event: 'ALERT_STATE_EVENT_START',
      data: { rule_name: 'too_many_packets', rule_threshold: '1', rule_duration: '5s', threshold: '1 pps', auto_advertised: false },
    })
    expect(end).toMatchObject({ alert_event: 'ALERT_STATE_EVENT_END', alert_correlation_id: start['alert_correlation_id'] })
    const { top_sources, link } = start['data'] as { top_sources: { value: string; share: number }[]; link: string }
    expect(top_sources).toHaveLength(5)
    expect(new URL(link).pathname).toBe(`/incidents/${String(start['alert_correlation_id'])}`)
    expect(mail.mails.map(({ to }) => to)).toEqual([['noc@example.com'], ['noc@example.com']])
  })

  it('are delivered once each, START and END, whatever is down or killed meanwhile', { timeout: downMs + 300_000 }, async () => {
    const policy_id = await makePolicy()

    // Nobody takes anything.
    const began = Date.now()
    await http.close()
    await mail.close()
    const test = await api<{ deliveries: number }>('POST', '/drawbridge/alerts/test', { policy_id })
    expect(test.deliveries).toBe(2)
    await until('a failed try of both', async () => ((await tries()) >= 2 ? true : undefined))
    await kill()
    await start()
    const before = await tries()
    expect(before).toBeGreaterThanOrEqual(2)
    await until('further tries after the kill', async () => ((await tries()) > before ? true : undefined))
    await until('the end of the outage', () => (Date.now() - began > downMs ? true : undefined), downMs + 60_000)

    // A receiver that takes the first request and never answers: the server is killed while it waits.
    const { port } = http
    http = await startHttpReceiver(port)
    http.answer = () => undefined
    await until('a request under way', () => (http.requests.length > 0 ? true : undefined), 90_000)
    await kill()
    http.answer = (_request, response) => void response.end('ok')
    mail = await startMailReceiver({}, mail.port)
    await start()
    await until(
      'all of it delivered',
      async () => ((await history()).every(({ drawbridge }) => drawbridge.state === 'sent') ? true : undefined),
      90_000,
    )

    const posts = http.requests.map(({ headers, body }) => ({ key: String(headers['idempotency-key']), phase: body['alert_event'] }))
    // The START came twice, by its key it is one.
    expect(posts.map(({ phase }) => phase)).toEqual(['ALERT_STATE_EVENT_START', 'ALERT_STATE_EVENT_START', 'ALERT_STATE_EVENT_END'])
    expect(posts[0]?.key).toBe(posts[1]?.key)
    expect(new Set(posts.map(({ key }) => key)).size).toBe(2)
    expect(http.requests.at(-1)).toMatchObject({ headers: { 'cf-webhook-auth': 'the secret' }, body: { policy_id, data: { test: true } } })
    expect(mail.mails.map(({ headers }) => headers.get('subject')?.startsWith('[Drawbridge] Ended: '))).toEqual([false, true])
    const [started, ended] = mail.mails
    expect(ended?.headers.get('references')).toBe(started?.headers.get('message-id'))
    expect(await history()).toHaveLength(4)

    // Neither the secret nor the address of the webhook is in the log, nor the secret anywhere in the data folder.
    expect(server.output).not.toMatch(/the secret|\/hook/)
    const files = (await readdir(data)).filter((name) => name.startsWith('state'))
    expect(files.length).toBeGreaterThan(0)
    for (const name of files) expect((await readFile(join(data, name))).includes('the secret')).toBe(false)
  })
})
