// Step 5: do the records have the fields of a good flow record?
import type { CheckFinding } from '../../../contract/router-check.ts'
import type { SenderFacts, TemplateFacts } from '../sender-facts.ts'
import { finding, judged, waiting } from '../step.ts'
import type { StepJudge } from '../surroundings.ts'
import { counted, listText, shareText, shortList, templatesText } from '../wording.ts'

/** So few records may all happen to be empty; more are the exporter's doing. */
const tellingRecords = 5
/** Share of records without bytes that is no accident. */
const tellingShare = 0.9

export const fieldsStep: StepJudge = (facts) => {
  if (facts.datagrams === 0) return waiting('fields', 'Waits for datagrams.')
  const used = usedTemplates(facts)
  const found = [...noBytes(facts, used), ...missing(used), ...duplicates(used), ...vendorFields(used)]
  if (found.length > 0) return judged('fields', '', found)
  if (facts.flows === 0 && used.length === 0) return waiting('fields', waitingText(facts))
  return judged('fields', 'Every field of a good flow record is there.')
}

function waitingText({ protocols }: SenderFacts): string {
  const isSflow = protocols.length > 0 && protocols.every(({ protocol }) => protocol === 'sflow5')
  return isSflow ? 'Counters come, flow samples not yet: they need traffic, and sampling that is on.' : 'Waits for a template.'
}

/** Templates of flows; once records have come, those that have any. */
function usedTemplates({ templates }: SenderFacts): TemplateFacts[] {
  const flows = templates.filter(({ kind, hasAddresses }) => kind === 'data' && hasAddresses)
  const used = flows.filter(({ records }) => records > 0)
  const all = used.length > 0 ? used : flows
  // That a flow was denied or translated is told without counters, beside records that have them.
  return all.some(({ hasBytes }) => hasBytes) ? all.filter(({ isEvent, hasBytes }) => !isEvent || hasBytes) : all
}

function idsOf(templates: readonly TemplateFacts[]): string[] {
  return templates.map(({ id }) => String(id))
}

function noBytes({ records }: SenderFacts, used: readonly TemplateFacts[]): CheckFinding[] {
  const without = used.filter(({ hasBytes }) => !hasBytes)
  const isEmpty = records.examined >= tellingRecords && records.withoutBytes / records.examined >= tellingShare
  if (without.length === 0 && !isEmpty) return []
  const isSome = without.length > 0 && without.length < used.length
  return [
    finding('no_bytes', isSome ? 'warning' : 'failed', {
      text:
        without.length > 0
          ? `${templatesText(idsOf(without))} ${without.length === 1 ? 'has' : 'have'} no bytes: every bit rate ${isSome ? 'of such flows ' : ''}will be 0.`
          : `${shareText(records.withoutBytes, records.examined)} of ${counted(records.examined, 'record')} have 0 bytes: bit rates will be far too low.`,
      advice: 'Add the byte counter to the flow record (octetDeltaCount, "counter bytes long"), and the packet counter beside it.',
      values: { templates: idsOf(without), records: records.examined, empty: records.withoutBytes },
    }),
  ]
}

function missing(used: readonly TemplateFacts[]): CheckFinding[] {
  const lacking = new Map(used.flatMap((template) => template.missing.map(({ field, meaning }) => [field, meaning] as const)))
  if (lacking.size === 0) return []
  const fields = [...lacking.keys()]
  return [
    finding('fields_missing', 'warning', {
      text: `The records lack ${listText(fields)}. ${[...lacking.values()].join(' ')}`,
      advice: 'Add them to the flow record of the router, where it can tell them.',
      values: { fields, templates: idsOf(used.filter((template) => template.missing.length > 0)) },
    }),
  ]
}

function duplicates(used: readonly TemplateFacts[]): CheckFinding[] {
  const twice = used.filter((template) => template.duplicates.length > 0)
  if (twice.length === 0) return []
  const fields = [...new Set(twice.flatMap((template) => template.duplicates))]
  return [
    finding('duplicate_fields', 'warning', {
      text: `${templatesText(idsOf(twice))} ${twice.length === 1 ? 'has' : 'have'} ${shortList(fields)} more than once; the last value counts.`,
      advice:
        'Take the field out of the flow record where it stands twice, in match and collect for example: other collectors refuse such templates.',
      values: { fields, templates: idsOf(twice) },
    }),
  ]
}

/** Only where something is missing: fields of makers beside a whole record harm nobody. */
function vendorFields(used: readonly TemplateFacts[]): CheckFinding[] {
  const odd = used.filter(({ vendor, missing: lacks, hasBytes }) => vendor.length > 0 && (lacks.length > 0 || !hasBytes))
  if (odd.length === 0) return []
  const fields = [...new Set(odd.flatMap(({ vendor }) => vendor))]
  return [
    finding('vendor_fields', 'warning', {
      text: `${templatesText(idsOf(odd))} ${odd.length === 1 ? 'has' : 'have'} ${counted(fields.length, 'field')} of the maker (${shortList(fields)}), which may hold what is missing and cannot be read.`,
      advice: 'Export the standard fields of IANA beside them, or in their place.',
      values: { fields, templates: idsOf(odd) },
    }),
  ]
}
