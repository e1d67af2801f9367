// The answer, or every flow of the question, as a file.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import { downloadFlows, downloadTable, type FlowFormat, type TableFormat } from '../api/flow-question-actions.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { useActions } from '../shell/use-actions.ts'
import { questionOf, type ExploreState } from '../view/explore-search.ts'
import { toTimeText } from '../view/time-range.ts'
import { saveFile } from '../view/save-file.ts'

const text = exploreMessages.export
const tableFormats: readonly TableFormat[] = ['csv', 'ndjson']
const flowFormats: readonly FlowFormat[] = ['csv', 'ndjson', 'parquet']

/** `flows-2026-11-22T083015Z.csv`: no colons, which some systems do not take. */
function fileName(what: string, format: string): string {
  return `${what}-${toTimeText(Date.now()).replaceAll(':', '')}.${format}`
}

export function ExportMenu({ state }: { readonly state: ExploreState }) {
  const account = useAccount()
  const { start, pending } = useActions(exploreMessages, [])
  const question = questionOf(state)
  const save = (what: string, format: string, coming: () => Promise<Blob>, description?: string) => {
    const name = fileName(what, format)
    const run = async () => saveFile(await coming(), name)
    start({ run, title: text.done(name), ...(description === undefined ? {} : { description }) })
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger render={<Button icon={DownloadSimpleIcon} loading={pending} />}>
        {pending ? text.preparing : text.menu}
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Group>
          <DropdownMenu.Label>{text.table}</DropdownMenu.Label>
          {tableFormats.map((format) => (
            <DropdownMenu.Item
              key={format}
              aria-label={text.tableAs(text.formats[format])}
              onClick={() => save('groups', format, () => downloadTable(account, question, format))}
            >
              {text.formats[format]}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Group>
        <DropdownMenu.Separator />
        <DropdownMenu.Group>
          <DropdownMenu.Label>{text.flows}</DropdownMenu.Label>
          {flowFormats.map((format) => (
            <DropdownMenu.Item
              key={format}
              aria-label={text.flowsAs(text.formats[format])}
              onClick={() => save('flows', format, () => downloadFlows(account, question, format), text.doneDetail)}
            >
              {text.formats[format]}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Group>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
