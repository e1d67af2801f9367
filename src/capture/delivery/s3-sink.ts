// Delivers packets to an object of a bucket while they come: a multipart upload from memory. Nothing is written to disk.
import type { Log } from '../../base/log.ts'
import type { CaptureObject } from '../../contract/capture.ts'
import { type BucketClient, type BucketClientConfig, openBucketClient, type Upload, type UploadedPart } from '../buckets/bucket-client.ts'
import { BucketError } from '../buckets/bucket-error.ts'
import type { BucketAccess } from '../buckets/destination.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'
import { Patience, type PatienceConfig } from './patience.ts'
import { type PcapPart, PcapParts } from './pcap-parts.ts'

export interface S3SinkConfig extends BucketClientConfig {
  readonly key: string
  /** Begin with an Ethernet header; else with the IP header. */
  readonly ethernet: boolean
  readonly snapLength: number
  /** Bytes of packets at the most; null when that is not known. */
  readonly byteLimit: number | null
  /** How long a cut may last; unless told, 5 minutes. */
  readonly patience?: PatienceConfig
  /** How long a bucket may take to answer for the first time. */
  readonly openPatience?: PatienceConfig
}

interface Dependencies {
  readonly access: BucketAccess
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** What the bucket has of the file up to one part. */
interface DeliveredPart extends UploadedPart {
  readonly fileBytes: number
  readonly filePackets: number
  readonly sha256: string
}

const MiB = 1_048_576
/** S3 takes parts of 5 MiB to 5 GiB, 10 000 of them. */
const maxParts = 10_000
const leastPart = 8 * MiB
/** Without a byte limit: 10 000 of these are 156 GiB. */
const partWithoutLimit = 16 * MiB
/** Record headers make a file of packets of 64 bytes and more by a quarter larger. */
const fileBytesPerByte = 1.25

/** Bytes of a part, so that 10 000 hold a capture of so many bytes: 8 MiB up to 67 GB. All are equal, as R2 demands. */
export function partBytesFor(byteLimit: number | null): number {
  if (byteLimit === null) return partWithoutLimit
  return Math.max(leastPart, Math.ceil((byteLimit * fileBytesPerByte) / maxParts / MiB) * MiB)
}

/** 32 MiB in four buffers; of larger parts two: one is filled while the other is on its way. */
export function buffersFor(partBytes: number): number {
  return partBytes === leastPart ? 4 : partBytes <= 2 * leastPart ? 3 : 2
}

const patience = { patienceMs: 300_000, firstDelayMs: 500, longestDelayMs: 15_000 }
const openPatience = { patienceMs: 10_000, firstDelayMs: 250, longestDelayMs: 2000 }

export class S3Sink implements PacketSink {
  onFailure: (error: Error) => void = () => {}
  readonly #config: S3SinkConfig
  readonly #log: Dependencies['log']
  readonly #parts: PcapParts
  readonly #patience: Patience
  readonly #delivered = new Map<number, DeliveredPart>()
  readonly #running = new Set<Promise<void>>()
  #access: BucketAccess | undefined
  #client: BucketClient | undefined
  #upload: Upload | undefined
  #uri = ''
  #isClosed = true
  #mayBeComplete = false
  #failure: Promise<readonly CaptureObject[]> | undefined
  #outcome: Promise<readonly CaptureObject[]> | undefined

  constructor(config: S3SinkConfig, { access, log }: Dependencies) {
    this.#config = config
    this.#access = access
    this.#log = log
    const partBytes = partBytesFor(config.byteLimit)
    this.#parts = new PcapParts(
      {
        ethernet: config.ethernet,
        snapLength: config.snapLength,
        partBytes,
        buffers: buffersFor(partBytes),
        // R2 takes no others. Elsewhere parts end with a packet, so that those of a broken upload make a whole file.
        equalParts: access.endpoint.endsWith('.r2.cloudflarestorage.com'),
      },
      (part) => this.#deliver(part),
    )
    this.#patience = new Patience(config.patience ?? patience, isLasting)
  }

  /** Buffers with packets that are not delivered yet, or are being filled. */
  get buffers(): number {
    return this.#parts.buffers
  }

