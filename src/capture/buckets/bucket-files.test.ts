import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { configSchema } from '../../contract/config.ts'
import { type S3Server, startS3Server, testKey } from '../testing/s3-server.ts'
import { challengeName, objectName, putChallenge, readObject } from './bucket-files.ts'
import { type ParsedDestination, parseDestination } from './destination.ts'

const defaults = configSchema.parse({ captures: { allow_file_destinations: true } }).captures
const quick = { connectMs: 5000, stallMs: 5000 }

let server: S3Server
beforeAll(async () => {
  server = await startS3Server(['pcaps'])
})
afterAll(() => server.stop())
beforeEach(() => {
  server.fault = () => undefined
  server.requests.length = 0
})

function destination(bucket = 'pcaps', endpoint = server.endpoint): ParsedDestination {
  const [id, secret] = [testKey.access_key_id, testKey.secret_access_key].map(encodeURIComponent)
  return parseDestination(
    `s3://${bucket}/edge?region=${server.region}&endpoint=${endpoint}&access-key-id=${id}&secret-access-key=${secret}`,
    defaults,
  )
}

async function read(from: ParsedDestination, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readObject(from, key, quick)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('putChallenge', () => {
  it('writes a file that whoever reads the bucket can read', async () => {
    await putChallenge(destination(), { id: 'c0ffee', contents: 'prove it' }, quick)
    const written = await server.object('pcaps', `edge/${challengeName('c0ffee')}`)
    expect(written?.toString()).toBe('prove it')
    expect((await read(destination(), 'edge/ownership-challenge-c0ffee.txt')).toString()).toBe('prove it')
  })

  it('tries once more what may help, and not what cannot', async () => {
    server.fault = ({ count }) => (count === 1 ? { kind: 'cut', afterBytes: 1 } : undefined)
    await putChallenge(destination(), { id: 'a', contents: 'again' }, quick)
    server.fault = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' })
    await expect(putChallenge(destination(), { id: 'b', contents: '' }, quick)).rejects.toThrow(
      'bucket pcaps refuses the key (AccessDenied); allow s3:PutObject on its folder to the key',
    )
    expect(server.requests).toHaveLength(3)
  })

  it('says what is missing', async () => {
    await expect(putChallenge(destination('other'), { id: 'a', contents: '' }, quick)).rejects.toMatchObject({
      code: 'NoSuchBucket',
      lasting: true,
    })
    await expect(putChallenge(parseDestination('gs://bucket', defaults), { id: 'a', contents: '' })).rejects.toMatchObject({
      code: 'NoKeys',
    })
    await expect(putChallenge(destination('pcaps', 'http://127.0.0.1:1'), { id: 'a', contents: '' }, quick)).rejects.toMatchObject({
      code: 'ConnectionRefused',
    })
  })

  it('knows a server that is none of S3', async () => {
    const echo = createServer((socket) => {
      // Once it was asked: an answer before that would race with the request.
      socket.once('data', () => socket.write('220 mail.example ESMTP\r\n')).on('error', () => socket.destroy())
    })
    echo.listen(0, '127.0.0.1')
    await once(echo, 'listening')
    // A server that listens on TCP has an address of this form.
    const { port } = echo.address() as AddressInfo
    await expect(putChallenge(destination('pcaps', `http://127.0.0.1:${port}`), { id: 'a', contents: 'x' }, quick)).rejects.toMatchObject({
      code: 'NotS3',
    })
    echo.close()
  })

  it('writes nothing for folders of agents', async () => {
    await putChallenge(parseDestination('file:///var/pcaps', defaults), { id: 'a', contents: 'x' })
    expect(server.requests).toEqual([])
  })
})

describe('readObject', () => {
  it('goes on where the connection was cut', async () => {
    const text = Array.from({ length: 200_000 }, (_, at) => `${at}\n`).join('')
    await putChallenge(destination(), { id: 'long', contents: text }, quick)
    server.requests.length = 0
    const cuts = [300_000, 1, 500_000]
    server.fault = ({ count }) => {
      const afterBytes = cuts[count - 1]
      return afterBytes === undefined ? undefined : { kind: 'cut_answer', afterBytes }
    }
    expect((await read(destination(), 'edge/ownership-challenge-long.txt')).toString() === text).toBe(true)
    expect(server.requests).toHaveLength(4)
  })

  it('gives up when connections end without a byte', async () => {
    await putChallenge(destination(), { id: 'cut', contents: 'never' }, quick)
    server.fault = () => ({ kind: 'cut_answer', afterBytes: 0 })
    await expect(read(destination(), 'edge/ownership-challenge-cut.txt')).rejects.toThrow(/^the connection to .* was cut/)
  })

  it('says that there is none', async () => {
    await expect(read(destination(), 'edge/none.pcap')).rejects.toThrow(/^there is no object edge\/none\.pcap in bucket pcaps/)
    await expect(read(parseDestination('file:///a', defaults), '/a/b.pcap')).rejects.toThrow('/a/b.pcap is on the host of the agent')
  })
})

describe('objectName', () => {
  const agent = { id: '0123456789abcdef0123456789abcdef', name: 'edge 1/../Zürich' }

  it('is short for one agent, and has a folder for each of several', () => {
    expect(objectName({ dir: '' }, 'aa', 1, agent)).toBe('pcap_aa.pcap')
    expect(objectName({ dir: 'a/b' }, 'aa', 1, agent)).toBe('a/b/pcap_aa.pcap')
    expect(objectName({ dir: 'a/b' }, 'aa', 2, agent)).toBe('a/b/edge-1-Z-rich-01234567/pcap_aa.pcap')
    expect(objectName({ dir: '/var' }, 'aa', 2, { ...agent, name: '..' })).toBe('/var/--01234567/pcap_aa.pcap')
  })
})
