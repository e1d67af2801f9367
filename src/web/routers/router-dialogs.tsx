// Dialogs that add a router by its address and change the settings of one.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { RouterChange } from '../api/actions.ts'
import { messages } from '../messages.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { routerLabel } from '../overview/router-label.ts'
import { readSampling } from '../overview/sampling-input.ts'
import { shown } from '../shell/use-undoable.ts'
import { useRouterActions } from '../overview/use-router-actions.ts'

const text = messages.routers

export function AddRouterDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [address, setAddress] = useState('')
  const actions = useRouterActions()
  const submit = () => {
    const wanted = address.trim()
    if (wanted === '') return
    actions.register(wanted).then(onClose, shown)
  }
  return (
    <FormDialog open={open} onClose={onClose} title={text.addTitle} submit={text.add} pending={actions.pending} onSubmit={submit}>
      <Dialog.Description className="text-base text-kumo-subtle">{text.addIntro}</Dialog.Description>
      <Input
        label={text.address}
        placeholder={text.addressPlaceholder}
        value={address}
        onChange={(event) => setAddress(event.target.value)}
      />
    </FormDialog>
  )
}

export function EditRouterDialog({ router, onClose }: { readonly router: RouterStatus; readonly onClose: () => void }) {
  const [name, setName] = useState(router.name)
  const [sampling, setSampling] = useState(router.sampling_override === null ? '' : String(router.sampling_override))
  const actions = useRouterActions()
  const rate = readSampling(sampling)
  const submit = () => {
    if (rate === undefined) return
    const change: RouterChange = { name: name.trim(), sampling_override: rate }
    actions.change(router, change).then(onClose, shown)
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.editTitle(routerLabel(router))}
      submit={messages.save}
      pending={actions.pending}
      onSubmit={submit}
    >
      <Input label={text.nameLabel} value={name} maxLength={256} onChange={(event) => setName(event.target.value)} />
      <Input
        label={text.samplingLabel}
        inputMode="numeric"
        value={sampling}
        onChange={(event) => setSampling(event.target.value)}
        description={text.samplingHint}
        {...(rate === undefined ? { error: text.samplingWrong, variant: 'error' as const } : {})}
      />
    </FormDialog>
  )
}
