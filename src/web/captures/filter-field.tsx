// The text of a filter: what is wrong is underlined where it stands while typing, with what could stand there instead.
import { Button } from '@cloudflare/kumo/components/button'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { InputArea } from '@cloudflare/kumo/components/input'
import { useLayoutEffect, useRef, useState } from 'react'
import { filterExamples, type FilterFault } from '../../contract/packet-filter.ts'
import { captureMessages } from '../messages/captures.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { faultParts, isPlaced, mended } from '../view/filter-fault.ts'
import { FilterHelp } from './filter-help.tsx'

const text = captureMessages.form

/** A form with the text of a filter. */
export interface FilterDraft {
  readonly form: { readonly filter: string }
  readonly set: (change: { readonly filter: string }) => void
  readonly problem: (field: 'filter') => string | undefined
}

interface Place {
  readonly top: number
  readonly left: number
  readonly width: number
  readonly height: number
}

/** Lies over the field with the same text in no colour: only the line under the fault is seen. */
function FaultMark({ filter, fault, area }: { readonly filter: string; readonly fault: FilterFault; readonly area: HTMLTextAreaElement }) {
  const [place, setPlace] = useState<Place>()
  const mirror = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const measure = () => {
      setPlace({ top: area.offsetTop, left: area.offsetLeft, width: area.offsetWidth, height: area.offsetHeight })
      if (mirror.current !== null) mirror.current.scrollTop = area.scrollTop
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(area)
    area.addEventListener('scroll', measure)
    return () => {
      observer.disconnect()
      area.removeEventListener('scroll', measure)
    }
  }, [area])
  const { before, at, after } = faultParts(filter, fault)
  const { font, padding, lineHeight, letterSpacing } = getComputedStyle(area)
  return (
    <div
      ref={mirror}
      aria-hidden
      className="pointer-events-none absolute overflow-hidden break-words whitespace-pre-wrap text-transparent select-none"
      style={{ ...place, font, padding, lineHeight, letterSpacing }}
    >
      {before}
      <span className="underline decoration-kumo-danger decoration-wavy decoration-2 underline-offset-3">{at}</span>
      {after}
    </div>
  )
}

/** What could stand in place of the fault. */
function Expected({ draft, fault }: { readonly draft: FilterDraft; readonly fault: FilterFault }) {
  if (fault.expected.length === 0) return null
  const { filter } = draft.form
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="text-sm text-kumo-subtle">{text.expected}</span>
      {fault.expected.map((word) => (
        <Button key={word} size="xs" aria-label={text.put(word)} onClick={() => draft.set({ filter: mended(filter, fault, word) })}>
          <span className="font-mono">{word}</span>
        </Button>
      ))}
    </div>
  )
}

function Examples({ draft }: { readonly draft: FilterDraft }) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="text-sm text-kumo-subtle">{text.examples}:</span>
      {filterExamples.map(({ filter, description }) => (
        <Button key={filter} size="xs" title={filter} onClick={() => draft.set({ filter })}>
          {description}
        </Button>
      ))}
    </div>
  )
}

/** What is wrong, and at which character. */
const faultText = (fault: FilterFault) => (isPlaced(fault) ? `${text.place(fault.from)}: ${fault.message}` : fault.message)

interface FilterFieldProps {
  readonly draft: FilterDraft
  /** Of the text as it stands now. */
  readonly fault: FilterFault | undefined
  /** What an empty one means. */
  readonly hint?: string
  /** Without whole filters to begin with. */
  readonly plain?: boolean
}

export function FilterField({ draft, fault, hint = text.filterHint, plain = false }: FilterFieldProps) {
  const [area, setArea] = useState<HTMLTextAreaElement | null>(null)
  const { filter } = draft.form
  const problem = fault === undefined ? draft.problem('filter') : faultText(fault)
  return (
    <div className="flex flex-col gap-2">
      <div className="relative">
        <InputArea
          ref={setArea}
          label={text.filter}
          description={hint}
          placeholder={text.filterPlaceholder}
          className="w-full font-mono"
          autoResize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          autoCapitalize="none"
          value={filter}
          onChange={(event) => draft.set({ filter: event.target.value })}
          {...fieldProblem(problem)}
        />
        {fault !== undefined && isPlaced(fault) && area !== null && <FaultMark filter={filter} fault={fault} area={area} />}
      </div>
      {fault !== undefined && <Expected draft={draft} fault={fault} />}
      {!plain && <Examples draft={draft} />}
      <Collapsible.Root>
        <Collapsible.DefaultTrigger>{text.help}</Collapsible.DefaultTrigger>
        <Collapsible.DefaultPanel>
          <FilterHelp />
        </Collapsible.DefaultPanel>
      </Collapsible.Root>
    </div>
  )
}
