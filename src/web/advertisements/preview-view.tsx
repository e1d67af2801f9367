// Exactly what would be sent to whom, before anything is: the messages in lines, their bytes on demand, and what to know.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Banner } from '@cloudflare/kumo/components/banner'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import type { AdvertisementPreview, PreviewMessage } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'
import { hexRows } from '../view/hex.ts'

const text = advertisingMessages.preview
const code = 'overflow-x-auto rounded-lg bg-kumo-recessed p-3 font-mono text-sm text-kumo-default'

/** Can be scrolled, so it must be reached by keyboard. */
function Lines({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre aria-label={name} tabIndex={0} className={code}>
      {children}
    </pre>
  )
}

function Message({ message }: { readonly message: PreviewMessage }) {
  const { driver, to, ready, lines, hex } = message
  const name = `${advertisingMessages.drivers[driver]} ${to}`
  return (
    <li className="flex flex-col gap-2">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge variant="secondary">{advertisingMessages.drivers[driver]}</Badge>
        <span className="min-w-0 text-base font-medium break-all text-kumo-default">{to}</span>
        <Badge appearance="dot" variant={ready ? 'success' : 'warning'}>
          {ready ? text.ready : text.notReady}
        </Badge>
        {!ready && <span className="text-sm text-kumo-subtle">{text.notReadyMeaning}</span>}
      </span>
      <Lines name={name}>{lines.map(serverText).join('\n')}</Lines>
      {hex !== '' && (
        <details>
          <summary className="cursor-pointer rounded-sm text-sm text-kumo-subtle focus-visible:outline-2 focus-visible:outline-kumo-brand">
            {text.hex(hex.length / 2)}
          </summary>
          <div className="mt-2">
            <Lines name={text.hexLabel}>{hexRows(hex)}</Lines>
          </div>
        </details>
      )}
    </li>
  )
}

export function MessageList({ messages }: { readonly messages: readonly PreviewMessage[] }) {
  return (
    <ul className="flex flex-col gap-4">
      {messages.map((message) => (
        <Message key={`${message.driver} ${message.to}`} message={message} />
      ))}
    </ul>
  )
}

export function Warnings({ warnings }: Pick<AdvertisementPreview, 'warnings'>) {
  return warnings.map((warning) => (
    <Banner key={warning} size="sm" variant="alert" icon={<WarningIcon weight="fill" aria-hidden />} title={serverText(warning)} />
  ))
}
