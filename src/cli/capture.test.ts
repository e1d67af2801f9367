// The command capture against a server with real jobs, and an agent that does what the test says.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { until } from '../../test/lab/poll.ts'
import { TestAgent } from '../api/testing/test-agent.ts'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { addProvenBucket } from '../app/testing/test-buckets.ts'
import { createToken } from '../app/token/create.ts'
import { numbersIn } from '../capture/testing/numbered-packets.ts'
import type { AgentSummary } from '../contract/agent.ts'
import type { Capture, CaptureStatus } from '../contract/capture.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let server: TestServer
let agent: TestAgent
let folder: string
let out: Buffer[] = []
let err = ''

/** A store that a test may let answer. */
const flows = { ready: true, query: noStore }
async function noStore(): Promise<never> {
  throw new StoreUnavailableError('stopped')
}

beforeAll(async () => {
  server = await startTestServer({ flows })
  folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-cli-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  agent = await TestAgent.connect(server, 'edge-1', 'ord02')
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out.push(Buffer.from(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  // As in a script, wherever the test runs.
  for (const stream of [process.stdout, process.stderr]) terminal(stream, false)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  flows.query = noStore
  agent.close()
  for (const { id } of await api<readonly Capture[]>('GET', 'captures?per_page=100')) await api('DELETE', `captures/${id}`)
  for (const { id } of await api<readonly AgentSummary[]>('GET', 'agents')) await api('DELETE', `agents/${id}`)
  await api('PUT', 'captures/policy', {})
  await server.context.state.deleteFrom('bucket').execute()
})

function terminal(stream: NodeJS.WriteStream, value: boolean): void {
  Object.defineProperty(stream, 'isTTY', { value, configurable: true })
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Output and exit code of a command. */
async function run(...argv: readonly string[]): Promise<Ran> {
  out = []
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), argv)
  process.exitCode = undefined
  return { code, out: Buffer.concat(out).toString(), err }
}
const capture = (...argv: readonly string[]) => run('capture', ...argv)

async function api<T>(method: string, rest: string, body?: unknown): Promise<T> {
  return (await server.call(method, `${server.account}/drawbridge/${rest}`, body)).body.result as T
}

/** The newest job that the agent was told. */
const job = (count = 1) => until('a job', () => (agent.jobs.length >= count ? agent.jobs.at(-1) : undefined))

const is = (id: string, status: CaptureStatus) =>
  until(`capture ${id} to be ${status}`, async () => ((await api<Capture>('GET', `captures/${id}`)).status === status ? true : undefined))

/** A capture that has ended with so many packets. */
async function ended(packets: number): Promise<string> {
  const { id } = await api<Capture>('POST', 'captures', {
    type: 'simple',
    time_limit: 60,
    packet_limit: 1000,
    filter: 'udp',
    drawbridge: {},
  })
  await until('the job', () => agent.jobs.find((one) => one.id === id))
  agent.packets(id, packets)
  agent.done(id)
  await is(id, 'success')
  return id
}

describe('capture start', () => {
  it('asks for what the flags say', async () => {
    const flags = ['--colo', 'ord02', '--colo', 'FRA', '--seconds', '30', '--packets', '20000', '--bytes', '5000', '--sampling', '7']
    const more = ['--snap', '96', '--hook', 'forward', '--interface', 'eth1', '--ethernet', '--mask', '--note', 'ticket 4711']
    const { code, out } = await capture('start', ...flags, ...more, 'udp', 'and', 'dst port 53')
    expect(code).toBe(0)
    const { id } = await job()
    expect(agent.jobs).toMatchObject([
      {
        engine: 'nflog',
        hook: 'forward',
        interface: 'eth1',
        sampling: 7,
        snap_length: 96,
        link: 'ethernet',
        mask_payload: true,
        time_limit: 30,
        byte_limit: 5000,
      },
    ])
    expect(out).toContain(`Capture     ${id}\n`)
    expect(out).toMatch(/^Filter +udp and dst port 53$/m)
    expect(out).toMatch(/^Kept +simple, 1 in 7 packets, 96 bytes of each, with Ethernet headers, payload masked$/m)
    expect(out).toMatch(/^Where +ord02,FRA, at forward of eth1$/m)
    expect(out).toMatch(/^Limits +30 s, 20000 packets, 5 kB$/m)
    expect(out).toMatch(/^Note +ticket 4711$/m)
    expect(out).toMatch(/^ord02 +edge-1 +/m)
    expect(out.endsWith(`Next: drawbridge capture show ${id}\n`)).toBe(true)
  })

  it('waits, and says how it goes and what can be done then', async () => {
    const running = capture('start', '--sampling', '1', '--wait')
    const { id } = await job()
    agent.packets(id, 3)
    agent.progress(id)
    await until('progress', () => (err.includes('running: 3 packets, 300 B, 0 dropped, 1 of 1 agents at work') ? true : undefined))
    agent.done(id)
    const { code, out } = await running
    expect(code).toBe(0)
    expect(out).toMatch(/^Status +success$/m)
    expect(out.endsWith(`Next: drawbridge capture download ${id}\n`)).toBe(true)
  })

  it('fails when the capture does; nothing that an edge host says moves the cursor', async () => {
    const running = capture('start', '--wait', '--json')
    const { id } = await job()
    agent.done(id, { state: 'failed', end: 'failed', error: 'no nft\u001B[2J; apt install nftables' })
    const { code, out } = await running
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ id, status: 'failed' })
    const shown = await capture('show', id)
    expect(shown.code).toBe(0)
    expect(shown.out).toContain('edge-1: no nft [2J; apt install nftables')
  })

  it('leaves the capture alone when nobody waits any longer', async () => {
    const running = capture('start', '--wait')
    const { id } = await job()
    await until('progress', () => (err === '' ? undefined : true))
    process.emit('SIGINT')
    const { code, err: told } = await running
    expect(code).toBe(130)
    expect(told).toContain(`The capture goes on.\nNext: drawbridge capture stop ${id}\n`)
    expect(agent.stopped).toEqual([])
  })

  it('shows where a filter is wrong', async () => {
    const { code, err } = await capture('start', 'udp', 'and', 'prot 53')
    expect(code).toBe(1)
    const [first, line, carets, expected, next] = err.split('\n')
    expect(first).toMatch(/^drawbridge: Invalid filter: .*prot/)
    expect([line, carets]).toEqual(['  udp and prot 53', '          ^^^^'])
    expect(expected).toMatch(/^ {2}expected: src, dst, /)
    expect(next).toBe('Next: drawbridge capture fields')
    const long = `${'src 192.0.2.1 or '.repeat(20)}port x or udp ${'or tcp '.repeat(20)}`
    const [, cutLine = '', cutCarets = ''] = (await capture('preview', long)).err.split('\n')
    expect(cutLine.slice(cutCarets.indexOf('^'), cutCarets.length)).toBe('x')
    expect(cutLine.length).toBeLessThan(90)
  })

  it('fails where it must, and says what to do', async () => {
    for (const [argv, code, message] of failures) {
      const ran = await capture(...argv)
      expect([argv, ran.code, ran.out]).toEqual([argv, code, ''])
      expect(ran.err).toContain(message)
    }
    expect(agent.jobs).toEqual([])
  })

  const failures: readonly (readonly [readonly string[], number, string])[] = [
    [['start', '--full'], 2, 'a full capture needs a bucket\nNext: drawbridge bucket list'],
    [['start', '--seconds', '0'], 2, "option '--seconds <number>' argument '0' is invalid. must be a whole number from 1 on"],
    [['start', '--seconds', '301'], 1, 'time_limit must be a whole number from 1 to 300 for simple captures'],
    [['start', '--hook', 'here'], 2, 'Allowed choices are prerouting'],
    [['start', '--colo', 'LHR'], 1, 'no agent is connected at LHR; connected: edge-1 (ord02)\nNext: drawbridge agents'],
    [['start', '--full', '--destination', 's3://other/d?region=us-east-1'], 1, 'Next: drawbridge bucket list, and drawbridge bucket add'],
    [['show', '../agents'], 2, '"../agents" is no id of a capture\nNext: drawbridge capture list'],
    [['show', '0'.repeat(32)], 1, `there is no capture ${'0'.repeat(32)}\nNext: drawbridge capture list`],
    [['download', '0'.repeat(32), '--format', 'exe'], 2, 'Allowed choices are pcap, pcapng'],
    [['tail', '0'.repeat(32), '--colo', 'ORD', '--mask'], 2, '--colo, --mask: this capture has begun already'],
    [['tail', '0'.repeat(32)], 1, `there is no capture ${'0'.repeat(32)}`],
  ]

  it('sends full captures to their bucket', async () => {
    await addProvenBucket(server.context, 's3://pcaps/edge?region=us-east-1')
    const to = ['--full', '--destination', 's3://pcaps/edge?region=us-east-1']
    expect((await capture('start', 'tcp', ...to)).code).toBe(0)
    expect(await job()).toMatchObject({ sampling: 1, snap_length: 65_535, packet_limit: null, delivery: { kind: 's3', bucket: 'pcaps' } })
  })

  it('names the scopes that are missing', async () => {
    const { secret } = await createToken(server.context, server.context.local, { name: 'reader', scopes: ['captures:read'] })
    const { code, err } = await capture('start', '--token', secret)
    expect(code).toBe(1)
    expect(err).toContain('Next: drawbridge token create --name cli --scope captures:write captures:packets')
    expect((await capture('list', '--token', secret)).code).toBe(0)
  })
})

