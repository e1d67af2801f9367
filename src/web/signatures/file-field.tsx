// Takes a capture file by a drop or by the file dialog, and uploads it at once with its progress.
import { Button } from '@cloudflare/kumo/components/button'
import { Meter } from '@cloudflare/kumo/components/meter'
import { FileArrowUpIcon } from '@phosphor-icons/react/dist/csr/FileArrowUp'
import { useEffect, useId, useRef, useState, type DragEvent } from 'react'
import { uploadCapture } from '../api/signature-actions.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { explain } from '../shell/failure.tsx'
import type { KnownFile } from '../view/signature-form.ts'
import { formatBytes, formatShare } from '../view/units.ts'

const text = signatureMessages.form

export interface FileFieldProps {
  readonly file: KnownFile | null
  readonly uploading: boolean
  readonly problem: string | undefined
  readonly onChange: (change: { readonly file: KnownFile | null; readonly uploading: boolean }) => void
}

interface Upload {
  readonly name: string
  readonly share: number
}

/** What begins an upload and what ends it. Whatever is chosen last is what counts. */
function useUpload(onChange: FileFieldProps['onChange']) {
  const account = useAccount()
  const [upload, setUpload] = useState<Upload>()
  const [failure, setFailure] = useState<Error>()
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])
  const stop = () => {
    current.current?.abort()
    setUpload(undefined)
    onChange({ file: null, uploading: false })
  }
  const begin = async (file: File) => {
    current.current?.abort()
    const controller = new AbortController()
    current.current = controller
    setFailure(undefined)
    setUpload({ name: file.name, share: 0 })
    onChange({ file: null, uploading: true })
    const ended = (answer: KnownFile | null) => {
      setUpload(undefined)
      onChange({ file: answer, uploading: false })
    }
    try {
      const progress = (share: number) => setUpload({ name: file.name, share })
      ended(await uploadCapture(account, file, { progress, signal: controller.signal }))
    } catch (error) {
      if (controller.signal.aborted) return
      setFailure(error instanceof Error ? error : new Error(String(error)))
      ended(null)
    }
  }
  return { upload, failure, begin, stop }
}

function Progress({ upload, onStop }: { readonly upload: Upload; readonly onStop: () => void }) {
  return (
    <div className="flex w-full flex-col items-start gap-3">
      <Meter className="w-full" label={text.uploading(upload.name)} value={upload.share * 100} customValue={formatShare(upload.share)} />
      <Button size="sm" onClick={onStop}>
        {text.stopUpload}
      </Button>
    </div>
  )
}

export function FileField({ file, problem, onChange }: FileFieldProps) {
  const { upload, failure, begin, stop } = useUpload(onChange)
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const label = useId()
  const trouble = failure === undefined ? problem : explain(failure).fix
  const take = (files: FileList | null) => {
    const first = files?.[0]
    if (first !== undefined) void begin(first)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(inside)
  }
  const edge = trouble === undefined ? (over ? 'border-kumo-brand bg-kumo-tint' : 'border-kumo-line') : 'border-kumo-danger'
  return (
    <div className="flex flex-col gap-1.5">
      <div
        className={`flex flex-col items-center gap-3 rounded-lg border border-dashed p-5 text-center ${edge}`}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          type="file"
          accept=".pcap,.pcapng,.cap,.dmp"
          aria-labelledby={label}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files)
            // The same file can be chosen again.
            event.target.value = ''
          }}
        />
        {upload === undefined ? (
          <>
            <FileArrowUpIcon size={28} aria-hidden className="text-kumo-subtle" />
            <span id={label} className="min-w-0 text-base break-all text-kumo-default">
              {file === null ? text.drop : file.name}
            </span>
            {file?.bytes !== undefined && file.bytes !== null && (
              <span className="text-sm text-kumo-subtle tabular-nums">{text.uploaded(formatBytes(file.bytes))}</span>
            )}
            <Button size="sm" onClick={() => input.current?.click()}>
              {file === null ? text.browse : text.other}
            </Button>
          </>
        ) : (
          <>
            <span id={label} className="sr-only">
              {text.file}
            </span>
            <Progress upload={upload} onStop={stop} />
          </>
        )}
      </div>
      {trouble !== undefined && (
        <p role="alert" className="text-sm text-kumo-danger">
          {trouble}
        </p>
      )}
    </div>
  )
}
