// What can stand at the cursor of the filter, below its field. The field keeps the focus and takes the keys.
import { useEffect } from 'react'
import { exploreMessages } from '../messages/explore.ts'
import { serverText } from '../messages/server-text.ts'
import type { Candidate } from '../view/explore-completion.ts'
import type { Completion } from './use-completion.ts'

const text = exploreMessages.filter

interface CandidateProps {
  readonly id: string
  readonly candidate: Candidate
  readonly marked: boolean
  readonly onTake: () => void
}

function CandidateItem({ id, candidate, marked, onTake }: CandidateProps) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      // An <option> can hold nothing but text.
      // eslint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      tabIndex={-1}
      aria-selected={marked}
      onClick={onTake}
      className={`flex cursor-pointer items-baseline gap-3 px-3 py-1.5 text-sm ${marked ? 'bg-kumo-info-tint' : 'hover:bg-kumo-recessed'}`}
    >
      <span className="max-w-[60%] shrink-0 truncate font-mono text-kumo-default">{candidate.text}</span>
      <span className="min-w-0 truncate text-kumo-subtle">{serverText(candidate.description)}</span>
    </div>
  )
}

interface CandidateListProps {
  readonly id: string
  readonly completion: Completion
  readonly field: HTMLInputElement
  readonly onTake: (index: number) => void
}

export function CandidateList({ id, completion, field, onTake }: CandidateListProps) {
  const { candidates, marked } = completion
  useEffect(() => {
    document.getElementById(`${id}-${marked}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, marked])
  return (
    <>
      {/* The hint below the field would be covered by a list that begins where the field ends only in part: it covers all of it. */}
      <div
        id={id}
        // A <select> cannot be without the focus.
        // eslint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="listbox"
        tabIndex={-1}
        aria-label={text.candidates}
        className="absolute z-20 max-h-72 w-full max-w-2xl overflow-y-auto rounded-lg bg-kumo-base py-1 shadow-lg ring ring-kumo-line"
        style={{ top: field.offsetTop + field.offsetHeight + 4, left: field.offsetLeft }}
        // The field must not lose the focus to a click.
        onMouseDown={(event) => event.preventDefault()}
      >
        {candidates.map((candidate, index) => (
          <CandidateItem
            key={`${candidate.kind} ${candidate.text}`}
            id={`${id}-${index}`}
            candidate={candidate}
            marked={index === marked}
            onTake={() => onTake(index)}
          />
        ))}
      </div>
      <output className="sr-only">{text.found(candidates.length)}</output>
    </>
  )
}
