// Sends the flow datagrams of a file by UDP, at a rate or in the rhythm of the capture.
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatHostPort, type HostPort } from '../base/host-port.ts'
import { WireError } from '../contract/wire-errors.ts'
import { flowPayloads, type FlowPayload } from '../wire/capture-file.ts'
import { CommandError } from './command-error.ts'
import { readFlowFile, unusableFile } from './flow-file.ts'

/** `rate` datagrams a second, or `speed` times as fast as captured. */
export type ReplayPace = { readonly rate: number } | { readonly speed: number }

export interface Replayed {
  readonly datagrams: number
  /** What happened, for people. */
  readonly message: string
}

/** Datagrams handed to the kernel and not confirmed yet. More would fill its buffers and fail. */
const maxOutstanding = 64

/** @throws CommandError when the file or the target cannot be used */
export async function replayFile(path: string, to: HostPort, pace: ReplayPace): Promise<Replayed> {
  const bytes = await readFlowFile(path)
  const address = await resolve(to)
  const socket = createSocket(address.family === 6 ? 'udp6' : 'udp4')
  const started = performance.now()
  const sender = new DatagramSender(socket, to.port, address.address)
  let damage = ''
  try {
    await sendAll(bytes, sender, pace)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    if (error.code === 'bad_file') throw unusableFile(path, error)
    damage = `; the file is damaged: ${error.message}`
  } finally {
    await sender.settled()
    socket.close()
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (sender.sent === 0 && sender.failed === 0)
    return { datagrams: 0, message: `${path} holds no flow datagrams; nothing was sent${damage}` }
  const failures = sender.failed > 0 ? `, ${sender.failed} failed (${sender.lastError})` : ''
  return {
    datagrams: sender.sent,
    message: `sent ${sender.sent} datagrams, ${sender.bytes} bytes, to ${formatHostPort(to)} in ${seconds} s${failures}${damage}`,
  }
}

async function resolve({ host }: HostPort): Promise<{ address: string; family: number }> {
  try {
    return await lookup(host)
  } catch (error) {
    throw new CommandError(`cannot find ${host}: ${String(error)}`, { next: 'give --to an address, for example 192.0.2.1:2055' })
  }
}

async function sendAll(bytes: Uint8Array, sender: DatagramSender, pace: ReplayPace): Promise<void> {
  const started = performance.now()
  let index = 0
  let firstNs: bigint | undefined
  for (const payload of flowPayloads(bytes)) {
    firstNs ??= payload.timeNs
    const due = 'rate' in pace ? (index / pace.rate) * 1000 : captureMs(payload, firstNs) / pace.speed
    // Timers are a millisecond coarse: what is due within one goes now, in bursts.
    const wait = due - (performance.now() - started)
    if (wait >= 1) await sleep(wait)
    await sender.send(bytes.subarray(payload.offset, payload.offset + payload.length))
    index++
  }
}

/** Milliseconds between the first datagram and this one in the capture; 0 where it has no times or goes back. */
function captureMs(payload: FlowPayload, firstNs: bigint | undefined): number {
  if (payload.timeNs === undefined || firstNs === undefined || payload.timeNs < firstNs) return 0
  return Number((payload.timeNs - firstNs) / 1000n) / 1000
}

/** Sends with a bounded number of datagrams under way, and counts what became of them. */
class DatagramSender {
  sent = 0
  failed = 0
  bytes = 0
  lastError = ''
  readonly #socket: Socket
  readonly #port: number
  readonly #address: string
  #outstanding = 0
  #wake: (() => void) | undefined

  constructor(socket: Socket, port: number, address: string) {
    this.#socket = socket
    this.#port = port
    this.#address = address
  }

  async send(datagram: Uint8Array): Promise<void> {
    while (this.#outstanding >= maxOutstanding) await this.#change()
    this.#outstanding++
    this.#socket.send(datagram, this.#port, this.#address, (error) => {
      this.#outstanding--
      if (error === null) {
        this.sent++
        this.bytes += datagram.length
      } else {
        this.failed++
        this.lastError = error.message
      }
      this.#wake?.()
    })
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#outstanding > 0) await this.#change()
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
