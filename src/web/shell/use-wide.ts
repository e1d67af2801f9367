// Whether the window is at least so wide, for what styles cannot tell apart.
import { useSyncExternalStore } from 'react'

/** @param pixels of the window's width */
export function useWide(pixels: number): boolean {
  const query = `(min-width: ${pixels}px)`
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}
