// The dialogs that add a bucket, prove that it is the user's, and remove it.
import { Input, InputArea } from '@cloudflare/kumo/components/input'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { useState } from 'react'
import type { Bucket } from '../../contract/capture.ts'
import { addBucket, removeBucket, validateBucket } from '../api/capture-actions.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { destinationForms, readCommand } from '../view/bucket-view.ts'
import { useCaptureActions } from './use-capture-actions.ts'

const text = captureMessages.buckets

export type BucketTask = { readonly kind: 'add' } | { readonly kind: 'prove' | 'remove'; readonly bucket: Bucket }

interface TaskProps {
  readonly onClose: () => void
}

function Forms() {
  return (
    <Collapsible.Root>
      <Collapsible.DefaultTrigger>{text.forms}</Collapsible.DefaultTrigger>
      <Collapsible.DefaultPanel>
        <dl className="flex flex-col gap-2">
          {destinationForms.map(({ kind, form }) => (
            <div key={kind} className="flex flex-col text-sm">
              <dt className="text-kumo-subtle">{text.formTexts[kind]}</dt>
              <dd className="font-mono break-all text-kumo-default">{form}</dd>
            </div>
          ))}
        </dl>
      </Collapsible.DefaultPanel>
    </Collapsible.Root>
  )
}

function AddDialog({ onClose, onAdded }: TaskProps & { readonly onAdded: (bucket: Bucket) => void }) {
  const account = useAccount()
  const actions = useCaptureActions()
  const [destination, setDestination] = useState('')
  const [wrong, setWrong] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const submit = () => {
    const fits = /^(?:s3|gs|r2|file):\/\/\S+$/.test(destination.trim())
    setWrong(!fits)
    if (!fits) return
    actions.start({ run: async () => onAdded(await addBucket(account, destination.trim())), failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={text.addTitle}
      submit={text.addSubmit}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <Input
        label={text.destination}
        description={text.destinationHint}
        className="w-full font-mono"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        value={destination}
        onChange={(event) => setDestination(event.target.value)}
        {...fieldProblem(wrong && text.destinationWrong)}
      />
      <p className="text-sm text-kumo-subtle">{text.keysNote}</p>
      <Forms />
    </FormDialog>
  )
}

function ProveDialog({ bucket, onClose }: TaskProps & { readonly bucket: Bucket }) {
  const account = useAccount()
  const actions = useCaptureActions()
  const [challenge, setChallenge] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const { destination_conf, filename } = bucket
  const command = readCommand(bucket)
  const missing = challenge.trim() === ''
  const submit = () => {
    setTried(true)
    if (missing) return
    actions.start({
      run: () => validateBucket(account, destination_conf, challenge.trim()),
      title: text.proven(destination_conf),
      description: text.provenDetail,
      done: onClose,
      failed: setRefused,
    })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={text.proveTitle}
      submit={text.proveSubmit}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <ol className="flex list-decimal flex-col gap-3 pl-5 text-base text-kumo-default">
        <li>
          {text.proveSteps.wrote}
          <span className="mt-1 block">
            <CopyCommand command={filename} />
          </span>
        </li>
        <li>
          {text.proveSteps.read}
          <span className="mt-1 block">
            <CopyCommand command={command} />
          </span>
        </li>
        <li>{text.proveSteps.paste}</li>
      </ol>
      <InputArea
        label={text.challenge}
        className="w-full font-mono"
        minRows={2}
        autoResize
        spellCheck={false}
        value={challenge}
        onChange={(event) => setChallenge(event.target.value)}
        {...fieldProblem(tried && missing && text.challengeMissing)}
      />
    </FormDialog>
  )
}

function RemoveDialog({ bucket, onClose }: TaskProps & { readonly bucket: Bucket }) {
  const account = useAccount()
  const actions = useCaptureActions()
  const name = bucket.destination_conf
  return (
    <ConfirmDialog
      title={text.removeTitle(name)}
      detail={text.removeDetail}
      confirm={text.removeConfirm}
      pending={actions.pending}
      onConfirm={() => actions.start({ run: () => removeBucket(account, bucket.id), title: text.removed(name), done: onClose })}
      onClose={onClose}
    />
  )
}

interface BucketDialogProps extends TaskProps {
  readonly task: BucketTask
  /** A bucket that was added and still has to be proven. */
  readonly onProve: (bucket: Bucket) => void
}

export function BucketDialog({ task, onClose, onProve }: BucketDialogProps) {
  if (task.kind === 'prove') return <ProveDialog bucket={task.bucket} onClose={onClose} />
  if (task.kind === 'remove') return <RemoveDialog bucket={task.bucket} onClose={onClose} />
  return <AddDialog onClose={onClose} onAdded={(bucket) => (bucket.status === 'success' ? onClose() : onProve(bucket))} />
}
