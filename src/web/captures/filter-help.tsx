// The fields and operators of the filter language, from the tables that the language is made of.
import { filterFields, filterOperators, tcpFlagBits } from '../../contract/packet-filter.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'

const text = captureMessages.help

type HelpRow = Pick<(typeof filterFields)[number], 'names' | 'description' | 'example'>

function Rows({ title, rows }: { readonly title: string; readonly rows: readonly HelpRow[] }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium text-kumo-default">{title}</h3>
      <dl className="flex flex-col gap-2">
        {rows.map(({ names, description, example }) => (
          <div key={names[0]} className="grid grid-cols-1 gap-x-4 text-sm sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt className="font-mono break-words text-kumo-default">{messages.list(names)}</dt>
            <dd className="min-w-0 text-kumo-subtle">
              {text.row(serverText(description))} <code className="font-mono break-words text-kumo-default">{example}</code>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

export function FilterHelp() {
  return (
    <div className="flex flex-col gap-4">
      <Rows title={text.fields} rows={filterFields} />
      <Rows title={text.operators} rows={filterOperators} />
      <p className="text-sm text-kumo-subtle">{text.flags(messages.list(Object.keys(tcpFlagBits)))}</p>
    </div>
  )
}
