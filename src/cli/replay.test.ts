// Tests of the replay command against a real UDP socket.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, join, u16, u32 } from '../wire/testing/bytes.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import { ethernet, ipv4, tcp, udp } from '../wire/testing/packets.ts'
import { replayFile } from './replay-file.ts'
import { replayCommand } from './replay.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-replay-'))
})
afterAll(async () => rm(folder, { recursive: true }))

/** IPFIX messages that differ in their sequence number. */
const message = (sequence: number): Uint8Array<ArrayBuffer> => join(u16(10, 24), u32(1, sequence, 3), u16(256, 8), u32(7))

async function capture(name: string, times: readonly number[]): Promise<string> {
  const flows = times.map((ms, index) => ({
    seconds: Math.floor(ms / 1000),
    fraction: (ms % 1000) * 1000,
    packet: ethernet(0x0800, ipv4(17, udp(50_000, 9999, message(index)))),
  }))
  const other = { seconds: 1, fraction: 0, packet: ethernet(0x0800, ipv4(6, tcp(2))) }
  const path = joinPath(folder, name)
  await writeFile(path, pcap([other, ...flows, other]))
  return path
}

/** A socket on loopback and what came to it, once `count` datagrams are there. */
async function listen(host = '127.0.0.1'): Promise<{ socket: Socket; port: number; received: (count: number) => Promise<Uint8Array[]> }> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const messages: Uint8Array[] = []
  socket.on('message', (bytes) => messages.push(Uint8Array.from(bytes)))
  socket.bind(0, host)
  await once(socket, 'listening')
  const received = async (count: number): Promise<Uint8Array[]> => {
    while (messages.length < count) await once(socket, 'message')
    return messages
  }
  return { socket, port: socket.address().port, received }
}

describe('replayFile', () => {
  it.each([
    ['at a rate', { rate: 100_000 }],
    ['in the rhythm of the capture', { speed: 1000 }],
  ])('sends the flow datagrams of a capture %s, in order and unchanged', async (_, pace) => {
    const path = await capture('capture.pcap', [1000, 1500, 3000])
    const { socket, port, received } = await listen()
    const result = await replayFile(path, { host: '127.0.0.1', port }, pace)
    expect(result.datagrams).toBe(3)
    expect(result.message).toContain(`sent 3 datagrams, 72 bytes, to 127.0.0.1:${port}`)
    expect(await received(3)).toEqual([message(0), message(1), message(2)])
    socket.close()
  })

  it('sends more datagrams than may be under way at once', async () => {
    const path = joinPath(folder, 'many.ipfix')
    await writeFile(path, join(...Array.from({ length: 150 }, (_, index) => message(index))))
    const { socket, port, received } = await listen()
    const result = await replayFile(path, { host: '127.0.0.1', port }, { rate: 20_000 })
    expect([result.datagrams, (await received(150)).length]).toEqual([150, 150])
    socket.close()
  })

  it('sends to IPv6', async () => {
    const path = await capture('six.pcap', [0])
    const { socket, port, received } = await listen('::1')
    await replayFile(path, { host: '::1', port }, { rate: 1000 })
    expect(await received(1)).toEqual([message(0)])
    socket.close()
  })

  it('says when there is nothing to send', async () => {
    const path = await capture('empty.pcap', [])
    expect(await replayFile(path, { host: '127.0.0.1', port: 9 }, { rate: 1000 })).toMatchObject({
      datagrams: 0,
      message: expect.stringContaining('holds no flow datagrams'),
    })
  })

  it('sends what stands before the damage and tells of it', async () => {
    const path = joinPath(folder, 'cut.pcap')
    const packet = ethernet(0x0800, ipv4(17, udp(50_000, 9999, message(0))))
    const whole = pcap([packet, packet].map((bytes) => ({ seconds: 0, fraction: 0, packet: bytes })))
    await writeFile(path, whole.subarray(0, whole.length - 1))
    const { socket, port, received } = await listen()
    const result = await replayFile(path, { host: '127.0.0.1', port }, { rate: 1000 })
    expect([result.datagrams, result.message]).toEqual([1, expect.stringContaining('the file is damaged')])
    expect(await received(1)).toHaveLength(1)
    socket.close()
  })

  it('refuses a file that is no capture', async () => {
    const path = joinPath(folder, 'text')
    await writeFile(path, hex('68656c6c6f'))
    await expect(replayFile(path, { host: '127.0.0.1', port: 9 }, { rate: 1 })).rejects.toThrow('give a pcap or pcapng capture')
  })
})

describe('replayCommand', () => {
  const parse = async (...args: string[]): Promise<void> => {
    const command = replayCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    await command.parseAsync(args, { from: 'user' })
  }

  it.each([
    [['x.pcap'], "required option '--to <host:port>' not specified"],
    [['x.pcap', '--to', '127.0.0.1'], 'write it as host:port'],
    [['x.pcap', '--to', '127.0.0.1:0'], 'write it as host:port'],
    [['x.pcap', '--to', '127.0.0.1:9', '--rate', '0'], 'give a number greater than 0'],
    [['x.pcap', '--to', '127.0.0.1:9', '--rate', '1', '--speed', '1'], 'exclude each other'],
    [['/nonexistent.pcap', '--to', '127.0.0.1:9'], 'no such file; check the path'],
  ])('%j: %s', async (args, message) => {
    await expect(parse(...args)).rejects.toThrow(message)
  })
})
