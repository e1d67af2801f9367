// What verbs ask of signatures, answered from the state database, the disk and the queue.
import { ApiError } from '../../contract/api-errors.ts'
import type { Signature } from '../../contract/signature.ts'
import { WireError } from '../../contract/wire-errors.ts'
import { filterText } from '../../filter/filter-text.ts'
import type { Deriving, SignatureEdit, SignatureRequest } from '../deriving.ts'
import { openFeed } from '../files.ts'
import type { JobsContext } from './jobs-context.ts'
import { uploadedName, type PacketSources } from './packet-sources.ts'
import { renderAgain } from './measured-renderings.ts'
import type { StoredFile, StoredPlace } from './signature-folder.ts'
import {
  countSignatures,
  insertSignature,
  readPage,
  readSignature,
  renderingsOf,
  reportOf,
  signatureView,
  sourcesOf,
  timeText,
  updateSignature,
  type SignatureRow,
} from './signature-rows.ts'
import type { SignatureRuns } from './signature-runs.ts'

/** Of an account. A report has some 50 KB. */
const mostSignatures = 1000
const mebibyte = 1_048_576

export class SignatureDesk implements Deriving {
  readonly #context: JobsContext
  readonly #sources: PacketSources
  readonly #runs: SignatureRuns

  constructor(context: JobsContext, sources: PacketSources, runs: SignatureRuns) {
    this.#context = context
    this.#sources = sources
    this.#runs = runs
  }

  async derive(request: SignatureRequest): Promise<Signature> {
    const { state, clock, newId } = this.#context
    const { account, source, baseline } = request
    await this.#checkCount(account)
    await this.#sources.check(account, source, 'attack')
    if (baseline) await this.#sources.check(account, baseline, 'baseline')
    const id = newId()
    const release = this.#runs.reserve({ id, source: JSON.stringify(source), baseline: baseline && JSON.stringify(baseline) })
    return await this.#launch({ account, id, release }, () => insertSignature(state, request, { id, now: clock.now() }))
  }

