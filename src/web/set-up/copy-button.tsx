// A button with a word that copies a text of several lines.
import { Button } from '@cloudflare/kumo/components/button'
import { CheckIcon } from '@phosphor-icons/react/dist/csr/Check'
import { CopyIcon } from '@phosphor-icons/react/dist/csr/Copy'
import { useEffect, useState } from 'react'
import { setUpMessages } from '../messages/set-up.ts'
import { copyToClipboard } from '../shell/clipboard.ts'

// Long enough to see the tick, short enough to be ready for the next one.
const tickTime = 2000

interface CopyButtonProps {
  readonly text: string
  readonly label: string
  /** For screen readers, where several buttons say the same. */
  readonly name?: string
}

export function CopyButton({ text, label, name = label }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), tickTime)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <Button
        size="sm"
        icon={copied ? CheckIcon : CopyIcon}
        aria-label={name}
        onClick={() => {
          void copyToClipboard(text).then(setCopied)
        }}
      >
        {label}
      </Button>
      <output className="sr-only">{copied ? setUpMessages.paste.copied : ''}</output>
    </>
  )
}
