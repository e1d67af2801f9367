// Lines of the audit log, day by day: a sentence each, with all facts behind it.
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { CaretDownIcon } from '@phosphor-icons/react/dist/csr/CaretDown'
import type { AuditLine } from '../../contract/settings.ts'
import { auditMessages } from '../messages/audit.ts'
import { formatDate, formatTime } from '../view/units.ts'
import { reasonOf, sentenceOf } from './audit-sentence.ts'

const text = auditMessages

interface Day {
  readonly name: string
  readonly lines: readonly AuditLine[]
}

/** In the order that they are in. */
function byDay(lines: readonly AuditLine[]): readonly Day[] {
  const days = new Map<string, AuditLine[]>()
  for (const line of lines) {
    const name = formatDate(Date.parse(line.at))
    const known = days.get(name)
    if (known === undefined) days.set(name, [line])
    else known.push(line)
  }
  return [...days].map(([name, of]) => ({ name, lines: of }))
}

function Row({ line }: { readonly line: AuditLine }) {
  const reason = reasonOf(line)
  return (
    <li className="border-t border-kumo-hairline">
      <Collapsible.Root>
        <Collapsible.Trigger className="group grid w-full cursor-pointer items-baseline grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 md:grid-cols-[4.5rem_minmax(0,1fr)_auto_1rem] px-4 py-2.5 text-left text-base hover:bg-kumo-tint focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-kumo-brand">
          <time dateTime={line.at} className="text-kumo-subtle tabular-nums">
            {formatTime(Date.parse(line.at))}
          </time>
          <span className="flex min-w-0 flex-col">
            <span className="break-words text-kumo-default">{sentenceOf(line)}</span>
            {reason !== '' && <span className="text-sm break-words text-kumo-subtle">{text.why(reason)}</span>}
          </span>
          <span className="col-start-2 text-sm text-kumo-subtle md:col-start-auto">{text.via[line.via] ?? line.via}</span>
          <CaretDownIcon
            size={14}
            aria-hidden
            className="hidden self-center text-kumo-subtle transition-transform group-aria-expanded:rotate-180 md:block"
          />
        </Collapsible.Trigger>
        <Collapsible.Panel>
          <pre className="mx-4 mb-3 max-h-96 overflow-auto rounded-lg bg-kumo-recessed p-3 font-mono text-sm break-words whitespace-pre-wrap text-kumo-default ring ring-kumo-hairline">
            {JSON.stringify(line, null, 2)}
          </pre>
        </Collapsible.Panel>
      </Collapsible.Root>
    </li>
  )
}

export function AuditRows({ lines }: { readonly lines: readonly AuditLine[] }) {
  return byDay(lines).map(({ name, lines: of }) => (
    <section key={name} aria-label={name}>
      <h3 className="border-t border-kumo-hairline bg-kumo-recessed px-4 py-1.5 text-sm font-medium text-kumo-subtle first:border-t-0">
        {name}
      </h3>
      <ol>
        {of.map((line) => (
          <Row key={line.id} line={line} />
        ))}
      </ol>
    </section>
  ))
}
