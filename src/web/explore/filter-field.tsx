// The filter of a question in one line: completed while typing, with what is wrong underlined where it stands.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { FilterFault } from '../../contract/packet-filter.ts'
import type { FlowPlace } from '../api/flow-question-queries.ts'
import { exploreMessages } from '../messages/explore.ts'
import { serverText } from '../messages/server-text.ts'
import { FaultMark } from '../shell/fault-mark.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { isPlaced, mended } from '../view/filter-fault.ts'
import { CandidateList } from './candidate-list.tsx'
import { useCompletion } from './use-completion.ts'
import type { FilterDraft } from './use-filter-draft.ts'

const text = exploreMessages.filter

interface ExpectedProps {
  readonly fault: FilterFault
  readonly onPut: (word: string) => void
}

/** What could stand in place of the fault. */
function Expected({ fault, onPut }: ExpectedProps) {
  if (fault.expected.length === 0) return null
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="text-sm text-kumo-subtle">{text.expected}</span>
      {fault.expected.map((word) => (
        <Button key={word} size="xs" aria-label={text.put(word)} onClick={() => onPut(word)}>
          <span className="font-mono">{word}</span>
        </Button>
      ))}
    </div>
  )
}

const faultText = (fault: FilterFault) =>
  isPlaced(fault) ? `${text.place(fault.from)}: ${serverText(fault.message)}` : serverText(fault.message)

interface FilterFieldProps {
  readonly draft: FilterDraft
  /** Asks with the text as it stands. */
  readonly onAsk: () => void
}

export function FilterField({ draft, onAsk }: FilterFieldProps) {
  const [field, setField] = useState<HTMLInputElement | null>(null)
  const cursor = useRef<number>(undefined)
  const list = useId()
  const completion = useCompletion()
  const { fault } = draft
  // A text that was put there has its cursor where the next word goes.
  useLayoutEffect(() => {
    if (cursor.current === undefined) return
    field?.setSelectionRange(cursor.current, cursor.current)
    cursor.current = undefined
  })
  const put = (place: FlowPlace) => {
    cursor.current = place.at
    draft.setText(place.text)
    completion.show(place, false)
    field?.focus()
  }
  const take = (index: number) => {
    const place = completion.take(index)
    if (place !== undefined) put(place)
  }
  const ask = () => {
    completion.close()
    onAsk()
  }
  const here = (): FlowPlace => ({ text: draft.text, at: field?.selectionStart ?? draft.text.length })
  /** Whether the key had a meaning here. */
  const onKey = (event: KeyboardEvent): boolean => {
    const { key, ctrlKey, metaKey } = event
    const marked = completion.open && completion.marked >= 0
    if (key === 'Enter' && marked && !ctrlKey && !metaKey) take(completion.marked)
    else if (key === 'Enter') ask()
    else if (key === 'Tab' && marked && !event.shiftKey) take(completion.marked)
    else if (key === 'Escape' && completion.open) completion.close()
    else if (key === 'ArrowUp' && completion.open) completion.move(-1)
    else if (key === 'ArrowDown' && completion.open) completion.move(1)
    else if (key === 'ArrowDown' || (key === ' ' && ctrlKey)) completion.show(here(), true)
    else return false
    return true
  }
  return (
    <div className="flex min-w-0 grow flex-col gap-2">
      <div className="relative min-w-0">
        <Input
          ref={setField}
          label={text.label}
          description={text.hint}
          placeholder={text.placeholder}
          className="w-full font-mono"
          // Kumo's fields complete whole values: this one completes the word at the cursor.
          // eslint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={completion.open}
          aria-controls={completion.open ? list : undefined}
          aria-activedescendant={completion.marked >= 0 ? `${list}-${completion.marked}` : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={draft.text}
          onChange={(event) => {
            const { value, selectionStart } = event.target
            draft.setText(value)
            completion.show({ text: value, at: selectionStart ?? value.length }, false)
          }}
          onKeyDown={(event) => {
            if (onKey(event)) event.preventDefault()
          }}
          onBlur={completion.close}
          {...fieldProblem(fault === undefined ? undefined : faultText(fault))}
        />
        {fault !== undefined && isPlaced(fault) && field !== null && <FaultMark filter={draft.text} fault={fault} field={field} />}
        {completion.open && field !== null && <CandidateList id={list} completion={completion} field={field} onTake={take} />}
      </div>
      {fault !== undefined && (
        <Expected
          fault={fault}
          onPut={(word) => {
            const mend = mended(draft.text, fault, word)
            put({ text: mend, at: mend.length })
          }}
        />
      )}
    </div>
  )
}
