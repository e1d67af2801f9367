// The templates that a router announced: their age, and what they lack, repeat, or say in a way that is not understood.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Table } from '@cloudflare/kumo/components/table'
import { useMemo } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { RouterHealth, TemplateHealth } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { Card } from '../shell/card.tsx'
import { formatCount, formatDuration } from '../view/units.ts'
import { Nothing, Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { TemplateRemarks } from './template-remarks.tsx'

const text = routerMessages
const shortList = 10
// Exporters repeat templates every few minutes over UDP, half an hour at the most (the default of RFC 5101 §10.3.6).
const oldAge = 1800
// Their layouts are fixed: neither announces anything.
const fixedLayouts: ReadonlySet<string> = new Set(['netflow1', 'netflow5', 'netflow7', 'sflow5'])

function remarkCount(template: TemplateHealth): number {
  return template.missing.length + template.duplicates.length + template.unknown_enterprise.length
}

/** Data templates first, those with remarks before complete ones. */
function byInterest(a: TemplateHealth, b: TemplateHealth): number {
  const kind = (template: TemplateHealth) => (template.kind === 'data' ? 0 : 1)
  return kind(a) - kind(b) || remarkCount(b) - remarkCount(a) || a.domain - b.domain || a.id - b.id
}

function Age({ template, now }: { readonly template: TemplateHealth; readonly now: number }) {
  const seconds = Math.max(0, (now - Date.parse(template.last_seen)) / 1000)
  return (
    <span className={`whitespace-nowrap tabular-nums ${seconds > oldAge ? 'font-medium text-kumo-warning' : ''}`}>
      {messages.ago(formatDuration(seconds))}
    </span>
  )
}

function TemplateName({ template }: { readonly template: TemplateHealth }) {
  return (
    <span className="flex items-center gap-2">
      <span className="font-medium text-kumo-default tabular-nums">{template.id}</span>
      <Badge variant={template.kind === 'data' ? 'secondary' : 'outline'}>{text.templateKinds[template.kind]}</Badge>
    </span>
  )
}

interface RowProps {
  readonly template: TemplateHealth
  readonly now: number
}

function TemplateRow({ template, now }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell className="align-top">
        <TemplateName template={template} />
      </Table.Cell>
      <Table.Cell className="align-top whitespace-nowrap">{messages.routers.protocols[template.protocol]}</Table.Cell>
      <Table.Cell className="text-right align-top tabular-nums">{template.domain}</Table.Cell>
      <Table.Cell className="text-right align-top tabular-nums">{formatCount(template.fields)}</Table.Cell>
      <Table.Cell className="align-top">
        <Age template={template} now={now} />
      </Table.Cell>
      <Table.Cell className="w-1/2 align-top">
        <TemplateRemarks template={template} />
      </Table.Cell>
    </Table.Row>
  )
}

function TemplateItem({ template, now }: RowProps) {
  return (
    <li className="flex flex-col gap-2 border-t border-kumo-hairline p-4 text-base text-kumo-default first:border-t-0">
      <div className="flex items-center justify-between gap-3">
        <TemplateName template={template} />
        <Age template={template} now={now} />
      </div>
      <span className="text-sm text-kumo-subtle tabular-nums">
        {messages.routers.protocols[template.protocol]} · {text.domain} {template.domain} · {text.fields} {template.fields}
      </span>
      <TemplateRemarks template={template} />
    </li>
  )
}

function TemplateTable({ templates, now }: { readonly templates: readonly TemplateHealth[]; readonly now: number }) {
  const keyed = templates.map((template) => ({ key: `${template.protocol} ${template.domain} ${template.id}`, template }))
  return (
    <>
      <Table className="max-md:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.template}</Table.Head>
            <Table.Head>{messages.routers.protocol}</Table.Head>
            <Table.Head className="text-right">{text.domain}</Table.Head>
            <Table.Head className="text-right">{text.fields}</Table.Head>
            <Table.Head>{text.announced}</Table.Head>
            <Table.Head>{text.remarks}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {keyed.map(({ key, template }) => (
            <TemplateRow key={key} template={template} now={now} />
          ))}
        </Table.Body>
      </Table>
      <ul className="md:hidden">
        {keyed.map(({ key, template }) => (
          <TemplateItem key={key} template={template} now={now} />
        ))}
      </ul>
    </>
  )
}

function Templates({ health, router, now }: { readonly health: RouterHealth; readonly router: RouterStatus; readonly now: number }) {
  const sorted = useMemo(() => [...health.templates].sort(byInterest), [health.templates])
  if (sorted.length === 0) {
    const fixed = router.protocols.length > 0 && router.protocols.every((protocol) => fixedLayouts.has(protocol))
    const names = messages.list(router.protocols.map((protocol) => messages.routers.protocols[protocol]))
    return <Nothing>{messages.sentences([text.noTemplates, fixed ? text.noTemplatesFixed(names) : text.noTemplatesYet])}</Nothing>
  }
  return (
    <>
      <p className="border-b border-kumo-hairline px-4 py-2 text-sm text-kumo-subtle">{text.templatesIntro}</p>
      <ShortList items={sorted} length={shortList}>
        {(shown) => <TemplateTable templates={shown} now={now} />}
      </ShortList>
    </>
  )
}

export interface TemplateCardProps {
  readonly router: RouterStatus
  readonly query: CardQuery<RouterHealth>
  readonly now: number
}

export function TemplateCard({ router, query, now }: TemplateCardProps) {
  return (
    <Card title={text.templates} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>{(health) => <Templates health={health} router={router} now={now} />}</WithAnswer>
    </Card>
  )
}
