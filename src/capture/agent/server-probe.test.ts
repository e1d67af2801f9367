import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { agentConfigSchema, type AgentConfig, type AgentConfigInput } from '../../contract/agent-config.ts'
import { sceneAgent } from '../testing/agent-scene.ts'
import { HubScene } from '../testing/hub-scene.ts'
import { authority, clientCertificate, clientKey, serverCertificate, serverKey } from '../testing/tls-certificates.ts'
import { ServerAddressError, socketUrl } from './server-address.ts'
import { probeServer } from './server-probe.ts'

describe('the way to the server', () => {
  const scene = new HubScene()
  let folder: string
  let tls: Server
  let port: number
  let id: string
  let token: string
  let files: { ca: string; client_certificate: string; client_key: string }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'probe-'))
    files = {
      ca: path.join(folder, 'ca.pem'),
      client_certificate: path.join(folder, 'client.pem'),
      client_key: path.join(folder, 'client.key'),
    }
    await writeFile(files.ca, authority)
    await writeFile(files.client_certificate, clientCertificate)
    await writeFile(files.client_key, clientKey)
    await scene.start()
    const agent = await scene.agent('edge')
    id = agent.id
    token = agent.token
    // As a proxy that asks for client certificates.
    tls = createServer({ cert: serverCertificate, key: serverKey, ca: authority, requestCert: true, rejectUnauthorized: true })
    tls.on('upgrade', (request, socket, head) => scene.hub.upgrade(request, socket, head))
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
    port = (tls.address() as AddressInfo).port
  })

  afterAll(async () => {
    tls.closeAllConnections()
    await new Promise((resolve) => tls.close(resolve))
    await scene.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const config = (changes: Partial<AgentConfigInput>): AgentConfig =>
    agentConfigSchema.parse({ server: `https://127.0.0.1:${port}`, token, ...changes })
  const findings = async (changes: Partial<AgentConfigInput>) => {
    const asked = config(changes)
    return await probeServer(asked, asked.token)
  }

  it('is good: TLS with both certificates, a token that is valid, a clock that agrees', async () => {
    const [server, clock] = await findings(files)
    expect(server).toMatchObject({ id: 'server', state: 'ok', message: expect.stringContaining('by TLS') as string })
    expect(clock).toMatchObject({ id: 'server_clock', state: 'ok' })
  })

  it('does not disturb an agent that is connected', async () => {
    const { agent } = sceneAgent(id, config(files))
    await agent.start()
    try {
      await until('the connection', () => (agent.isConnected ? true : undefined))
      expect(await findings(files)).toMatchObject([{ state: 'ok' }, { state: 'ok' }])
      expect([agent.isConnected, scene.hub.counters().replaced]).toEqual([true, 0])
    } finally {
      await agent.stop()
    }
  })

  it.each([
    ['an authority that is not known', { ca: null }, /name the authority’s file in the option ca/],
    ['no client certificate', { client_certificate: null, client_key: null }, /cannot be used: /],
    ['a certificate for another name', { server: 'https://localhost:PORT' }, /for another name/],
    ['a token that is not valid', { token: 'A'.repeat(43) }, /does not know this token; enrol again/],
    ['a file that is missing', { ca: '/nonexistent/ca.pem' }, /ca: .*ENOENT/],
    ['a file that is no PEM file', { ca: import.meta.filename }, /is not a PEM file/],
    ['half a client certificate', { client_key: null }, /belong together/],
    ['a server that does not speak TLS', { server: 'https://127.0.0.1:PLAIN' }, /does not speak TLS/],
    ['a server that is not there', { server: 'https://127.0.0.1:1' }, /nothing listens there/],
  ] as const)('says what is wrong with %s', async (_name, changes, reason) => {
    const server =
      'server' in changes
        ? changes.server.replace('PORT', String(port)).replace('PLAIN', new URL(scene.url).port)
        : `https://127.0.0.1:${port}`
    const found = await findings({ ...files, ...changes, server })
    expect(found).toEqual([{ id: 'server', state: 'failed', message: expect.stringMatching(reason) as string, command: null }])
    expect(found[0]?.message).not.toContain(token)
  })

  it.each(['http://192.0.2.1:8080', 'ws://drawbridge.example.net', 'http://localhost.example.net', 'http://127.0.0.1.example.net'])(
    'does not go without TLS to another host, unless that is allowed: %s',
    (server) => {
      expect(() => socketUrl(config({ server }))).toThrow(ServerAddressError)
      expect(socketUrl(config({ server, allow_plaintext: true })).protocol).toBe('ws:')
    },
  )

  it.each([
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/drawbridge/agent'],
    ['http://[::1]:8080', 'ws://[::1]:8080/drawbridge/agent'],
    ['https://drawbridge.example.net/behind/a/path/', 'wss://drawbridge.example.net/behind/a/path/drawbridge/agent'],
    ['wss://drawbridge.example.net', 'wss://drawbridge.example.net/drawbridge/agent'],
  ])('goes from %s to %s', (server, url) => {
    expect(socketUrl(config({ server })).href).toBe(url)
  })
})
