// Where the packets of a signature come from: looks whether they can be had, and writes them to the disk.
import path from 'node:path'
import { ApiError } from '../../contract/api-errors.ts'
import type { SignatureSource } from '../../contract/signature.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import type { JobsContext, SampleSource } from './jobs-context.ts'
import type { StoredFile, StoredPlace } from './signature-folder.ts'
import { TaskError, type TaskFile } from './task.ts'

export type Side = 'attack' | 'baseline'

/** A side of a signature. */
export interface SourcePlace {
  readonly account: number
  /** Of the signature. */
  readonly id: string
  readonly side: Side
}

/** Gathered in the memory of the server; the learner reads no more of them either. */
const mostSamples = 200_000
const mostSampleBytes = 67_108_864
/** Samples have at most some hundred bytes. */
const wholeSample = 65_535

export class PacketSources {
  readonly #context: Pick<JobsContext, 'sources' | 'folder' | 'clock'>

  constructor(context: Pick<JobsContext, 'sources' | 'folder' | 'clock'>) {
    this.#context = context
  }

  /** @throws ApiError capture_not_found, capture_state, incident_not_found, signature_invalid */
  async check(account: number, source: SignatureSource, side: Side): Promise<void> {
    const { sources, folder } = this.#context
    if (source.kind === 'capture') await this.#checkCapture(account, source.id)
    if (source.kind === 'incident' && !(await sources.incident(account, source.id)))
      throw new ApiError('incident_not_found', { id: source.id })
    if (source.kind === 'file' && !folder.has({ kind: 'files', id: source.id })) throw fileGone(source, side)
  }

  async #checkCapture(account: number, id: string): Promise<void> {
    const { status, downloadable, ended_at } = await this.#context.sources.captures.get(account, id)
    if (downloadable) return
    const reason = ended_at === null ? 'wait for its end, or stop it first' : 'the server does not have its packets'
    throw new ApiError('capture_state', { id, state: status, reason })
  }

  /** Where the packets of a side are, or are to be. */
  placeOf({ id }: Pick<SourcePlace, 'id'>, source: SignatureSource): StoredPlace {
    return source.kind === 'file' ? { kind: 'files', id: source.id } : { kind: 'packets', id }
  }

  fileOf(place: Pick<SourcePlace, 'id' | 'side'>, source: SignatureSource): TaskFile {
    const isSampled = source.kind === 'incident' || source.kind === 'samples'
    const folder = this.#context.folder.pathOf(this.placeOf(place, source))
    const name = source.kind === 'file' ? uploadedName : place.side
    return { path: path.join(folder, name), format: isSampled ? 'records' : 'capture', name: nameOf(source) }
  }

  /** Writes what is not on the disk already. @throws TaskError, ApiError of the source; the signal's reason */
  async gather(place: SourcePlace, source: SignatureSource, signal: AbortSignal): Promise<void> {
    const { folder } = this.#context
    if (source.kind === 'file') {
      if (!folder.has(this.placeOf(place, source))) throw fileGone(source, place.side)
      return
    }
    const chunks = await this.#chunksOf(place.account, source)
    const file = await folder.create(this.placeOf(place, source), place.side)
    try {
      await writeAll(file, chunks, signal)
    } finally {
      await file.close()
    }
  }

  async #chunksOf(
    account: number,
    source: Exclude<SignatureSource, { kind: 'file' }>,
  ): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
    const { sources } = this.#context
    if (source.kind === 'capture') return (await sources.captures.download(account, source.id, 'pcap')).body
    if (source.kind === 'samples') {
      const filter = source.filter === null ? null : parseFilter(source.filter)
      return await this.#samples({ account, from: Date.parse(source.from), to: Date.parse(source.to), filter })
    }
    const incident = await sources.incident(account, source.id)
    if (!incident) throw new ApiError('incident_not_found', { id: source.id })
    return await this.#samples({ account, from: incident.from, to: incident.to, filter: incident.filter })
  }

  async #samples(
    question: Pick<Parameters<SampleSource['search']>[0], 'account' | 'from' | 'to' | 'filter'>,
  ): Promise<readonly Uint8Array[]> {
    const limits = { snapLength: wholeSample, limit: mostSamples, byteLimit: mostSampleBytes }
    const { records, packets, keptSince } = await this.#context.sources.samples.search({ ...question, ...limits })
    if (packets > 0) return records
    const since = keptSince === null ? 'none at all is kept' : `they are kept since ${new Date(keptSince).toISOString()}`
    const next = 'name another time, or capture packets; samples come from sFlow routers and from agents that always sample'
    throw new TaskError(`there are no sampled packets of this time and filter (${since}); ${next}`)
  }
}

/** Name of an uploaded file in its folder. */
export const uploadedName = 'capture'

async function writeAll(file: StoredFile, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    await file.write(chunk)
  }
}

/** Which of many were taken is to be told. */
export function sampleWarnings(source: SignatureSource, packets: number): readonly string[] {
  if (source.kind === 'file' || source.kind === 'capture' || packets < mostSamples) return []
  return [`There are more sampled packets than can be read: the newest ${mostSamples} of ${nameOf(source)} were taken.`]
}

function nameOf(source: SignatureSource): string {
  if (source.kind === 'file') return source.name
  if (source.kind === 'samples') return `samples from ${source.from} to ${source.to}`
  return source.kind === 'capture' ? `capture ${source.id}` : `samples of incident ${source.id}`
}

function fileGone({ id, name }: Extract<SignatureSource, { kind: 'file' }>, side: Side): ApiError {
  const reason = `the file ${name} (${id}) is not kept any more; upload it again`
  return new ApiError('signature_invalid', { reason }, `/${side}/file`)
}
