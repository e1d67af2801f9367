// What has come, to look at: a flow in a line, the templates with their fields, all of it as a pcap.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button, LinkButton } from '@cloudflare/kumo/components/button'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import type { CheckTemplate, RouterCheck } from '../../contract/router-check.ts'
import { checkPcapPath } from '../api/router-check-actions.ts'
import { messages } from '../messages.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { useAccount } from '../shell/account.ts'
import { useNow } from '../shell/use-now.ts'
import { formatBytes, formatCount } from '../view/units.ts'
import { flowText, missingFields } from './check-view.ts'

const text = setUpMessages.watch

interface CheckProps {
  readonly check: RouterCheck
}

export function OneFlow({ check: { sample } }: CheckProps) {
  const now = useNow(60)
  if (sample === null) return null
  return (
    <section className="flex flex-col gap-1 border-t border-kumo-hairline pt-3">
      <h3 className="font-medium text-kumo-default">{text.sample}</h3>
      <p className="font-mono text-sm break-words text-kumo-default">{flowText(sample, now)}</p>
    </section>
  )
}

function FieldNames({ fields, missing = false }: { readonly fields: readonly string[]; readonly missing?: boolean }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {fields.map((field) => (
        <li key={field}>
          <Badge variant={missing ? 'error' : 'secondary'}>{field}</Badge>
        </li>
      ))}
    </ul>
  )
}

function Template({ template }: { readonly template: CheckTemplate }) {
  const { id, domain, kind, protocol, records, fields } = template
  return (
    <li className="flex flex-col gap-1.5">
      <p className="text-sm text-kumo-subtle tabular-nums">
        <span className="text-kumo-default">{text.template(id, domain)}</span>{' '}
        {messages.list([messages.routers.protocols[protocol], text.templateKinds[kind], text.records(records, formatCount(records))])}
      </p>
      {/* A field that stands twice in a template is one of the faults that are looked for here. */}
      <FieldNames fields={[...new Set(fields)]} />
    </li>
  )
}

export function TemplateList({ check: { templates, steps } }: CheckProps) {
  if (templates.length === 0) return null
  const missing = missingFields(steps)
  return (
    <div className="border-t border-kumo-hairline pt-3">
      <Collapsible.Root>
        <Collapsible.DefaultTrigger>{text.templates(templates.length)}</Collapsible.DefaultTrigger>
        <Collapsible.DefaultPanel>
          <div className="flex flex-col gap-4">
            {missing.length > 0 && (
              <div className="flex flex-col gap-1.5">
                <p className="text-sm text-kumo-default">{text.missing}</p>
                <FieldNames fields={missing} missing />
              </div>
            )}
            <ul className="flex flex-col gap-4">
              {templates.map((template) => (
                <Template key={`${template.protocol} ${template.domain} ${template.id}`} template={template} />
              ))}
            </ul>
          </div>
        </Collapsible.DefaultPanel>
      </Collapsible.Root>
    </div>
  )
}

export function SavePcap({ check: { id, kept }, allowed }: CheckProps & { readonly allowed: boolean }) {
  const account = useAccount()
  const empty = kept.datagrams === 0
  const hint = empty ? text.saveEmpty : allowed ? text.saveHint(formatCount(kept.datagrams), formatBytes(kept.bytes)) : text.saveForbidden
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-kumo-hairline pt-3">
      {empty || !allowed ? (
        <Button icon={DownloadSimpleIcon} disabled>
          {text.save}
        </Button>
      ) : (
        <LinkButton variant="secondary" href={checkPcapPath(account, id)} icon={DownloadSimpleIcon} download>
          {text.save}
        </LinkButton>
      )}
      <span className="min-w-0 text-sm text-kumo-subtle">
        {hint} {kept.missed > 0 && text.saveMissed(formatCount(kept.missed))}
      </span>
    </div>
  )
}
