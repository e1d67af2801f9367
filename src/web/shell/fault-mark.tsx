// The line under what is wrong in the text of a field, at its place.
import { useLayoutEffect, useRef, useState } from 'react'
import type { FilterFault } from '../../contract/packet-filter.ts'
import { faultParts } from '../view/filter-fault.ts'

interface Place {
  readonly top: number
  readonly left: number
  readonly width: number
  readonly height: number
}

interface FaultMarkProps {
  readonly filter: string
  readonly fault: FilterFault
  readonly field: HTMLTextAreaElement | HTMLInputElement
}

/** Lies over the field with the same text in no colour: only the line under the fault is seen. */
export function FaultMark({ filter, fault, field }: FaultMarkProps) {
  const [place, setPlace] = useState<Place>()
  const mirror = useRef<HTMLDivElement>(null)
  const oneLine = field instanceof HTMLInputElement
  useLayoutEffect(() => {
    const measure = () => {
      setPlace({ top: field.offsetTop, left: field.offsetLeft, width: field.offsetWidth, height: field.offsetHeight })
      mirror.current?.scrollTo(field.scrollLeft, field.scrollTop)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(field)
    field.addEventListener('scroll', measure)
    return () => {
      observer.disconnect()
      field.removeEventListener('scroll', measure)
    }
  }, [field])
  const { before, at, after } = faultParts(filter, fault)
  const { font, padding, lineHeight, letterSpacing } = getComputedStyle(field)
  // The text of a field of one line stands in its middle.
  const style = { ...place, font, padding, lineHeight: oneLine ? `${place?.height ?? 0}px` : lineHeight, letterSpacing }
  return (
    <div
      ref={mirror}
      aria-hidden
      className={`pointer-events-none absolute overflow-hidden text-transparent select-none ${oneLine ? 'whitespace-pre' : 'break-words whitespace-pre-wrap'}`}
      style={style}
    >
      {before}
      <span className="underline decoration-kumo-danger decoration-wavy decoration-2 underline-offset-3">{at}</span>
      {after}
    </div>
  )
}
