// Who wants to be told when a capture changes, and is told at most ten times a second.
import type { Log } from '../../base/log.ts'
import type { Capture } from '../../contract/capture.ts'

const leastIntervalMs = 100

type Listener = (capture: Capture) => void

interface Followed {
  readonly account: number
  readonly id: string
  readonly listeners: Set<Listener>
  timer: NodeJS.Timeout | undefined
  /** It is being read for the listeners now. */
  telling: boolean
  /** It has changed since. */
  changed: boolean
}

export interface FollowersDependencies {
  /** Undefined when there is no such capture any more. */
  readonly read: (account: number, id: string) => Promise<Capture | undefined>
  readonly log: Pick<Log, 'error'>
}

export class Followers {
  readonly #deps: FollowersDependencies
  readonly #followed = new Map<string, Followed>()

  constructor(deps: FollowersDependencies) {
    this.#deps = deps
  }

  /** @returns what ends it */
  add(account: number, id: string, listener: Listener): () => void {
    const key = keyOf(account, id)
    const followed = this.#followed.get(key) ?? { account, id, listeners: new Set(), timer: undefined, telling: false, changed: false }
    this.#followed.set(key, followed)
    // A function of its own, so that the same listener can be given twice.
    const own: Listener = (capture) => listener(capture)
    followed.listeners.add(own)
    return () => {
      followed.listeners.delete(own)
      if (followed.listeners.size > 0 || this.#followed.get(key) !== followed) return
      clearTimeout(followed.timer)
      this.#followed.delete(key)
    }
  }

  changed(account: number, id: string): void {
    const followed = this.#followed.get(keyOf(account, id))
    if (!followed) return
    followed.changed = true
    this.#arm(followed)
  }

  stop(): void {
    for (const { timer } of this.#followed.values()) clearTimeout(timer)
    this.#followed.clear()
  }

  #arm(followed: Followed): void {
    if (followed.timer !== undefined || followed.telling) return
    followed.timer = setTimeout(() => void this.#tell(followed), leastIntervalMs)
    followed.timer.unref()
  }

  async #tell(followed: Followed): Promise<void> {
    const { account, id, listeners } = followed
    followed.timer = undefined
    followed.telling = true
    followed.changed = false
    try {
      const capture = await this.#deps.read(account, id)
      if (capture) for (const listener of listeners) listener(capture)
    } catch (error) {
      this.#deps.log.error({ err: error, capture: id }, 'a change of a capture could not be passed on')
    }
    followed.telling = false
    if (followed.changed && listeners.size > 0) this.#arm(followed)
  }
}

function keyOf(account: number, id: string): string {
  return `${account}/${id}`
}
