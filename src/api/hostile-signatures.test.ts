// The API is held to tables of hostile requests about signatures: each is refused with its own reason, nothing is written, and an
// upload ends while it comes.
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import { attackPackets, fileOf } from '../signature/jobs/testing/attack-packets.ts'
import { eventually } from './testing/eventually.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const nobody = '0'.repeat(32)
const mebibyte = 1_048_576

let server: TestServer
let file: string
let signature: string
beforeAll(async () => {
  server = await startTestServer({ settings: { signatures: { upload_mib: 2, keep_mib: 16 } } })
  const uploaded = await post(fileOf(attackPackets(40)))
  file = (uploaded.body.result as { id: string }).id
  // It fails for lack of samples, which is of no matter: a change is refused before anybody looks.
  const samples = { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z' }
  const { body } = await call('POST', '', { name: 'one', attack: { samples } })
  signature = (body.result as { id: string }).id
  await server.context.signatures.idle()
})
afterAll(async () => {
  await server.close()
})

const path = (rest: string) => `${server.account}/drawbridge/signatures${rest}`
const call = (method: string, rest: string, body?: unknown) => server.call(method, path(rest), body)
async function post(body: BodyInit, query = '?name=attack.pcap', token = server.token) {
  const init = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body, duplex: 'half' }
  const response = await fetch(path(`/files${query}`), init)
  // The envelope of the API.
  return { status: response.status, body: (await response.json()) as { errors: { code: number; message: string }[]; result: unknown } }
}