  /** Begins the upload: this needs no other permission than writing, and leaves no object when nothing follows. @throws BucketError */
  async open(): Promise<void> {
    const access = this.#access
    if (!access) throw new Error('the sink was opened before')
    this.#access = undefined
    const client = await openBucketClient(access, this.#config)
    try {
      this.#upload = await new Patience(this.#config.openPatience ?? openPatience, isLasting).run(() =>
        client.beginUpload(this.#config.key),
      )
    } catch (error) {
      client.close()
      throw error
    }
    this.#client = client
    this.#uri = `s3://${access.bucket}/${this.#config.key}`
    this.#isClosed = false
    this.#log.info({ object: this.#uri, upload: this.#upload.id }, 'upload begun')
  }

  take(packet: PacketView): boolean {
    return !this.#isClosed && this.#parts.append(packet)
  }

  finish(): Promise<readonly CaptureObject[]> {
    this.#outcome ??= this.#finish()
    return this.#outcome
  }

  async #finish(): Promise<readonly CaptureObject[]> {
    if (!this.#client || !this.#upload) return []
    const isOpen = !this.#isClosed
    this.#isClosed = true
    if (isOpen) this.#parts.end()
    while (this.#running.size > 0) await Promise.all(this.#running)
    try {
      return this.#failure ? await this.#failure : await this.#complete()
    } finally {
      this.#client.close()
      this.#client = undefined
    }
  }

  async #complete(): Promise<readonly CaptureObject[]> {
    try {
      const object = await this.#patience.run(() => this.#completeOnce())
      this.#log.info(
        { object: this.#uri, bytes: object.bytes, packets: object.packets, failures: this.#patience.failures },
        'upload complete',
      )
      return [object]
    } catch (error) {
      this.#fail(error)
      return (await this.#failure) ?? []
    }
  }

  #deliver(part: PcapPart): void {
    const running = this.#deliverPart(part)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#parts.release(part)
        this.#running.delete(running)
      })
    this.#running.add(running)
  }

  async #deliverPart({ number, bytes, fileBytes, filePackets, sha256 }: PcapPart): Promise<void> {
    const [client, upload] = this.#begun()
    if (number > maxParts) throw new BucketError('TooManyParts')
    const uploaded = await this.#patience.run((failed) => {
      if (failed === 1) this.#log.warn({ object: this.#uri, part: number }, 'a part of the upload has failed and is sent again')
      return client.putPart(upload, number, bytes)
    })
    this.#delivered.set(number, { ...uploaded, fileBytes, filePackets, sha256 })
  }

  async #completeOnce(): Promise<CaptureObject> {
    const [client, upload] = this.#begun()
    const parts = this.#unbroken()
    const last = parts.at(-1)
    if (!last) throw new BucketError('InvalidPart')
    try {
      await client.completeUpload(upload, parts)
    } catch (error) {
      const isGone = error instanceof BucketError && error.code === 'NoSuchUpload'
      if (!isGone || !this.#mayBeComplete || !(await this.#isThere(last))) {
        this.#mayBeComplete ||= !isLasting(error)
        throw error
      }
    }
    return { uri: this.#uri, bytes: last.fileBytes, packets: last.filePackets, sha256: last.sha256 }
  }

  /** After a request to complete whose answer was lost the upload is gone because it is complete. */
  async #isThere({ fileBytes }: DeliveredPart): Promise<boolean> {
    const [client, upload] = this.#begun()
    try {
      return (await client.objectBytes(upload.key)) === fileBytes
    } catch (error) {
      if (!(error instanceof BucketError) || error.code !== 'AccessDenied') throw error
      this.#log.warn({ object: this.#uri }, 'the object should be complete; the key may not look')
      return true
    }
  }

  /** Parts from the first one on that the bucket has. */
  #unbroken(): DeliveredPart[] {
    const parts: DeliveredPart[] = []
    for (let part = this.#delivered.get(1); part; part = this.#delivered.get(part.number + 1)) parts.push(part)
    return parts
  }

  /** Once: makes an object of the parts that are there, and then tells. */
  #fail(error: unknown): void {
    this.#isClosed = true
    this.#patience.giveUp()
    this.#failure ??= this.#rescue(error)
  }

  async #rescue(cause: unknown): Promise<readonly CaptureObject[]> {
    // Who is told may call `finish` at once, which has to find this promise.
    await Promise.resolve()
    while (this.#running.size > 0) await Promise.all(this.#running)
    const [, upload] = this.#begun()
    const last = this.#unbroken().at(-1)
    const reason = messageOf(cause)
    if (!last) {
      this.#tell(`${reason}. Nothing is in the bucket`)
      return []
    }
    try {
      const object = await this.#completeOnce()
      this.#tell(`${reason}. The first ${object.packets} packets are kept as ${this.#uri}`)
      return [object]
    } catch (error) {
      this.#log.warn({ object: this.#uri, upload: upload.id, reason: messageOf(error) }, 'the upload cannot be completed')
      const command = `aws s3api complete-multipart-upload or abort-multipart-upload with --upload-id ${upload.id}`
      this.#tell(`${reason}. The first ${last.filePackets} packets stay in an unfinished upload of ${this.#uri}; ${command}`)
      return [{ uri: this.#uri, bytes: last.fileBytes, packets: last.filePackets, sha256: null }]
    }
  }

  #tell(message: string): void {
    this.#log.warn({ object: this.#uri }, message)
    this.onFailure(new Error(message))
  }

  #begun(): [BucketClient, Upload] {
    if (!this.#client || !this.#upload) throw new Error('the upload has not begun')
    return [this.#client, this.#upload]
  }
}

function isLasting(error: unknown): boolean {
  return !(error instanceof BucketError) || error.lasting
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
