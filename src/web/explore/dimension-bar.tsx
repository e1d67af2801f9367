// What the answer is grouped by: dimensions as chips in the order of the key, moved by dragging or the arrow keys, and a picker.
import { CaretLeftIcon } from '@phosphor-icons/react/dist/csr/CaretLeft'
import { XIcon } from '@phosphor-icons/react/dist/csr/X'
import { useQuery } from '@tanstack/react-query'
import { useId, useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import type { FlowDimensionView } from '../../contract/flow-question.ts'
import { flowDimensionsQuery } from '../api/flow-question-queries.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { explain } from '../shell/failure.tsx'
import { dimensionLabel } from '../view/explore-labels.ts'
import { moved } from '../view/explore-order.ts'
import { mostDimensions } from '../view/explore-search.ts'
import { DimensionPicker } from './dimension-picker.tsx'
import type { ExploreControl } from './use-explore.ts'

const text = exploreMessages.by

interface ChipProps {
  readonly name: string
  readonly place: number
  readonly count: number
  readonly onMove: (to: number) => void
  readonly onRemove: () => void
  readonly drag: {
    readonly start: () => void
    readonly end: () => void
    /** Whether something can be dropped here now. */
    readonly over: boolean
    readonly drop: () => void
  }
}

const steps: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 }

const chipButton =
  'flex size-7 shrink-0 cursor-pointer items-center justify-center rounded-full text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'

function Chip({ name, place, count, onMove, onRemove, drag }: ChipProps) {
  const label = dimensionLabel(name)
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove()
    else if (step !== undefined) onMove(place + step)
    else return
    event.preventDefault()
  }
  const onOver = (event: DragEvent) => {
    if (drag.over) event.preventDefault()
  }
  return (
    // Dragging is for the mouse; the button inside takes the keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      draggable={count > 1}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move'
        event.dataTransfer.setData('text/plain', name)
        drag.start()
      }}
      onDragEnd={drag.end}
      onDragEnter={onOver}
      onDragOver={onOver}
      onDrop={(event) => {
        event.preventDefault()
        drag.drop()
      }}
      className="flex h-7 max-w-full items-center rounded-full bg-kumo-base text-sm ring ring-kumo-line"
    >
      <button
        type="button"
        aria-label={text.chip(label, place + 1, count)}
        title={name}
        onKeyDown={onKey}
        className={`min-w-0 truncate rounded-l-full py-1 pr-1 pl-3 text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand ${count > 1 ? 'cursor-grab' : 'cursor-default'}`}
      >
        {label}
      </button>
      {/* Fingers scroll where a mouse drags. */}
      {place > 0 && (
        <button
          type="button"
          className={`${chipButton} pointer-fine:hidden`}
          aria-label={text.forward(label)}
          onClick={() => onMove(place - 1)}
        >
          <CaretLeftIcon size={12} aria-hidden />
        </button>
      )}
      <button type="button" className={chipButton} aria-label={text.remove(label)} onClick={onRemove}>
        <XIcon size={12} aria-hidden />
      </button>
    </li>
  )
}

/** Links may hold any of a dimension's names. */
function fullName(name: string, dimensions: readonly FlowDimensionView[]): string {
  return dimensions.find((known) => known.name === name || known.other_names.includes(name))?.name ?? name
}

export function DimensionBar({ control }: { readonly control: ExploreControl }) {
  const heading = useId()
  const list = useRef<HTMLUListElement>(null)
  const [dragged, setDragged] = useState<number>()
  const [told, setTold] = useState('')
  const { data: dimensions = [], error } = useQuery(flowDimensionsQuery(useAccount()))
  const by = control.state.by.map((name) => fullName(name, dimensions))
  const move = (from: number, to: number) => {
    const name = by[from]
    if (name === undefined || to < 0 || to >= by.length || to === from) return
    control.set({ by: moved(by, from, to) })
    setTold(text.moved(dimensionLabel(name), to + 1, by.length))
  }
  const remove = (name: string) => {
    control.set({ by: by.filter((other) => other !== name) })
    setTold(text.removed(dimensionLabel(name)))
    // The chip that had the focus is gone with it.
    list.current?.focus()
  }
  const drop = (to: number) => {
    if (dragged !== undefined) move(dragged, to)
    setDragged(undefined)
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span id={heading} className="text-sm font-medium text-kumo-default">
        {text.label}
      </span>
      <ul ref={list} aria-labelledby={heading} tabIndex={-1} className="flex min-w-0 flex-wrap items-center gap-2 rounded-md outline-none">
        {by.map((name, place) => (
          <Chip
            key={name}
            name={name}
            place={place}
            count={by.length}
            onMove={(to) => move(place, to)}
            onRemove={() => remove(name)}
            drag={{
              start: () => setDragged(place),
              end: () => setDragged(undefined),
              over: dragged !== undefined && dragged !== place,
              drop: () => drop(place),
            }}
          />
        ))}
        {by.length === 0 && <li className="text-sm text-kumo-subtle">{text.none}</li>}
      </ul>
      {by.length < mostDimensions ? (
        <DimensionPicker dimensions={dimensions} chosen={by} onAdd={(name) => control.set({ by: [...by, name] })} />
      ) : (
        <span className="text-sm text-kumo-subtle">{text.full(mostDimensions)}</span>
      )}
      {error !== null && <span className="text-sm text-kumo-danger">{messages.sentences([text.unreadable, explain(error).fix])}</span>}
      <output className="sr-only">{told}</output>
    </div>
  )
}