describe('capture list, show, stop, manifest and remove', () => {
  it('do what they say', async () => {
    expect((await capture('list')).out).toContain('Next: drawbridge capture start')
    const { id } = JSON.parse((await capture('start', 'tcp', '--json')).out) as Capture
    await job()
    const over = await ended(2)
    expect((await capture('list')).out).toMatch(
      new RegExp(`^SUBMITTED .*\\n.* simple +success +\\* +2 +200 B +${over} +udp\\n.* pending +.* ${id} +tcp\\n$`),
    )
    expect((await capture('list', '--running')).out).not.toContain(over)
    expect(JSON.parse((await capture('list', '--count', '1', '--json')).out)).toMatchObject([{ id: over }])
    expect((await capture('stop', id)).out).toMatch(/^Status +\w+, stopping$/m)
    await until('the stop', () => (agent.stopped.includes(id) ? true : undefined))
    agent.done(id, { end: 'stopped' })
    await is(id, 'success')
    expect((await capture('stop', id)).err).toContain('it is over')
    expect(JSON.parse((await capture('manifest', over)).out)).toMatchObject({ file: { packets: 2 } })
    expect((await capture('remove', over)).out).toBe(`Capture ${over} is removed.\n`)
    expect((await capture('show', over)).code).toBe(1)
  })

  it('list more than a page of the API', async () => {
    const { state } = server.context
    const { id } = await api<Capture>('POST', 'captures', { type: 'simple', time_limit: 60, packet_limit: 9, drawbridge: {} })
    const { position: _, ...row } = await state.selectFrom('capture').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const rows = Array.from({ length: 120 }, (_, index) => ({ ...row, id: index.toString(16).padStart(32, '0'), status: 'success' }))
    await state.insertInto('capture').values(rows).execute()
    const listed = async (count: number) => JSON.parse((await capture('list', '--count', String(count), '--json')).out) as Capture[]
    expect(await listed(500)).toHaveLength(121)
    expect(await listed(110)).toHaveLength(110)
    await state.deleteFrom('capture').where('status', '=', 'success').execute()
  })
})

