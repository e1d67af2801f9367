// Always-on samples: a capture without end whose packets go to the server as they come, and are dropped when it is slow.
import { newId } from '../../base/secret.ts'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import type { AgentConfig } from '../../contract/agent-config.ts'
import { agentFrame } from '../../contract/agent-protocol.ts'
import { simpleSnapLength, type CaptureJob, type CaptureObject } from '../../contract/capture.ts'
import { packetRecordBytes, PacketRecordWriter } from '../../wire/packet-record.ts'
import { noJob, writeFrameHeader } from '../agent-frame.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'
import type { MakeCapture, RunningCapture } from './running-capture.ts'

export interface AlwaysOnDependencies {
  readonly makeCapture: MakeCapture
  /** @returns false when it cannot be sent at the moment */
  readonly send: (frame: Uint8Array) => boolean
  readonly log: Log
}

export interface AlwaysOnCounters {
  sent: number
  /** Packets that were dropped because the server was gone or slow. */
  dropped: number
  /** Times that sampling could not begin, or ended by itself. */
  failures: number
}

/** The longest that a job can last; then the next one begins. */
const roundSeconds = 86_400
const frameBytes = 131_072
/** Frames are sent at this size or age. */
const sealBytes = 32_768
const sealMs = 1000
const firstBackoffMs = 5000
const longestBackoffMs = 300_000

export class AlwaysOnSampling {
  readonly #config: AgentConfig['always_on']
  readonly #deps: AlwaysOnDependencies
  readonly #sampled: SampledLog
  readonly #counters: AlwaysOnCounters = { sent: 0, dropped: 0, failures: 0 }
  #sampling = 0
  #run: RunningCapture | undefined
  #loop: Promise<void> | undefined
  #backoffMs = firstBackoffMs
  #wake: () => void = () => undefined

  constructor(config: AgentConfig['always_on'], deps: AlwaysOnDependencies) {
    this.#config = config
    this.#deps = deps
    this.#sampled = new SampledLog({ intervalMilliseconds: 60_000 }, deps)
  }

  counters(): AlwaysOnCounters {
    return { ...this.#counters }
  }

  /** @param sampling 1 in N packets; 0 ends it */
  set(sampling: number): void {
    const wanted = this.#config.enabled ? sampling : 0
    if (wanted === this.#sampling) return
    this.#sampling = wanted
    this.#backoffMs = firstBackoffMs
    this.#wake()
    void this.#run?.stop()
    if (wanted > 0) this.#loop ??= this.#keepRunning()
  }

  async stop(): Promise<void> {
    this.set(0)
    await this.#loop
    this.#sampled.close()
  }

  async #keepRunning(): Promise<void> {
    while (this.#sampling > 0) {
      const error = await this.#round(this.#sampling)
      if (error === null) {
        this.#backoffMs = firstBackoffMs
        continue
      }
      this.#counters.failures++
      this.#sampled.warn('failed', { error }, 'always-on samples cannot be taken; drawbridge agent doctor may tell more')
      await this.#wait()
    }
    this.#loop = undefined
  }

  /** @returns why it failed, or null */
  async #round(sampling: number): Promise<string | null> {
    const run = this.#deps.makeCapture(this.#job(sampling), new SampleSink(sampling, this.#counters, this.#deps.send))
    this.#run = run
    try {
      await run.start()
      const { error } = await run.done
      return error
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      this.#run = undefined
    }
  }

  async #wait(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, this.#backoffMs)
    })
    clearTimeout(timer)
    this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs)
  }

  #job(sampling: number): CaptureJob {
    const { engine, hook, interface: name } = this.#config
    return {
      // Of its own: two agents may work in one network namespace.
      id: newId(),
      filter: null,
      engine,
      hook,
      interface: name,
      sampling,
      snap_length: simpleSnapLength,
      link: 'raw',
      mask_payload: false,
      time_limit: roundSeconds,
      packet_limit: null,
      byte_limit: null,
      delivery: { kind: 'stream' },
    }
  }
}

class SampleSink implements PacketSink {
  onFailure: (error: Error) => void = () => undefined
  readonly #sampling: number
  readonly #counters: AlwaysOnCounters
  readonly #send: (frame: Uint8Array) => boolean
  readonly #writer = new PacketRecordWriter(frameBytes)
  #timer: NodeJS.Timeout | undefined

  constructor(sampling: number, counters: AlwaysOnCounters, send: (frame: Uint8Array) => boolean) {
    this.#sampling = sampling
    this.#counters = counters
    this.#send = send
  }

  async open(): Promise<void> {
    this.#writer.clear()
  }

  take(packet: PacketView): boolean {
    if (this.#writer.length + packetRecordBytes(packet.end - packet.start) > sealBytes) this.#seal()
    this.#writer.append(packet, { sampling: this.#sampling, masked: false })
    this.#timer ??= setTimeout(() => this.#seal(), sealMs)
    return true
  }

  async finish(): Promise<readonly CaptureObject[]> {
    this.#seal()
    return []
  }

  #seal(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { length, packets, bytes } = this.#writer
    if (packets === 0) return
    const frame = new Uint8Array(agentFrame.headerBytes + length)
    writeFrameHeader(frame, { kind: 'samples', frame: 0, job: noJob })
    frame.set(bytes.subarray(0, length), agentFrame.headerBytes)
    this.#writer.clear()
    this.#counters[this.#send(frame) ? 'sent' : 'dropped'] += packets
  }
}
