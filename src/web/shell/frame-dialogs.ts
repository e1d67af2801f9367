// What lies over every page and is opened from several places: the command palette and the list of shortcuts.
import { useSyncExternalStore } from 'react'

export type FrameDialog = 'palette' | 'shortcuts'

let open: FrameDialog | undefined
const listeners = new Set<() => void>()

/** Opens one instead of the other; undefined closes. */
export function askFor(dialog: FrameDialog | undefined): void {
  open = dialog
  for (const listener of listeners) listener()
}

function watch(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What is open, or on its way. */
export const openFrameDialog = (): FrameDialog | undefined => open

export function useFrameDialog(): FrameDialog | undefined {
  return useSyncExternalStore(watch, openFrameDialog)
}