  async #checkCount(account: number): Promise<void> {
    if ((await countSignatures(this.#context.state, account)) < mostSignatures) return
    const reason = `${mostSignatures} signatures are kept, which is the most; remove one first: DELETE …/drawbridge/signatures/{id}`
    throw new ApiError('signature_invalid', { reason })
  }

  /** Runs one whose place is reserved, once it is written. @returns how it is before it runs */
  async #launch(
    { account, id, release }: { readonly account: number; readonly id: string; readonly release: () => void },
    write: () => Promise<void>,
  ): Promise<Signature> {
    try {
      await write()
      const signature = await this.get(account, id)
      this.#runs.launch(id)
      return signature
    } catch (error) {
      release()
      throw error
    }
  }

  async get(account: number, id: string): Promise<Signature> {
    return this.#view(await this.#found(account, id))
  }

  async list(
    account: number,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<{ readonly total: number; readonly signatures: readonly Signature[] }> {
    const { state } = this.#context
    const rows = await readPage(state, account, page)
    const signatures = rows.map((row) => signatureView(row, this.#runs.progressOf(row.id)))
    return { total: await countSignatures(state, account), signatures }
  }

  async edit(account: number, id: string, { name, filter }: SignatureEdit): Promise<Signature> {
    const row = await this.#found(account, id)
    if (filter === undefined) return name === undefined ? this.#view(row) : await this.#rename(row, name)
    this.#checkMeasurable(row)
    const release = this.#runs.reserve(row)
    const columns = {
      ...(name === undefined ? {} : { name }),
      edited_filter: filter && filterText(filter),
      state: 'queued',
      ended_at: null,
      error: null,
    }
    return await this.#launch({ account, id, release }, () => updateSignature(this.#context.state, id, columns))
  }

  async #rename(row: SignatureRow, name: string): Promise<Signature> {
    const report = reportOf(row)
    const renderings = report?.filter ? JSON.stringify(renderAgain(renderingsOf(row), { name, report })) : row.renderings
    await updateSignature(this.#context.state, row.id, { name, renderings })
    return await this.get(row.account, row.id)
  }

  /** @throws ApiError signature_state */
  #checkMeasurable(row: SignatureRow): void {
    const { id, state } = row
    const refused = (reason: string) => new ApiError('signature_state', { id, state, reason })
    if (state === 'queued' || state === 'running') throw refused('wait until it is done, or remove it')
    if (row.report === null) throw refused('there is nothing that another filter could be measured on; derive another signature')
    const { attack, baseline } = sourcesOf(row)
    const places = [attack, baseline].flatMap((source) => (source === null ? [] : this.#sources.placeOf(row, source)))
    if (places.every((place) => this.#context.folder.has(place))) return
    throw refused('its packets had to make room for others (signatures.keep_mib); derive it again from its source')
  }

  async remove(account: number, id: string): Promise<void> {
    const { state, folder } = this.#context
    const row = await this.#found(account, id)
    await this.#runs.cancel(id)
    await state.deleteFrom('signature').where('id', '=', id).execute()
    await folder.remove({ kind: 'packets', id })
    const { attack, baseline } = sourcesOf(row)
    for (const source of [attack, baseline]) if (source?.kind === 'file') await this.#removeUnused(source.id)
  }

  /** An uploaded file goes with the last signature that was made of it. */
  async #removeUnused(file: string): Promise<void> {
    const { state, folder } = this.#context
    const named = `%"id":"${file}"%`
    const user = await state
      .selectFrom('signature')
      .select('id')
      .where((eb) => eb.or([eb('source', 'like', named), eb('baseline', 'like', named)]))
      .executeTakeFirst()
    if (user) return
    await state.deleteFrom('signature_file').where('id', '=', file).execute()
    await folder.remove({ kind: 'files', id: file })
  }

  async upload(
    account: number,
    name: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly id: string; readonly name: string; readonly bytes: number }> {
    const { state, clock, folder, newId } = this.#context
    const place: StoredPlace = { kind: 'files', id: newId() }
    // A row without a file would be offered: it may not make room for others before the row is there.
    const release = folder.enter(place)
    try {
      const bytes = await this.#receive(place, body)
      const row = { id: place.id, account, name, bytes, created_at: timeText(clock.now()) }
      await state.insertInto('signature_file').values(row).execute()
      return { id: place.id, name, bytes }
    } catch (error) {
      await folder.remove(place)
      throw error
    } finally {
      release()
    }
  }

  async #receive(place: StoredPlace, body: AsyncIterable<Uint8Array>): Promise<number> {
    const file = await this.#context.folder.create(place, uploadedName)
    try {
      await this.#take(file, body)
    } finally {
      await file.close()
    }
    return file.bytes
  }

  async #take(file: StoredFile, body: AsyncIterable<Uint8Array>): Promise<void> {
    const { uploadMib } = this.#context
    let isChecked = false
    for await (const chunk of body) {
      if (file.bytes + chunk.length > uploadMib * mebibyte) throw new ApiError('signature_file_too_large', { most: uploadMib })
      await file.write(chunk)
      if (isChecked || file.bytes < mebibyte) continue
      // What is no capture is refused while it comes.
      await checkCapture(file.path)
      isChecked = true
    }
    if (!isChecked) await checkCapture(file.path)
  }

  #view(row: SignatureRow): Signature {
    return signatureView(row, this.#runs.progressOf(row.id))
  }

  async #found(account: number, id: string): Promise<SignatureRow> {
    const row = await readSignature(this.#context.state, id)
    if (!row || row.account !== account) throw new ApiError('signature_not_found', { id })
    return row
  }
}

/** @throws ApiError signature_file_invalid */
async function checkCapture(path: string): Promise<void> {
  try {
    await openFeed(path)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new ApiError('signature_file_invalid', { reason: error.message })
  }
}
