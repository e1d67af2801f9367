// What verbs and rules ask of captures, answered from those that run and from the state database.
import { ApiError } from '../../contract/api-errors.ts'
import type { Capture, CaptureManifest, CaptureRequest, PacketDetail, PacketSummary } from '../../contract/capture.ts'
import type { CaptureBytes, CaptureFilter, Capturing, DownloadFormat } from '../capturing.ts'
import { captureIsOver } from './capture-machine.ts'
import { readCapturePolicy } from './capture-policy.ts'
import { CaptureReader, contentTypes, notPossible, type FoundCapture } from './capture-reader.ts'
import { agentView, captureView, readCapture, readCaptureAgents, readFiltered, statusOf, type CaptureRow } from './capture-rows.ts'
import type { CaptureRuns } from './capture-runs.ts'
import { beginCapture } from './capture-start.ts'
import { tailOf } from './capture-tail.ts'
import type { Followers } from './followers.ts'
import type { JobsContext } from './jobs-context.ts'
import { formOf } from './packet-orders.ts'
import type { RunningCapture } from './running-capture.ts'

export class CaptureDesk implements Capturing {
  readonly #context: JobsContext
  readonly #runs: CaptureRuns
  readonly #followers: Followers
  readonly #reader: CaptureReader

  constructor(context: JobsContext, runs: CaptureRuns, followers: Followers) {
    this.#context = context
    this.#runs = runs
    this.#followers = followers
    this.#reader = new CaptureReader(context)
  }

  async start(request: CaptureRequest, originalForm: boolean): Promise<Capture> {
    const capture = await beginCapture(this.#context, request, originalForm)
    // As it is before the first agent has answered.
    const pending = capture.view()
    await this.#runs.launch(capture)
    return pending
  }

  async stop(account: number, id: string): Promise<Capture> {
    const capture = this.#running(account, id)
    if (!capture || capture.isClosed) throw notPossible((await this.#found(account, id)).capture, 'it is over')
    await this.#runs.stop(capture)
    return await this.get(account, id)
  }

  async remove(account: number, id: string): Promise<void> {
    const { state, folder, running } = this.#context
    await this.#found(account, id)
    // Also one whose end is being written down.
    const capture = running.get(id)
    if (capture) await this.#runs.drop(capture)
    await state.deleteFrom('capture').where('id', '=', id).where('account', '=', account).execute()
    await folder.remove(id)
  }

  async get(account: number, id: string): Promise<Capture> {
    return (await this.#found(account, id)).capture
  }

  /** Undefined when there is none. */
  async read(account: number, id: string): Promise<Capture | undefined> {
    const row = await readCapture(this.#context.state, id)
    if (!row || row.account !== account) return undefined
    const [capture] = await this.#views(account, [row])
    return capture
  }

  async list(account: number, filter: CaptureFilter): Promise<{ readonly total: number; readonly captures: readonly Capture[] }> {
    const { total, rows } = await readFiltered(this.#context.state, account, filter)
    return { total, captures: await this.#views(account, rows) }
  }

  async download(account: number, id: string, format: DownloadFormat, agent?: string): Promise<CaptureBytes> {
    return await this.#reader.download(await this.#found(account, id), format, agent)
  }

  async manifest(account: number, id: string): Promise<CaptureManifest> {
    return await this.#reader.manifest(await this.#found(account, id))
  }

  async packets(account: number, id: string, page: { readonly offset: number; readonly limit: number }): Promise<readonly PacketSummary[]> {
    return await this.#reader.packets(await this.#found(account, id), page)
  }

  async packet(account: number, id: string, number: number): Promise<PacketDetail> {
    return await this.#reader.packet(await this.#found(account, id), number)
  }

  async tail(account: number, id: string, signal: AbortSignal): Promise<CaptureBytes> {
    const capture = this.#running(account, id)
    if (!capture) return await this.download(account, id, 'pcap')
    const view = capture.view()
    if (capture.toBucket) throw notPossible(view, 'its packets go to the bucket and not to the server')
    if (capture.isPast) throw notPossible(view, 'its packets are being gathered; ask again in a second')
    const form = formOf(view, view.extension.link === 'ethernet')
    return { contentType: contentTypes.pcap, fileName: `pcap_${id}.pcap`, body: tailOf(capture, form, signal) }
  }

  follow(account: number, id: string, listener: (capture: Capture) => void): () => void {
    return this.#followers.add(account, id, listener)
  }

  #running(account: number, id: string): RunningCapture | undefined {
    const capture = this.#context.running.get(id)
    return capture?.row.account === account && !captureIsOver(statusOf(capture.row)) ? capture : undefined
  }

  async #found(account: number, id: string): Promise<FoundCapture> {
    const row = await readCapture(this.#context.state, id)
    if (!row || row.account !== account) throw new ApiError('capture_not_found', { id })
    const [capture] = await this.#views(account, [row])
    if (!capture) throw new ApiError('capture_not_found', { id })
    return { row, capture }
  }

  /** Of those that run what is known in memory, which is newer than the row. */
  async #views(account: number, rows: readonly CaptureRow[]): Promise<readonly Capture[]> {
    const { state, running } = this.#context
    const { full_download } = await readCapturePolicy(state, account)
    const agents = await readCaptureAgents(
      state,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => {
      const live = running.get(row.id)
      const own = agents.filter(({ capture }) => capture === row.id)
      return live && !captureIsOver(statusOf(live.row)) ? live.view() : captureView(row, own.map(agentView), full_download)
    })
  }
}