/** Bodies of a request to derive; `FILE` stands for the id of a file that is there. */
const bodies: readonly (readonly [body: unknown, code: number, reason: string])[] = [
  [{}, 20_041, 'attack'],
  [null, 20_041, 'must be a JSON object'],
  [[], 20_041, 'must be a JSON object'],
  ['file', 20_041, 'must be a JSON object'],
  [{ attack: null }, 20_041, 'attack must be a JSON object'],
  [{ attack: {} }, 20_041, 'attack must be an object with one of capture, incident, file, samples'],
  [{ attack: { file: 'FILE', capture: nobody } }, 20_041, 'one of capture'],
  [{ attack: { file: '../../etc/passwd' } }, 20_041, 'attack.file must be 32 hex digits'],
  [{ attack: { file: ['FILE'] } }, 20_041, 'attack.file must be an id'],
  [{ attack: { file: 'FILE\u0000' } }, 20_041, 'attack.file must be 32 hex digits'],
  [{ attack: { file: 'A'.repeat(32) } }, 20_041, 'attack.file must be 32 hex digits'],
  [{ attack: { file: nobody } }, 20_041, 'there is no uploaded file'],
  [{ attack: { path: '/etc/passwd' } }, 20_041, 'there is no field path'],
  [{ attack: { before: 6 } }, 20_041, 'there is no field before'],
  [{ attack: { capture: nobody } }, 20_020, 'there is no capture'],
  [{ attack: { incident: nobody } }, 20_004, 'there is no incident'],
  [{ attack: { file: 'FILE' }, baseline: {} }, 20_041, 'baseline must be an object with one of'],
  [{ attack: { file: 'FILE' }, baseline: { file: nobody } }, 20_041, 'there is no uploaded file'],
  [{ attack: { file: 'FILE' }, baseline: { incident: nobody } }, 20_004, 'there is no incident'],
  [{ attack: { file: 'FILE' }, baseline: { before: 6 } }, 20_041, 'before needs a time'],
  [{ attack: { file: 'FILE' }, baseline: { before: -1 } }, 20_041, 'baseline.before must be'],
  [{ attack: { file: 'FILE' }, baseline: { before: 1e9 } }, 20_041, 'baseline.before must be'],
  [{ attack: { file: 'FILE' }, baseline: { before: '6' } }, 20_041, 'baseline.before must be hours'],
  [{ attack: { samples: {} } }, 20_041, 'attack.samples.from must be a time'],
  [{ attack: { samples: { from: 'yesterday', to: 'today' } } }, 20_041, 'attack.samples.from must be a time'],
  [{ attack: { samples: { from: '2026-01-01T11:00:00Z', to: '2026-01-01T11:00:00Z' } } }, 20_041, 'samples.to must be after'],
  [{ attack: { samples: { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z', filter: 'udp; flush ruleset' } } }, 20_026, 'filter'],
  [{ attack: { samples: { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z', filter: 'x'.repeat(5000) } } }, 20_041, '4096'],
  [{ attack: { samples: { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z', filter: 5 } } }, 20_041, 'attack.samples.filter'],
  [{ attack: { file: 'FILE' }, max_false: -0.1 }, 20_041, 'max_false must be at least 0'],
  [{ attack: { file: 'FILE' }, max_false: 1.1 }, 20_041, 'max_false must be at most 1'],
  [{ attack: { file: 'FILE' }, max_false: '0' }, 20_041, 'max_false must be a number'],
  [{ attack: { file: 'FILE' }, min_recall: 2 }, 20_041, 'min_recall must be at most 1'],
  [{ attack: { file: 'FILE' }, max_parts: 0 }, 20_041, 'max_parts must be a whole number from 1 to 8'],
  [{ attack: { file: 'FILE' }, max_parts: 9 }, 20_041, 'max_parts must be a whole number from 1 to 8'],
  [{ attack: { file: 'FILE' }, max_parts: 1.5 }, 20_041, 'max_parts must be a whole number from 1 to 8'],
  [{ attack: { file: 'FILE' }, sources: 1 }, 20_041, 'sources must be true or false'],
  [{ attack: { file: 'FILE' }, name: '' }, 20_041, 'name must be text'],
  [{ attack: { file: 'FILE' }, name: 'a\nadd rule' }, 20_041, 'name must be text'],
  [{ attack: { file: 'FILE' }, name: 'a\u2028b' }, 20_041, 'name must be text'],
  [{ attack: { file: 'FILE' }, name: 'x'.repeat(101) }, 20_041, 'name must be text'],
  [{ attack: { file: 'FILE' }, name: {} }, 20_041, 'name must be text'],
  [{ attack: { file: 'FILE' }, account: 2 }, 20_041, 'there is no field account'],
  [{ attack: { file: 'FILE', path: 'x' } }, 20_041, 'there is no field'],
]

/** Bodies of a change. */
const edits: readonly (readonly [body: unknown, code: number, reason: string])[] = [
  [[], 20_041, 'must be a JSON object'],
  [{ filter: '' }, 20_041, 'filter must be text'],
  [{ filter: 5 }, 20_041, 'filter must be text'],
  [{ filter: 'x'.repeat(4097) }, 20_041, 'filter must be text'],
  [{ filter: 'udp }; flush ruleset; table inet x {' }, 20_026, 'Invalid filter'],
  [{ filter: '$(reboot)' }, 20_026, 'Invalid filter'],
  [{ filter: 'dst 203.0.113.7/33' }, 20_026, 'Invalid filter'],
  [{ filter: 'udp and' }, 20_026, 'Invalid filter'],
  [{ name: '\u0007' }, 20_041, 'name must be text'],
  [{ name: null }, 20_041, 'name must be text'],
  [{ report: {} }, 20_041, 'there is no field report'],
  [{ state: 'done' }, 20_041, 'there is no field state'],
]

const shown = (body: unknown) => JSON.stringify(body)?.slice(0, 100)

describe('the API refuses', () => {
  it.each(bodies.map((row) => [shown(row[0]), ...row] as const))('to derive %s', async (_, body, code, reason) => {
    const text = JSON.stringify(body).replaceAll('FILE', file)
    const { status, body: answer } = await call('POST', '', JSON.parse(text))
    expect([status, answer.errors[0]?.code]).toEqual([code === 20_020 || code === 20_004 ? 404 : 400, code])
    expect(answer.errors[0]?.message).toContain(reason)
  })

  it.each(edits.map((row) => [shown(row[0]), ...row] as const))('the change %s', async (_, body, code, reason) => {
    const { status, body: answer } = await call('PATCH', `/${signature}`, body)
    expect([status, answer.errors[0]?.code]).toEqual([400, code])
    expect(answer.errors[0]?.message).toContain(reason)
  })

  it.each(['x', '..', nobody, '0'.repeat(31), 'A'.repeat(32), `${nobody};id`, '%00', '%2e%2e', "' or 1=1 --"])('the id %j', async (id) => {
    for (const [method, rest] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/renderings/nftables'],
    ] as const) {
      const { status } = await call(method, `/${encodeURIComponent(id)}${rest}`, method === 'PATCH' ? {} : undefined)
      expect([method, rest, status]).toEqual([method, rest, 404])
    }
  })

  it.each(['png', '../nftables', '%00', 'constructor'])('the format %j', async (format) => {
    expect((await call('GET', `/${signature}/renderings/${encodeURIComponent(format)}`)).status).toBe(400)
  })

  it.each(['page=0', 'page=x', 'page=-1', 'per_page=101', 'per_page=0', 'page=1&page=2', 'page=1e99'])('the page %j', async (query) => {
    expect((await call('GET', `?${query}`)).status).toBe(400)
  })

  it.each([
    ['nothing', ''],
    ['text', 'GET / HTTP/1.1\r\n\r\n'],
    ['JSON', '{"attack":{}}'],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
    ['the magic number alone', Uint8Array.of(0xd4, 0xc3, 0xb2)],
  ])('a file of %s', async (_, body) => {
    const { status, body: answer } = await post(body)
    expect([status, answer.errors[0]?.code]).toEqual([400, 20_044])
  })

  it.each(['?name=', '?name=a%00b', `?name=${'x'.repeat(101)}`, '?name=a&name=b', '?name=a%0d%0aX:1'])('a file named %s', async (query) => {
    expect((await post(fileOf(attackPackets(1)), query)).status).toBe(400)
  })

  it('what a credential does not allow', async () => {
    const { context } = server
    const tokenOf = async (...scopes: ('signatures:read' | 'signatures:write' | 'captures:packets')[]) =>
      (await createToken(context, context.local, { name: scopes.join(' '), scopes })).secret
    const status = async (token: string, method: string, rest: string, body?: string | Uint8Array<ArrayBuffer>) =>
      (await fetch(path(rest), { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) })).status
    const [reader, writer, packets] = [
      await tokenOf('signatures:read'),
      await tokenOf('signatures:write'),
      await tokenOf('captures:packets'),
    ]
    const ofSamples = JSON.stringify({ attack: { samples: { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z' } } })
    expect([
      await status(reader, 'GET', ''),
      await status(reader, 'POST', '', JSON.stringify({ attack: { file } })),
      await status(reader, 'POST', '/files', fileOf(attackPackets(1))),
      await status(reader, 'DELETE', `/${signature}`),
      await status(reader, 'PATCH', `/${signature}`, '{}'),
      await status(writer, 'POST', '', JSON.stringify({ attack: { capture: nobody } })),
      await status(writer, 'POST', '', ofSamples),
      await status(writer, 'POST', '', JSON.stringify({ attack: { file }, baseline: { incident: nobody } })),
      await status(packets, 'GET', ''),
    ]).toEqual([200, 403, 403, 403, 403, 403, 403, 403, 403])
  })
})

describe('an upload', () => {
  function begin(headers: Record<string, string> = {}): ClientRequest {
    const client = request(path('/files?name=large'), {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, ...headers },
    })
    client.flushHeaders()
    return client
  }
  async function statusOf(client: ClientRequest): Promise<number | undefined> {
    const [response] = (await once(client, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode
  }

  it('that is too large is cut while it comes', async () => {
    const client = begin()
    const status = statusOf(client)
    client.write(fileOf(attackPackets(1)))
    // It never ends by itself.
    for (let sent = 0; sent < 3; sent++) client.write(new Uint8Array(mebibyte))
    expect(await status).toBe(413)
    client.destroy()
  })

  it('that is no capture is cut while it comes', async () => {
    const client = begin()
    const status = statusOf(client)
    client.write(new Uint8Array(1.5 * mebibyte))
    expect(await status).toBe(400)
    client.destroy()
  })

  it('that its sender gives up leaves nothing behind', async () => {
    const client = begin({ 'content-length': '100000' })
    client.on('error', () => undefined)
    client.write(fileOf(attackPackets(1)))
    const { signatures } = server.context
    const before = signatures.readings().bytes
    await eventually(() => signatures.readings().bytes).toBeGreaterThan(before)
    client.destroy()
    await eventually(() => signatures.readings().bytes).toBe(before)
    expect(server.errors).toEqual([])
  })
})

it('has written nothing but what was in order, and logged no fault', async () => {
  const { state } = server.context
  const rows = await state.selectFrom('signature').select(['id', 'name', 'edited_filter']).execute()
  const files = await state.selectFrom('signature_file').select('name').orderBy('created_at').execute()
  expect(rows).toEqual([{ id: signature, name: 'one', edited_filter: null }])
  expect(files.map(({ name }) => name)).toEqual(['attack.pcap'])
  expect(server.errors).toEqual([])
})

it('is tested with tables that are long enough', () => {
  expect(bodies.length + edits.length).toBeGreaterThan(50)
})
