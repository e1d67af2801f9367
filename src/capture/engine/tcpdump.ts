// A tcpdump that writes packets to us. It dies with us, and what it had is read to the end when it is stopped.
import { spawn, type ChildProcess } from 'node:child_process'
import { PcapStream, type StreamedPacket } from '../../wire/pcap-stream.ts'
import { captureVariable, ownerText, type CaptureMark } from './capture-owner.ts'
import { PacketPipe } from './packet-pipe.ts'
import { confinement } from './privileges.ts'
import { childEnvironment, missingProgram } from './programs.ts'

export interface TcpdumpListener {
  /** Gets each packet. The object is reused, and so are its bytes, which may be written to. */
  packet(packet: StreamedPacket, littleEndian: boolean): void
  /** Told when tcpdump ends although it was not asked to, or what it writes makes no sense. */
  failed(error: Error): void
}

/** Bytes that are read at once: more would not stay in the processor's cache. */
const readBytes = 262_144
/** Reads in a row before others have their turn. */
const mostReads = 8
/** How long the pipe, a megabyte, is left alone in ms: 200 MB/s fill it in five. */
const busyMs = 3
const idleMs = 20

const startMs = 15_000
const exitMs = 5000
const longestReport = 4096
const longestReason = 300

export class Tcpdump {
  readonly #args: readonly string[]
  readonly #mark: CaptureMark
  readonly #listener: TcpdumpListener
  readonly #stream: PcapStream
  readonly #buffer = new Uint8Array(readBytes)
  #pipe: PacketPipe | undefined
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #wait = busyMs
  #report = ''
  #stopping = false
  #failed = false
  #reachedEnd: () => void = () => undefined
  readonly #end: Promise<void>

  /** @param args where to listen, and an expression last; what to write and where to is added */
  constructor(args: readonly string[], mark: CaptureMark, listener: TcpdumpListener) {
    this.#args = args
    this.#mark = mark
    this.#listener = listener
    this.#stream = new PcapStream((packet) => listener.packet(packet, this.#stream.littleEndian))
    this.#end = new Promise((resolve) => {
      this.#reachedEnd = resolve
    })
  }

  /** Of what it writes; −1 until the first bytes have come. */
  get linkType(): number {
    return this.#stream.linkType
  }

  /** Packets that it says the kernel dropped, as of the last report. */
  get kernelDrops(): number {
    const reports = [...this.#report.matchAll(/(\d+) packets? dropped by kernel/g)]
    return Number(reports.at(-1)?.[1] ?? 0)
  }

  /** Resolves when it listens. @throws Error with what it says about it */
  async start(): Promise<void> {
    this.#pipe = new PacketPipe()
    try {
      await this.#listen(this.#spawn(this.#pipe.writeEnd))
    } catch (error) {
      this.#pipe.closeWriteEnd()
      await this.stop()
      throw error
    }
    this.#wait = busyMs
    this.#timer = setTimeout(this.#pump, 0)
  }

  /** Has it tell what the kernel dropped, on the way to us. */
  askForReport(): void {
    if (this.#isRunning()) this.#child?.kill('SIGUSR1')
  }

  /** Ends it; all that it had has been handed on afterwards. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#isRunning()) await this.#terminate()
    if (this.#timer !== undefined) await this.#end
    this.#pipe?.close()
  }

  #spawn(output: number): ChildProcess {
    // -U: each packet is written at once.
    const args = [...confinement(), 'tcpdump', '-n', '-U', '-w', '-', ...this.#args]
    const env = { ...childEnvironment(), [captureVariable]: `${this.#mark.id} ${ownerText(this.#mark.owner)}` }
    const child = spawn('setpriv', args, { stdio: ['ignore', output, 'pipe'], env })
    this.#child = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#report = (this.#report + text).slice(-longestReport)))
    return child
  }

  async #listen(child: ChildProcess): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`tcpdump does not begin to listen${this.#said()}`)), startMs)
      const settle = (error?: Error) => {
        clearTimeout(timer)
        if (error === undefined) resolve()
        else reject(error)
      }
      child.stderr?.on('data', () => {
        if (this.#report.includes('listening on')) settle()
      })
      child.on('error', (error: NodeJS.ErrnoException) =>
        settle(error.code === 'ENOENT' ? new Error(missingProgram('setpriv'), { cause: error }) : error),
      )
      child.on('close', () => settle(this.#ending()))
    })
    this.#pipe?.closeWriteEnd()
  }

  /** Why it has ended. setpriv ends with 127 when it does not find the program, and when it may not give up rights. */
  #ending(): Error {
    const { exitCode = null, signalCode = null } = this.#child ?? {}
    if (exitCode === 127 && this.#report.includes('failed to execute')) return new Error(missingProgram('tcpdump'))
    const how = signalCode === null ? '' : ` by ${signalCode}`
    return new Error(`tcpdump ended${how}${this.#said()}; see: drawbridge agent doctor`)
  }

  /** The last that it said, but for that it listens and how many packets there were. */
  #said(): string {
    const lines = this.#report.split('\n').filter((line) => /^(tcpdump|setpriv): (?!listening on|\d+ packet)/.test(line))
    return lines.length === 0 ? '' : ` (${lines.at(-1)?.slice(0, longestReason)})`
  }

  #isRunning(): boolean {
    const child = this.#child
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null
  }

  async #terminate(): Promise<void> {
    const child = this.#child
    const exit = new Promise((resolve) => child?.once('close', resolve))
    child?.kill('SIGTERM')
    const timer = setTimeout(() => child?.kill('SIGKILL'), exitMs)
    await exit
    clearTimeout(timer)
  }

  /** Empties the pipe. What is left of a packet when it was cut by the end is not one. */
  readonly #pump = (): void => {
    let taken = 0
    try {
      for (let reads = 0; reads < mostReads; reads++) {
        // A pipe that cannot be read is at its end.
        taken = 0
        taken = this.#pipe?.read(this.#buffer) ?? 0
        if (taken <= 0) break
        if (!this.#failed) this.#stream.push(this.#buffer.subarray(0, taken))
        if (taken < readBytes / 4) break
      }
    } catch (error) {
      this.#fail(error as Error)
    }
    if (taken === 0) return this.#finish()
    this.#schedule(taken)
  }

  #schedule(taken: number): void {
    if (taken >= readBytes / 4) {
      setImmediate(this.#pump)
      return
    }
    this.#wait = taken > 0 ? busyMs : Math.min(this.#wait * 2, idleMs)
    this.#timer = setTimeout(this.#pump, this.#wait)
  }

  #finish(): void {
    this.#reachedEnd()
    if (this.#stopping) return
    // Its last words come by another pipe; they are there when it is closed.
    if (this.#isRunning()) this.#child?.once('close', () => this.#fail(this.#ending()))
    else this.#fail(this.#ending())
  }

  #fail(error: Error): void {
    if (this.#failed) return
    this.#failed = true
    this.#listener.failed(error)
  }
}
