// Shows a secret that nobody can show again: only its button and Escape close it, no press beside it.
import { Button } from '@cloudflare/kumo/components/button'
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { CheckIcon } from '@phosphor-icons/react/dist/csr/Check'
import { CopyIcon } from '@phosphor-icons/react/dist/csr/Copy'
import { useState, type ReactNode } from 'react'
import { messages } from '../messages.ts'
import { copyToClipboard } from '../shell/clipboard.ts'

/** Characters that a line of the field shows on a narrow screen. */
const lineLength = 32

interface OnceDialogProps {
  readonly title: string
  /** What it is and that it is shown once. */
  readonly intro: string
  /** Names the secret for screen readers. */
  readonly label: string
  readonly secret: string
  readonly copy: string
  readonly done: string
  readonly onClose: () => void
  readonly children?: ReactNode
}

function Secret({ label, secret, copy }: Pick<OnceDialogProps, 'label' | 'secret' | 'copy'>) {
  const [copied, setCopied] = useState(false)
  return (
    <div className="flex flex-col items-start gap-2">
      <textarea
        readOnly
        aria-label={label}
        rows={Math.ceil(secret.length / lineLength)}
        value={secret}
        onFocus={(event) => event.target.select()}
        className="w-full resize-none rounded-lg bg-kumo-recessed p-3 font-mono text-sm break-all text-kumo-default ring ring-kumo-hairline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      />
      <Button
        variant={copied ? 'secondary' : 'primary'}
        icon={copied ? CheckIcon : CopyIcon}
        onClick={() => {
          void copyToClipboard(secret).then(setCopied)
        }}
      >
        {copied ? messages.copied : copy}
      </Button>
      <output className="sr-only">{copied ? messages.copied : ''}</output>
    </div>
  )
}

export function OnceDialog({ title, intro, label, secret, copy, done, onClose, children }: OnceDialogProps) {
  return (
    <Dialog.Root
      open
      disablePointerDismissal
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog size="lg" className="flex max-h-[calc(100dvh-2rem)] flex-col gap-4 overflow-y-auto p-6">
        <Dialog.Title className="text-lg font-semibold break-words text-kumo-default">{title}</Dialog.Title>
        <Dialog.Description className="text-base text-kumo-subtle">{intro}</Dialog.Description>
        <Secret label={label} secret={secret} copy={copy} />
        {children}
        <div className="flex justify-end">
          <Dialog.Close render={<Button />}>{done}</Dialog.Close>
        </div>
      </Dialog>
    </Dialog.Root>
  )
}
