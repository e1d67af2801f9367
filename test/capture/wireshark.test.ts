// Packets of all edges in the tools that people have: tshark takes the interface `drawbridge` like one of its own, tcpdump
// reads what `capture tail` writes, and a capture ends with the program that looked at it.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startTestServer, type TestServer } from '../../src/api/testing/test-server.ts'
import { insertAgent } from '../../src/capture/hub/enrolments.ts'
import { silent } from '../../src/capture/testing/hub-scene.ts'
import type { Capture } from '../../src/contract/capture.ts'
import { SimulatedEdges } from '../../src/sim/edges.ts'
import { until } from '../lab/poll.ts'
import { needs, repository } from '../requirements.ts'

const skip = needs({ root: true, commands: ['tshark', 'dumpcap', 'tcpdump', 'unshare', 'mount'] })
const execute = promisify(execFile)
const drawbridge = join(repository, 'bin', 'drawbridge')

describe.skipIf(skip !== undefined)('live packets', () => {
  let server: TestServer
  let edges: SimulatedEdges
  let folder = ''
  let env: NodeJS.ProcessEnv = {}
  /** Where this tshark looks for extcaps. */
  let installed = ''
  const extcaps = () => join(folder, 'extcap')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-wireshark-'))
    server = await startTestServer()
    const names = ['edge-1', 'edge-2']
    const agents = names.map(async (name, index) => {
      const agent = { account: 1, name, colo: `ord0${index + 1}`, facts: null }
      const { id, token } = await insertAgent(server.context.state, agent, Date.now())
      await server.context.agents.changed(id)
      return { name, token }
    })
    edges = new SimulatedEdges({ server: server.url, edges: await Promise.all(agents) }, { log: silent })
    await edges.start()
    await until('the edges to connect', () => (edges.connected === names.length ? true : undefined))
    env = { ...process.env, DRAWBRIDGE_URL: server.url, DRAWBRIDGE_TOKEN: server.token, HOME: folder }
    await execute(drawbridge, ['extcap', '--install', extcaps()], { env })
    const { stdout } = await execute('tshark', ['-G', 'folders'], { env })
    installed = /^(?:Global )?Extcap path:\s+(\S.*)$/im.exec(stdout)?.[1] ?? ''
  })
  afterAll(async () => {
    await edges?.stop()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** tshark with our folder where the one of its installation is: 4.0 has no other, and 4.2 and newer look there too. */
  async function tshark(
    argv: readonly string[],
    more: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const script = 'mount --bind "$1" "$2" && shift 2 && exec tshark "$@"'
    const mounted = ['--mount', 'sh', '-c', script, 'sh', extcaps(), installed]
    return await execute('unshare', [...mounted, ...argv], { env: { ...env, ...more }, timeout: 60_000 })
  }

  /** What a file holds: one line of these fields for each packet. */
  async function fieldsOf(file: string, fields: readonly string[]): Promise<readonly string[][]> {
    const { stdout } = await execute('tshark', ['-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], { env })
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
  }

  /** The newest capture, when it is over. */
  async function lastCapture(): Promise<Capture> {
    return await until('the capture to end', async () => {
      const { body } = await server.call('GET', `${server.account}/drawbridge/captures?per_page=1`)
      const [capture] = body.result as readonly Capture[]
      return capture !== undefined && capture.ended_at !== null ? capture : undefined
    })
  }

  /** A pipe of programs; it fails when one of them does. */
  async function pipe(script: string, ...argv: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return await execute('bash', ['-c', `set -o pipefail; ${script}`, 'bash', drawbridge, ...argv], { env })
  }

  it('are an interface of tshark, with options and a capture filter; the capture ends with tshark', async () => {
    expect((await tshark(['-D'])).stdout).toMatch(/^\d+\. drawbridge \(Drawbridge: packets of all edges\)$/m)
    const file = join(folder, 'live.pcapng')
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, `${server.token}\n`, { mode: 0o600 })
    const options = ['filter:tcp', 'colo:ord', 'snap:60', 'seconds:200', `tokenfile:${tokenFile}`].flatMap((one) => [
      '-o',
      `extcap.drawbridge.${one}`,
    ])
    await tshark(['-i', 'drawbridge', '-f', 'dst port 443', ...options, '-c', '20', '-w', file], { DRAWBRIDGE_TOKEN: '' })
    const packets = await fieldsOf(file, ['ip.proto', 'ipv6.nxt', 'tcp.dstport', 'frame.cap_len'])
    expect(packets).toHaveLength(20)
    for (const [four, six, port, length] of packets) expect([four || six, port, Number(length) <= 60]).toEqual(['6', '443', true])
    const capture = await lastCapture()
    expect(capture).toMatchObject({
      filter: '(tcp) and (dst port 443)',
      colo_name: 'ord',
      time_limit: 200,
      status: 'success',
      extension: { sampling: 1, snap_length: 60 },
    })
    expect(capture.agents.map(({ end }) => end)).toEqual(['stopped', 'stopped'])
  })

  it('do not come for a wrong filter, and tshark says why', async () => {
    const file = join(folder, 'wrong.pcapng')
    const wrong = tshark(['-i', 'drawbridge', '-o', 'extcap.drawbridge.filter:prot 53', '-w', file])
    const { stderr } = await wrong.catch((error: unknown) => error as { readonly stderr: string })
    expect(stderr).toMatch(/Invalid filter: .*prot.*\n {2}prot 53\n {2}\^{4}\n/)
  })

  it('go through a pipe into tcpdump until it has enough', async () => {
    const { stdout, stderr } = await pipe('"$1" capture tail "$2" | tcpdump --immediate-mode -nr - -c 30', 'udp')
    expect(stdout.trimEnd().split('\n')).toHaveLength(30)
    expect(stderr).toMatch(/capture [0-9a-f]{32} has started/)
    expect((await lastCapture()).agents.map(({ end }) => end)).toEqual(['stopped', 'stopped'])
  })

  it('are no longer captured when the reader has left, also when none comes', async () => {
    // The header of the file is 24 bytes; nobody sends to port 9.
    await pipe('"$1" capture tail "$2" | head -c 24 > "$3"', 'udp and dst port 9', join(folder, 'header'))
    expect(await lastCapture()).toMatchObject({ packets: 0, status: 'success', filter: 'udp and dst port 9' })
  })
})
