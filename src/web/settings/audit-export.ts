// Every line of the audit log that a filter lets through, as JSON lines or as CSV.
import type { AuditLine } from '../../contract/settings.ts'
import { readAudit, type AuditQuestion } from '../api/settings-queries.ts'

export type AuditFormat = 'ndjson' | 'csv'

/** More would not fit into the memory of a tab beside the page: about 50 MB of text. */
export const mostLines = 100_000
const linesAtOnce = 200

const columns = ['id', 'at', 'user_id', 'user_email', 'user_name', 'via', 'action', 'target', 'detail'] as const

// A spreadsheet takes a cell that begins so for a formula, and names come from anybody.
const formula = /^[=+\-@\t\r]/

function cell(value: string | number): string {
  const text = String(value)
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

function csvLine({ id, at, user, via, action, target, detail }: AuditLine): string {
  return [id, at, user?.id ?? '', user?.email ?? '', user?.name ?? '', via, action, target, JSON.stringify(detail)]
    .map((value) => cell(value))
    .join(',')
}

/** RFC 4180, or one JSON object a line. */
export function auditText(lines: readonly AuditLine[], format: AuditFormat): string {
  if (format === 'ndjson') return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return [columns.join(','), ...lines.map((line) => csvLine(line))].map((line) => `${line}\r\n`).join('')
}

export interface CollectedLines {
  readonly lines: readonly AuditLine[]
  /** Whether older ones were left out. */
  readonly cut: boolean
}

/** Reads page after page. @throws ApiFailure */
export async function collectAudit(account: string, question: AuditQuestion): Promise<CollectedLines> {
  const lines: AuditLine[] = []
  let before: number | undefined
  while (lines.length < mostLines) {
    const page = await readAudit(account, question, { before, limit: linesAtOnce })
    lines.push(...page.lines)
    if (page.next === null) return { lines, cut: false }
    before = page.next
  }
  return { lines, cut: true }
}
