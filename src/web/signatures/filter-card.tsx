// The filter as it stands; it can be edited in place, is measured anew on the same packets, and goes back to the learnt one.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { ArrowCounterClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowCounterClockwise'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { useState, type FormEvent } from 'react'
import type { Signature } from '../../contract/signature.ts'
import { ApiFailure } from '../api/envelope.ts'
import { editSignature } from '../api/signature-actions.ts'
import { FilterField } from '../captures/filter-field.tsx'
import { useFilterFault } from '../firewall/use-filter-fault.ts'
import { messages } from '../messages.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { CopyText } from '../shell/copy-command.tsx'
import { explain } from '../shell/failure.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { inForm } from '../view/filter-fault.ts'
import { isAtWork } from '../view/signature-view.ts'
import { useSignatureActions } from './use-signature-actions.ts'

const text = signatureMessages.page

interface FilterProps {
  readonly signature: Signature
}

/** Measures another filter, or the learnt one (null). The toast of an edit offers the way back. */
function useMeasure({ id, filter: old, edited }: Signature) {
  const account = useAccount()
  const actions = useSignatureActions()
  const restore = (filter: string | null) =>
    actions.start({ run: () => editSignature(account, id, { filter }), title: filter === null ? text.restored : text.measuring })
  const measure = (filter: string, done: () => void, failed: (error: Error) => void) =>
    actions.start({
      run: () => editSignature(account, id, { filter }),
      title: text.measuring,
      offer: { label: messages.undo, act: () => restore(edited ? old : null) },
      done,
      failed,
    })
  return { restore, measure, pending: actions.pending }
}

function Editor({ signature, onClose }: FilterProps & { readonly onClose: () => void }) {
  const { measure, pending } = useMeasure(signature)
  const [filter, setFilter] = useState(signature.filter ?? '')
  const [refused, setRefused] = useState<{ readonly error: Error; readonly filter: string }>()
  const { fault: typed } = useFilterFault(filter, { filter: filter.trim() })
  const told = refused?.filter === filter ? refused.error : undefined
  const refusedFault = told instanceof ApiFailure && told.fault !== undefined ? inForm(told.fault, filter) : undefined
  const fault = refusedFault ?? typed
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fault === undefined && filter.trim() !== '') measure(filter.trim(), onClose, (error) => setRefused({ error, filter }))
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <FilterField
        draft={{ form: { filter }, set: (change) => setFilter(change.filter), problem: () => undefined }}
        fault={fault}
        hint={text.editHint}
        plain
      />
      {told !== undefined && refusedFault === undefined && (
        <Banner size="sm" variant="error" role="alert" title={messages.refused} description={explain(told).fix} />
      )}
      <span className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={pending} disabled={filter.trim() === ''}>
          {text.measure}
        </Button>
        <Button onClick={onClose}>{messages.cancel}</Button>
      </span>
    </form>
  )
}

export function FilterCard({ signature }: FilterProps) {
  const [editing, setEditing] = useState(false)
  const { restore, pending } = useMeasure(signature)
  const busy = isAtWork(signature)
  const actions = (
    <span className="flex flex-wrap gap-2">
      {signature.edited && !busy && (
        <PermittedButton
          scope="signatures:write"
          size="sm"
          icon={ArrowCounterClockwiseIcon}
          disabled={pending}
          onClick={() => restore(null)}
        >
          {text.back}
        </PermittedButton>
      )}
      {!editing && !busy && (
        <PermittedButton scope="signatures:write" size="sm" icon={PencilSimpleIcon} onClick={() => setEditing(true)}>
          {text.edit}
        </PermittedButton>
      )}
    </span>
  )
  return (
    <Card title={text.filter} actions={actions}>
      {editing ? (
        <Editor signature={signature} onClose={() => setEditing(false)} />
      ) : signature.filter === null ? (
        <p className="text-base text-kumo-subtle">{text.verdictNothing}</p>
      ) : (
        <CopyText text={signature.filter} />
      )}
    </Card>
  )
}
