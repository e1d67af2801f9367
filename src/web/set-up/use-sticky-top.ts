// Keeps a column in view while the one beside it scrolls: by its top where it fits the window, otherwise by its end.
import { useEffect, useState, type RefObject } from 'react'

/** Room above and below, in pixels. */
const margin = 20

/** @returns the `top` of an element with `position: sticky` */
export function useStickyTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(margin)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const place = () => setTop(Math.min(margin, innerHeight - current.offsetHeight - margin))
    const observer = new ResizeObserver(place)
    observer.observe(current)
    addEventListener('resize', place)
    return () => {
      observer.disconnect()
      removeEventListener('resize', place)
    }
  }, [element])
  return top
}
