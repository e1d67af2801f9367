// A signature as other systems take it: one tab for each, with copy, download, how exact it is, and the way to announce FlowSpec.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import { useState } from 'react'
import type { Rendering, Signature } from '../../contract/signature.ts'
import { messages } from '../messages.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { CopyText } from '../shell/copy-command.tsx'
import { renderingFile, verdictShare } from '../view/signature-view.ts'
import { FlowSpecRules } from './flowspec-rules.tsx'

const text = signatureMessages.page
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }

/** Hands the text to the browser as a file. */
function save(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content.endsWith('\n') ? content : `${content}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

function Exactness({ rendering }: { readonly rendering: Rendering }) {
  const { exact, held, false: wrong } = rendering
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge appearance="dot" variant={exact ? 'success' : 'warning'}>
        {exact ? text.exact : text.wider}
      </Badge>
      {held !== undefined && (
        <span className="text-sm text-kumo-default tabular-nums">
          {text.widerHolds(
            verdictShare(held.share),
            wrong === undefined || wrong === null ? signatureMessages.list.unknown : verdictShare(wrong.share),
          )}
        </span>
      )}
    </span>
  )
}

function Shown({ rendering, signature }: { readonly rendering: Rendering; readonly signature: Signature }) {
  const { format, title, text: content, notes } = rendering
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h3 className="text-base font-medium text-kumo-default">{serverText(title)}</h3>
          {content !== '' && <Exactness rendering={rendering} />}
        </span>
        {content !== '' && (
          <Button size="sm" icon={DownloadSimpleIcon} onClick={() => save(renderingFile(signature, format), content)}>
            {text.download}
          </Button>
        )}
      </div>
      {content === '' ? <p className="text-base text-kumo-subtle">{text.cannot}</p> : <CopyText text={content} />}
      {notes.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm text-kumo-subtle">
          {notes.map((note) => (
            <li key={note}>{serverText(note)}</li>
          ))}
        </ul>
      )}
      <FlowSpecRules rendering={rendering} signature={signature} />
    </div>
  )
}

export function RenderingCard({ signature }: { readonly signature: Signature }) {
  const { renderings } = signature
  const [format, setFormat] = useState('nftables')
  const shown = renderings.find((rendering) => rendering.format === format) ?? renderings[0]
  if (shown === undefined) return null
  const tabs = renderings.map((rendering) => ({ value: rendering.format, label: text.formats[rendering.format] }))
  return (
    <Card title={text.renderings}>
      <div className="flex min-w-0 flex-col gap-4">
        <Tabs tabs={tabs} value={shown.format} size="sm" onValueChange={setFormat} labels={scrollLabels} />
        <Shown key={shown.format} rendering={shown} signature={signature} />
      </div>
    </Card>
  )
}
