// A command of one line, or a file of several, with a button that copies it. Kumo's ClipboardText is not used: each one
// brings a landmark named "Notifications" of its own, so that a page with three of them has four of the same name.
import { Button } from '@cloudflare/kumo/components/button'
import { CheckIcon } from '@phosphor-icons/react/dist/csr/Check'
import { CopyIcon } from '@phosphor-icons/react/dist/csr/Copy'
import { useState } from 'react'
import { messages } from '../messages.ts'
import { copyToClipboard } from './clipboard.ts'

// Long enough to see the tick, short enough to be ready for the next one.
const tickTime = 2000

function CopyButton({ text, className = '' }: { readonly text: string; readonly className?: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    if (!(await copyToClipboard(text))) return
    setCopied(true)
    setTimeout(() => setCopied(false), tickTime)
  }
  return (
    <>
      <Button
        className={className}
        variant="ghost"
        shape="square"
        size="sm"
        aria-label={messages.copyText(text)}
        title={messages.copy}
        icon={copied ? CheckIcon : CopyIcon}
        onClick={() => void copy()}
      />
      <output className="sr-only">{copied ? messages.copied : ''}</output>
    </>
  )
}

export function CopyCommand({ command }: { readonly command: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-md bg-kumo-base py-0.5 pr-0.5 pl-2.5 ring ring-kumo-line">
      <code className="min-w-0 font-mono text-sm text-kumo-default">{command}</code>
      <CopyButton text={command} />
    </span>
  )
}

/** Several lines to copy as a whole. */
export function CopyText({ text }: { readonly text: string }) {
  return (
    <div className="relative rounded-lg bg-kumo-recessed ring ring-kumo-hairline">
      <pre className="p-3 pr-12 font-mono text-sm break-words whitespace-pre-wrap text-kumo-default">{text}</pre>
      <CopyButton text={text} className="absolute top-2 right-2" />
    </div>
  )
}
