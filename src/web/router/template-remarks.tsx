// What is remarkable about one template: fields that it lacks, repeats, or that nobody here understands.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { useState } from 'react'
import type { TemplateHealth } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { enterpriseOf } from './enterprise-names.ts'

const text = routerMessages
// About one line of a wide table.
const fewNames = 5

/** A field's name with its vendor, where it is `PEN:element` of a known one. */
export function fieldText(field: string): string {
  const vendor = enterpriseOf(field)
  return vendor === '' ? field : `${field} ${vendor}`
}

function Remark({ label, names }: { readonly label: string; readonly names: readonly string[] }) {
  const [open, setOpen] = useState(false)
  if (names.length === 0) return null
  const few = open ? names : names.slice(0, fewNames)
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <dt className="mr-0.5 text-sm text-kumo-subtle">{label}</dt>
      {few.map((name) => (
        <dd key={name} className="max-w-full min-w-0">
          <code className="block truncate rounded-md bg-kumo-recessed px-1.5 py-0.5 font-mono text-sm text-kumo-default" title={name}>
            {name}
          </code>
        </dd>
      ))}
      {names.length > fewNames && (
        <dd>
          <Button variant="ghost" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? messages.shell.fewer : messages.shell.more(names.length)}
          </Button>
        </dd>
      )}
    </div>
  )
}

export function TemplateRemarks({ template }: { readonly template: TemplateHealth }) {
  const { missing, duplicates, unknown_enterprise: unknown, kind } = template
  if (missing.length + duplicates.length + unknown.length === 0) {
    return kind === 'data' ? (
      <Badge appearance="dot" variant="success">
        {text.complete}
      </Badge>
    ) : (
      <span className="text-kumo-subtle">{messages.none}</span>
    )
  }
  return (
    <dl className="flex flex-col gap-1.5">
      <Remark label={text.lacks} names={missing} />
      <Remark label={text.duplicated} names={duplicates} />
      <Remark label={text.notUnderstood} names={unknown.map(fieldText)} />
    </dl>
  )
}
