// Names a chart for screen readers as soon as its element is there. Kumo gives it the role of an image at once and leaves
// the name to the drawing, which comes some frames later.
import { useLayoutEffect, useRef, type RefObject } from 'react'

/** @returns goes to the element around the chart */
export function useChartName(name: string): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null)
  // After every time: a change of colours makes a new element.
  useLayoutEffect(() => box.current?.querySelector('[role=img]')?.setAttribute('aria-label', name))
  return box
}
