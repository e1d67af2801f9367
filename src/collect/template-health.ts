// Holds a template against the flow record that routers are asked for: what it lacks, has twice, and is not understood.
import type { TemplateHealth } from '../contract/exporter-health.ts'
import { reverseEnterprise } from '../wire/information-elements.ts'
import type { FlowTemplate } from '../wire/template.ts'
import { duplicateFieldNames, fillsColumn, wantedFields } from '../wire/wanted-record.ts'

type Findings = Pick<TemplateHealth, 'duplicates' | 'unknown_enterprise' | 'missing'>

/** @param isRateTold whether the exporter tells a sampling rate by other means than the records of this template */
export function templateFindings(template: FlowTemplate, isRateTold: boolean): Findings {
  return {
    duplicates: duplicateFieldNames(template),
    unknown_enterprise: unknownEnterprise(template),
    missing: missing(template, isRateTold),
  }
}

function unknownEnterprise({ fields }: FlowTemplate): string[] {
  const unknown = fields.filter(({ enterprise }) => enterprise !== 0 && enterprise !== reverseEnterprise)
  return [...new Set(unknown.map(({ element, enterprise }) => `${enterprise}:${element}`))]
}

function missing(template: FlowTemplate, isRateTold: boolean): string[] {
  if (template.scope !== null) return []
  const lacking = wantedFields.filter(([, column]) => !fillsColumn(template, column)).map(([field]) => field)
  return isRateTold || template.hasRate || template.samplerField >= 0 ? lacking : [...lacking, 'sampler']
}
