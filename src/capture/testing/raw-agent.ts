// The agent's end of the protocol by hand, so that tests can say what no agent says.
import { EventEmitter, once } from 'node:events'
import { WebSocket } from 'ws'
import { agentProtocolVersion, agentSocketPath } from '../../contract/agent-protocol.ts'
import { packetRecordBytes, PacketRecordWriter } from '../../wire/packet-record.ts'
import { writeFrameHeader } from '../agent-frame.ts'
import { someFacts } from './hub-scene.ts'

/** A socket by hand that answers nothing but pings. */
export class RawAgent {
  readonly socket: WebSocket
  readonly received: { type: string; [name: string]: unknown }[] = []
  readonly closed: Promise<number>
  readonly #news = new EventEmitter()

  constructor(url: string, token: string) {
    this.socket = new WebSocket(`${url}${agentSocketPath}`, { headers: { authorization: `Bearer ${token}` } })
    this.socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()))
      this.#news.emit('message')
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => resolve(code))
    })
  }

  async hello(running: string[] = []): Promise<this> {
    await once(this.socket, 'open')
    this.say({ type: 'hello', protocol: agentProtocolVersion, facts: someFacts, running })
    await this.heard('welcome')
    return this
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }

  async heard(type: string): Promise<void> {
    while (!this.received.some((message) => message.type === type)) await once(this.#news, 'message')
  }

  kept(): number[] {
    return this.received.filter(({ type }) => type === 'kept').map(({ frame }) => Number(frame))
  }
}

/** A frame with packets that hold these numbers. */
export function packetFrame(job: string, frame: number, ...numbers: number[]): Buffer {
  const writer = new PacketRecordWriter(packetRecordBytes(65_535))
  const bytes = Buffer.alloc(40)
  for (const number of numbers) {
    bytes.writeUInt32BE(number)
    const packet = { seconds: 1, nanoseconds: 0, wireLength: 40, ethernet: false, superPacket: false, bytes, start: 0, end: 40 }
    writer.append(packet, { masked: false, sampling: 1 })
  }
  const message = Buffer.alloc(24 + writer.length)
  writeFrameHeader(message, { kind: 'packets', frame, job })
  message.set(writer.take(), 24)
  return message
}
