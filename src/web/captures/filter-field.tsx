// The text of a filter: what is wrong is underlined where it stands while typing, with what could stand there instead.
import { Button } from '@cloudflare/kumo/components/button'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { InputArea } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import { filterExamples, type FilterFault } from '../../contract/packet-filter.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { FaultMark } from '../shell/fault-mark.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { isPlaced, mended } from '../view/filter-fault.ts'
import { FilterHelp } from './filter-help.tsx'

const text = captureMessages.form

/** A form with the text of a filter. */
export interface FilterDraft {
  readonly form: { readonly filter: string }
  readonly set: (change: { readonly filter: string }) => void
  readonly problem: (field: 'filter') => string | undefined
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
          {serverText(description)}
        </Button>
      ))}
    </div>
  )
}

/** What is wrong, and at which character. */
const faultText = (fault: FilterFault) =>
  isPlaced(fault) ? `${text.place(fault.from)}: ${serverText(fault.message)}` : serverText(fault.message)

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
        {fault !== undefined && isPlaced(fault) && area !== null && <FaultMark filter={filter} fault={fault} field={area} />}
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
