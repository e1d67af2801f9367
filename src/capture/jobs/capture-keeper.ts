// Keeps the packets of captures that are over for as long as they may be, and deletes them then.
import { expiryOf, readCapturePolicy } from './capture-policy.ts'
import { overStatuses, timeText, updateCapture } from './capture-rows.ts'
import { mebibyte, type JobsContext } from './jobs-context.ts'

type KeeperContext = Pick<JobsContext, 'captures' | 'state' | 'clock' | 'log' | 'folder' | 'counts' | 'running'>

/** Rows of captures that are over and have no packets here any more, for each account; the oldest go. */
const mostRows = 10_000
/** Captures at a time, so that a transaction of somebody else comes in between. */
const atOnce = 50

export class CaptureKeeper {
  readonly #context: KeeperContext
  readonly #changed: (account: number, id: string) => void
  #room: Promise<void> | undefined

  /** @param changed told when packets of a capture are gone */
  constructor(context: KeeperContext, changed: (account: number, id: string) => void) {
    this.#context = context
    this.#changed = changed
  }

  /** After a crash: folders that no capture has go, and so do files that its end has left behind. Running ones must be known. */
  async start(): Promise<void> {
    const { folder, state, running } = this.#context
    const ids = new Set(await folder.start())
    const kept = await state.selectFrom('capture').select(['id', 'account']).where('kept', '=', 1).execute()
    for (const { id, account } of kept) {
      if (!ids.delete(id)) await this.#gone(id, account)
      else await folder.clear(id)
    }
    for (const id of ids) if (!running.has(id)) await folder.remove(id)
  }

  /** Deletes what is too old. */
  async sweep(): Promise<void> {
    for (const { number } of await this.#context.state.selectFrom('account').select('number').execute()) await this.#expire(number)
    await this.#deleteRows()
    if (!this.#fits(0)) await this.makeRoom(0)
  }

  /** Deletes packets of the oldest captures that are over until there is room. @returns whether there is */
  async makeRoom(bytes: number): Promise<boolean> {
    this.#room ??= this.#clear(bytes).finally(() => (this.#room = undefined))
    await this.#room
    return this.#fits(bytes)
  }

  /** By the account's policy as it is now, which may have changed since. */
  async #expire(account: number): Promise<void> {
    const { state, clock, counts } = this.#context
    const kept = await state
      .selectFrom('capture')
      .select(['id', 'ended_at', 'expires_at'])
      .where('account', '=', account)
      .where('kept', '=', 1)
      .execute()
    if (kept.length === 0) return
    const policy = await readCapturePolicy(state, account)
    for (const { id, ended_at, expires_at: known } of kept) {
      const expires_at = expiryOf(policy, ended_at ?? timeText(clock.now()))
      if (Date.parse(expires_at) <= clock.now()) {
        await this.#delete(id, account)
        counts.expired++
      } else if (expires_at !== known) {
        await updateCapture(state, id, { expires_at })
        this.#changed(account, id)
      }
    }
  }

  async #clear(bytes: number): Promise<void> {
    const { state, counts, log } = this.#context
    while (!this.#fits(bytes)) {
      const oldest = await state
        .selectFrom('capture')
        .select(['id', 'account'])
        .where('kept', '=', 1)
        .orderBy('ended_at')
        .limit(1)
        .executeTakeFirst()
      if (!oldest) return
      await this.#delete(oldest.id, oldest.account)
      counts.displaced++
      log.warn(
        'displaced',
        { capture: oldest.id },
        'packets of an old capture were deleted to make room; captures.keep_mib says how much there is',
      )
    }
  }

  #fits(bytes: number): boolean {
    const { captures, folder } = this.#context
    return folder.bytes + bytes <= captures.keep_mib * mebibyte
  }

  async #delete(id: string, account: number): Promise<void> {
    // The row first: one that promises packets which are gone would be worse than a folder that is found at the next start.
    await this.#gone(id, account)
    await this.#context.folder.remove(id)
  }

  async #gone(id: string, account: number): Promise<void> {
    await updateCapture(this.#context.state, id, { kept: 0 })
    this.#changed(account, id)
  }

  async #deleteRows(): Promise<void> {
    const { state } = this.#context
    for (const { number } of await state.selectFrom('account').select('number').execute()) {
      const beyond = state
        .selectFrom('capture')
        .select('id')
        .where('account', '=', number)
        .where('status', 'in', overStatuses)
        .where('kept', '=', 0)
        .orderBy('position', 'desc')
        .limit(atOnce)
        .offset(mostRows)
      await state.deleteFrom('capture').where('id', 'in', beyond).execute()
    }
  }
}
