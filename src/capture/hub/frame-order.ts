// Frames of one job over one connection: they come without gaps, and are told as kept in order, whichever is kept first.

export class FrameOrder {
  /** Frames that are not told as kept yet, from the first on. */
  readonly #open: { readonly frame: number; kept: boolean }[] = []
  #last: number | undefined

  /** @returns false when a frame is missing before it; after a reconnection the first one can have any number */
  accept(frame: number): boolean {
    if (this.#last !== undefined && frame !== this.#last + 1) return false
    this.#last = frame
    this.#open.push({ frame, kept: false })
    return true
  }

  /** @returns the frame up to which all are kept, if that is new */
  keep(frame: number): number | undefined {
    const entry = this.#open.find((open) => open.frame === frame)
    if (entry !== undefined) entry.kept = true
    let upTo: number | undefined
    while (this.#open[0]?.kept) upTo = this.#open.shift()?.frame
    return upTo
  }
}
