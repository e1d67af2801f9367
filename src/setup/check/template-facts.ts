// What an exporter's templates bring and lack, held against the record that routers are asked for.
import { element, reverseEnterprise } from '../../wire/information-elements.ts'
import { elementName } from '../../wire/element-names.ts'
import type { DeclaredDomain, DeclaredTemplate } from '../../wire/session/declarations.ts'
import { missingFields } from '../../wire/session/record-check.ts'
import type { FlowTemplate } from '../../wire/template.ts'
import { duplicateFieldNames, fillsColumn } from '../../wire/wanted-record.ts'
import { protocolName } from './protocol-name.ts'
import type { TemplateFacts } from './sender-facts.ts'

/** The templates of a domain; fixed records and what was withdrawn are left out. */
export function templateFacts(domain: DeclaredDomain): TemplateFacts[] {
  const templates = [...domain.declared.values()].filter(({ template, withdrawn }) => template.id >= firstTemplateId && !withdrawn)
  return templates.map((declared) => oneTemplate(declared, domain))
}

/** Fixed records have the number of their version (RFC 3954 §5.2: ids of templates begin at 256). */
const firstTemplateId = 256

function oneTemplate({ template, redefinitions, records, announcements }: DeclaredTemplate, domain: DeclaredDomain): TemplateFacts {
  const isData = template.scope === null
  const lacking = isData ? missingFields(template, domain) : []
  return {
    protocol: protocolName(domain.protocol),
    domain: domain.domain,
    id: template.id,
    kind: isData ? 'data' : 'options',
    fields: template.fields.map((field) => elementName(field.element, field.enterprise)),
    records,
    changes: redefinitions,
    remembered: announcements === 0,
    duplicates: isData ? duplicateFieldNames(template) : [],
    vendor: vendorFields(template),
    isEvent: template.fields.some((field) => field.enterprise === 0 && eventElements.has(field.element)),
    hasAddresses: fillsColumn(template, 'src_addr') || fillsColumn(template, 'dst_addr'),
    hasBytes: fillsColumn(template, 'bytes'),
    missing: lacking.filter(({ field }) => !toldApart.has(field) && !(field === 'protocol' && isIcmpOnly(template))),
  }
}

/** natEvent, firewallEvent, and what Cisco's firewalls sent before that was registered. */
const eventElements: ReadonlySet<number> = new Set([230, element.firewallEvent, element.oldFirewallEvent])

/** What findings of their own tell. */
const toldApart: ReadonlySet<string> = new Set(['bytes', 'sampler', 'addresses'])

/** Exporters with a template for ICMP alone leave the protocol out, and nobody can change that. */
function isIcmpOnly(template: FlowTemplate): boolean {
  return fillsColumn(template, 'icmp_type') && !fillsColumn(template, 'src_port')
}

function vendorFields({ fields }: FlowTemplate): string[] {
  const unknown = fields.filter(({ enterprise }) => enterprise !== 0 && enterprise !== reverseEnterprise)
  return [...new Set(unknown.map((field) => elementName(field.element, field.enterprise)))]
}