describe('capture download', () => {
  const theirs = async (id: string, query: string) => {
    const response = await fetch(`${server.account}/drawbridge/captures/${id}/download?${query}`, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    return Buffer.from(await response.arrayBuffer())
  }

  it('writes the very bytes of the API, to a file or standard output', async () => {
    const id = await ended(500)
    const file = path.join(folder, 'edge.pcap')
    const { code, out: told } = await capture('download', id, '--output', file)
    const bytes = await theirs(id, 'format=pcap')
    expect([code, told]).toEqual([0, `${file}: ${bytes.length} bytes\n`])
    expect((await readFile(file)).equals(bytes)).toBe(true)
    expect(numbersIn(bytes)).toHaveLength(500)
    await capture('download', id, '--output', '-', '--format', 'pcapng')
    expect(Buffer.concat(out).equals(await theirs(id, 'format=pcapng'))).toBe(true)
    await capture('download', id, '--output', '-', '--agent', 'edge-1')
    expect(Buffer.concat(out).equals(await theirs(id, `agent=${agent.id}`))).toBe(true)
  })

  it('replaces nothing unless told', async () => {
    const id = await ended(1)
    const file = path.join(folder, `pcap_${id}.pcap`)
    expect((await capture('download', id, '--output', file)).code).toBe(0)
    const again = await capture('download', id, '--output', file)
    expect([again.code, again.err]).toEqual([
      2,
      `drawbridge: ${file} is there already\nNext: the same command with --force to replace it, or with another name\n`,
    ])
    expect((await capture('download', id, '--output', file, '--force')).code).toBe(0)
  })

  it('leaves no file behind when there is nothing to fetch', async () => {
    const { id } = await api<Capture>('POST', 'captures', { type: 'simple', time_limit: 60, packet_limit: 9, drawbridge: {} })
    const file = path.join(folder, 'none.pcap')
    const { code, err } = await capture('download', id, '--output', file)
    expect(code).toBe(1)
    expect(err).toContain(`capture ${id} is pending: it still runs`)
    const other = await capture('download', id, '--output', file, '--agent', 'edge-9')
    expect(other.err).toContain('"edge-9" has no part in this capture; it has edge-1')
    expect((await readdir(folder)).filter((name) => name.startsWith('none'))).toEqual([])
  })
})

describe('capture tail', () => {
  it('begins a capture of every packet, writes them as they come, and stops it when it is told to end', async () => {
    const running = capture('tail', 'udp', '--packets', '50')
    const { id } = await job()
    expect(agent.jobs).toMatchObject([{ sampling: 1, snap_length: 65_535, time_limit: 300 }])
    agent.packets(id, 4)
    const bytes = 24 + 4 * 116
    await until('four packets', () => (Buffer.concat(out).length >= bytes ? true : undefined))
    expect(numbersIn(Buffer.concat(out))).toEqual([0, 1, 2, 3])
    process.emit('SIGTERM')
    await until('the stop', () => (agent.stopped.includes(id) ? true : undefined))
    agent.done(id, { end: 'stopped' })
    const { code, err } = await running
    expect(code).toBe(0)
    expect(err).toMatch(new RegExp(`^capture ${id} has started\\n.*4 packets, 400 B, .*\\nNext: drawbridge capture download ${id}\\n$`))
  })

  it('keeps to what the account allows', async () => {
    await capture('policy', '--snap-length-cap', '128')
    const running = capture('tail')
    const { id, snap_length } = await job()
    expect(snap_length).toBe(128)
    agent.done(id)
    expect((await running).code).toBe(0)
  })

  it('follows one that runs, and leaves it alone', async () => {
    const { id } = await api<Capture>('POST', 'captures', { type: 'simple', time_limit: 60, packet_limit: 9, drawbridge: {} })
    await job()
    agent.packets(id, 2)
    const running = capture('tail', id)
    await until('two packets', () => (Buffer.concat(out).length >= 24 + 2 * 116 ? true : undefined))
    process.emit('SIGINT')
    expect((await running).code).toBe(0)
    expect(agent.stopped).toEqual([])
  })

  it('says that the capture has failed', async () => {
    const running = capture('tail')
    const { id } = await job()
    agent.done(id, { state: 'failed', end: 'failed', error: 'no nft' })
    const { code, err } = await running
    expect(code).toBe(1)
    expect(err).toMatch(new RegExp(`the capture has failed: .*no nft.*\\nNext: drawbridge capture show ${id}\\n$`))
  })

  it('is no text for a terminal', async () => {
    terminal(process.stdout, true)
    const { code, err } = await capture('tail', 'udp')
    expect([code, err]).toEqual([
      2,
      'drawbridge: packets are no text for a terminal\nNext: the same command with | tcpdump -nr - behind it\n',
    ])
    expect(agent.jobs).toEqual([])
  })
})

describe('capture preview, fields and policy', () => {
  it('say what a filter would catch, and how agents would put it', async () => {
    const { code, out } = await capture('preview', 'udp and dst port 53')
    expect(code).toBe(0)
    expect(out).toMatch(/^Filter +udp and dst port 53$/m)
    expect(out).toMatch(/^Expected +unknown: no flow of the last 5 minutes tells$/m)
    expect(out).toMatch(/^Agents +edge-1 \(ord02\)$/m)
    expect(out).toMatch(/^BPF +.*53/m)
    expect(out).toContain('meta l4proto 17')
    expect(agent.jobs).toEqual([])
    // 1000 packets of 1000 bytes a second over 5 minutes.
    const row = { flow_count: 7, packet_sum: 300_000, bit_sum: 300_000 * 8000 }
    flows.query = async () => ({ rows: [row] }) as never
    const flags = ['--sampling', '10', '--snap', '100', 'flags syn']
    expect((await capture('preview', ...flags)).out).toMatch(/^Expected +1 kp\/s, 8 Mb\/s on the wire; captured 100 p\/s, 10 kB\/s$/m)
    expect(JSON.parse((await capture('preview', '--json')).out)).toMatchObject({ filter: null, packets_per_second: 1000 })
  })

  it('show the filter language without a server', async () => {
    vi.stubEnv('DRAWBRIDGE_TOKEN', '')
    const { code, out } = await capture('fields')
    expect(code).toBe(0)
    expect(out).toMatch(/^dst, destination, dst\.ip, ip\.dst +Destination address or prefix +dst in /m)
    expect(out).toMatch(/^in not in +/m)
  })

  it('show and change what the account allows', async () => {
    expect((await capture('policy')).out).toMatch(/^Bytes of each packet at most +65535\nPayload +kept unless asked otherwise\n/)
    const { code } = await capture('policy', '--mask-payload', 'yes', '--expire-days', '7')
    expect(code).toBe(0)
    expect(JSON.parse((await capture('policy', '--full-download', 'yes', '--json')).out)).toEqual({
      snap_length_cap: 65_535,
      mask_payload: true,
      expire_days: 7,
      full_download: true,
    })
  })
})
