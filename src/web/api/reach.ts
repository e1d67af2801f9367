// Whether the server answers at all: every request tells, the frame shows it once instead of each part of a page.

/** A single request that fails, as while a laptop wakes up, is no news yet. Milliseconds. */
const patience = 2000

let firstMiss: number | undefined
let away: number | undefined
const listeners = new Set<() => void>()

function tell(next: number | undefined): void {
  if (next === away) return
  away = next
  for (const listener of listeners) listener()
}

/** A request had no answer. @param now milliseconds since 1970 */
export function lost(now: number): void {
  firstMiss ??= now
  if (now - firstMiss >= patience) tell(firstMiss)
}

/** A request had an answer, whichever. */
export function reached(): void {
  firstMiss = undefined
  tell(undefined)
}

/** Since when the server has not answered, in milliseconds since 1970; undefined while it does. */
export const awaySince = (): number | undefined => away

export function watchReach(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
