// Saves the lines of the audit log that the filters let through.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import type { AuditQuestion } from '../api/settings-queries.ts'
import { auditMessages } from '../messages/audit.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { useActions } from '../shell/use-actions.ts'
import { saveFile } from '../view/save-file.ts'
import { toTimeText } from '../view/time-range.ts'
import { auditText, collectAudit, mostLines, type AuditFormat } from './audit-export.ts'

const text = auditMessages
const types = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const

export function AuditExportMenu({ question }: { readonly question: AuditQuestion }) {
  const account = useAccount()
  const { start, pending } = useActions(settingsMessages, [])
  const save = (format: AuditFormat) => {
    const run = async () => {
      const { lines, cut } = await collectAudit(account, question)
      // No colons, which some systems do not take in names.
      saveFile(
        new Blob([auditText(lines, format)], { type: types[format] }),
        `audit-${toTimeText(Date.now()).replaceAll(':', '')}.${format}`,
      )
      return cut ? { remarks: [text.cut(mostLines)] } : undefined
    }
    start({ run, title: text.exported })
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger render={<Button size="sm" icon={DownloadSimpleIcon} loading={pending} />}>{text.export}</DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item onClick={() => save('ndjson')}>{text.exportJson}</DropdownMenu.Item>
        <DropdownMenu.Item onClick={() => save('csv')}>{text.exportCsv}</DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
