// A tcpdump that looks at all interfaces for what may be flow datagrams. It has no right but that of raw sockets, and dies
// with this process.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PcapStream, type StreamedPacket } from '../../wire/pcap-stream.ts'

export interface FlowCaptureListener {
  /** Gets each packet. The object is reused, and so are its bytes. */
  packet(packet: StreamedPacket, link: number): void
  /** Told once when it ends although it was not asked to. */
  failed(error: Error): void
}

/** By <linux/capability.h>. */
const netRaw = 13
/** Of what root needs to start a program as somebody else and to end it. */
const forRoot = [netRaw, 5, 6, 7]
/** Nobody, by the kernel's default (/proc/sys/kernel/overflowuid). */
const nobody = '65534'
const onlyRaw = '-all,+net_raw'

/** Packets a second that are looked at. A setting-up router sends a few. */
const packetsPerSecond = 1000
/** A jumbo frame: what is longer comes in fragments, of which the first is not whole. */
const snapLength = '9216'
const startMs = 5000
const exitMs = 2000
const longestReport = 4096

/**
 * Words that a flow datagram may begin with, in 16 bits: NetFlow v1, v5, v7, v9, IPFIX. sFlow's 5 has 32. IPv6 is counted
 * from its header: 40 bytes, then 8 of UDP.
 */
const versions = [1, 5, 7, 9, 10]
const beginnings = [
  ...versions.flatMap((version) => [`udp[8:2] = ${version}`, `(ip6[6] = 17 and ip6[48:2] = ${version})`]),
  'udp[8:4] = 5',
  '(ip6[6] = 17 and ip6[48:4] = 5)',
]

/** Filters of two captures, so that much traffic of the one hides nothing of the other: to these ports, and to all others. */
export function captureFilters(ports: readonly number[]): string[] {
  const looksLikeFlow = `(${beginnings.join(' or ')})`
  const ours = `(${ports.map((port) => `udp dst port ${port}`).join(' or ')})`
  return ports.length === 0 ? [looksLikeFlow] : [`${looksLikeFlow} and not ${ours}`, `${looksLikeFlow} and ${ours}`]
}

/** Whether this process may open packet sockets, and give that right to a child and nothing else. */
export function mayCapture(): boolean {
  if (process.platform !== 'linux') return false
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  return (process.getuid?.() === 0 ? forRoot : [netRaw]).every((bit) => ((held >> BigInt(bit)) & 1n) === 1n)
}

/** Arguments of setpriv. Who is not root has the right as an ambient one, and hands it on as it is. */
function confinement(): string[] {
  const always = ['--no-new-privs', '--pdeathsig', 'KILL']
  if (process.getuid?.() !== 0) return always
  return ['--reuid', nobody, '--regid', nobody, '--clear-groups', '--inh-caps', onlyRaw, '--ambient-caps', onlyRaw, ...always]
}

export class FlowCapture {
  readonly #filter: string
  readonly #listener: FlowCaptureListener
  readonly #stream: PcapStream
  #child: ChildProcess | undefined
  #resume: NodeJS.Timeout | undefined
  #report = ''
  #taken = 0
  #second = 0
  #isOver = false

  /** @param filter an expression made by `captureFilters` */
  constructor(filter: string, listener: FlowCaptureListener) {
    this.#filter = filter
    this.#listener = listener
    this.#stream = new PcapStream((packet) => {
      if (this.#taken++ < packetsPerSecond) listener.packet(packet, this.#stream.linkType)
    })
  }

  /** Resolves when it listens. @throws Error with what it says about it */
  async start(): Promise<void> {
    // -p: no interface is made to take what is for others. -Q in: nothing that this machine sends.
    const dump = ['tcpdump', '-i', 'any', '-n', '-p', '-U', '--immediate-mode', '-s', snapLength, '-Q', 'in', '-w', '-', this.#filter]
    const path = `${process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`
    const child = spawn('setpriv', [...confinement(), ...dump], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: path, LC_ALL: 'C' },
    })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#report = (this.#report + text).slice(-longestReport)))
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    try {
      await this.#listens(child)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async #listens(child: ChildProcess): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`tcpdump does not begin to listen: ${this.#said()}`)), startMs)
      child.stderr?.on('data', () => {
        if (this.#report.includes('listening on')) resolve()
      })
      child.once('error', reject)
      child.once('close', () => {
        const error = new Error(`tcpdump ended: ${this.#said()}`)
        reject(error)
        this.#fail(error)
      })
    }).finally(() => clearTimeout(timer))
  }

  #said(): string {
    return this.#report.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  }

  /** What is beyond the bound waits in the pipe, and then in the kernel, which drops it. */
  #take(chunk: Buffer): void {
    const now = Date.now()
    if (Math.floor(now / 1000) !== this.#second) {
      this.#second = Math.floor(now / 1000)
      this.#taken = 0
    }
    try {
      if (!this.#isOver) this.#stream.push(chunk)
    } catch (error) {
      this.#fail(error as Error)
    }
    if (this.#taken < packetsPerSecond || this.#isOver) return
    this.#child?.stdout?.pause()
    this.#resume = setTimeout(() => this.#child?.stdout?.resume(), 1000 - (now % 1000))
  }

  #fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.failed(error)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#resume)
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    // What nobody reads any more would keep it open.
    child.stdout?.resume()
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), exitMs)
    await closed
    clearTimeout(timer)
  }
}
