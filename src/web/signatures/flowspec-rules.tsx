// The FlowSpec rules of a signature, each with the way to the dialog that announces it for one of the attack's targets.
import { Select } from '@cloudflare/kumo/components/select'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Rendering, Signature } from '../../contract/signature.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { matchText } from '../view/advertisement-view.ts'

const text = signatureMessages.page

interface FlowSpecRulesProps {
  readonly rendering: Rendering
  readonly signature: Signature
}

/** Nothing where there is no rule, or no target that it could be for. */
export function FlowSpecRules({ rendering: { flowspec }, signature }: FlowSpecRulesProps) {
  const prefixes = (signature.report?.targets ?? []).map(({ prefix }) => prefix)
  const [chosen, setChosen] = useState<string>()
  const prefix = chosen ?? prefixes[0]
  if (flowspec === undefined || flowspec.length === 0 || prefix === undefined) return null
  return (
    <div className="flex flex-col gap-3 border-t border-kumo-hairline pt-3">
      <p className="text-sm text-kumo-subtle">{text.announceDetail}</p>
      {prefixes.length > 1 && (
        <Select
          className="w-full sm:w-72"
          label={text.announceFor}
          items={Object.fromEntries(prefixes.map((name) => [name, name]))}
          value={prefix}
          onValueChange={(value) => setChosen(value ?? undefined)}
        />
      )}
      <ul className="flex flex-col gap-1.5">
        {flowspec.map((match, index) => {
          const rule = matchText({ match: { ...match, destination: prefix }, action: { kind: 'discard' } })
          return (
            <li key={rule} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-base">
              <span className="min-w-0 break-words text-kumo-default">
                {prefix}: {rule}
              </span>
              <Link
                to="/advertisements"
                search={{ announce: prefix, signature: signature.id, rule: String(index) }}
                aria-label={text.announceOf(rule)}
                className="rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
              >
                {text.announce}
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
