// Makes a token: for what, what it may do, how long it works; then its secret, once, with lines that use it.
import { Input } from '@cloudflare/kumo/components/input'
import { Radio } from '@cloudflare/kumo/components/radio'
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { NewApiToken } from '../../contract/member.ts'
import type { Scope } from '../../contract/scopes.ts'
import { statusQuery } from '../api/queries.ts'
import { mintToken } from '../api/settings-actions.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { nameLength } from './name-length.ts'
import { NewTokenDialog } from './new-token-dialog.tsx'
import { ScopeField } from './scope-field.tsx'
import { endOf, mayGive, newTokenForm, presetNames, scopesOf, shortest, type PresetName, type TokenForm } from './token-form.ts'
import { useSettingsActions } from './use-settings-actions.ts'

const text = tokenMessages.mint

interface PresetFieldProps {
  readonly preset: PresetName
  readonly own: readonly Scope[]
  readonly onChange: (preset: PresetName) => void
}

function PresetField({ preset, own, onChange }: PresetFieldProps) {
  return (
    <Radio.Group<PresetName> legend={text.may} appearance="card" value={preset} onValueChange={onChange}>
      {presetNames.map((name) => {
        const beyond = name !== 'choose' && !mayGive(own, scopesOf({ preset: name, chosen: [] }))
        return (
          <Radio.Item<PresetName>
            key={name}
            value={name}
            label={text.presets[name]}
            description={beyond ? text.beyond : text.presetHints[name]}
            disabled={beyond}
          />
        )
      })}
    </Radio.Group>
  )
}

interface MintFormProps {
  /** What whoever is signed in may do, and so give away. */
  readonly own: readonly Scope[]
  readonly onMade: (token: NewApiToken) => void
  readonly onClose: () => void
}

function MintForm({ own, onMade, onClose }: MintFormProps) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [form, setForm] = useState<TokenForm>(newTokenForm)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const set = (change: Partial<TokenForm>) => setForm((old) => ({ ...old, ...change }))
  const name = form.name.trim()
  const scopes = shortest(scopesOf(form))
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (name === '' || scopes.length === 0) return
    const end = endOf(form.end, Date.now())
    const fields = { name, scopes, ...(end !== undefined && { expires_at: end }) }
    start({ run: async () => onMade(await mintToken(account, fields)), failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={text.title}
      submit={text.submit}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      <Input
        className="w-full"
        label={text.name}
        description={text.nameHint}
        placeholder={text.namePlaceholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={nameLength}
        value={form.name}
        onChange={(event) => set({ name: event.target.value })}
        {...fieldProblem(tried && name === '' && text.nameMissing)}
      />
      <PresetField preset={form.preset} own={own} onChange={(preset) => set({ preset })} />
      {form.preset === 'choose' && (
        <ScopeField chosen={form.chosen} own={own} missing={tried && scopes.length === 0} onChange={(chosen) => set({ chosen })} />
      )}
      <Select className="w-full" label={text.end} items={text.ends} value={form.end} onValueChange={(end) => set({ end: String(end) })} />
    </FormDialog>
  )
}

export function MintDialog({ onClose }: { readonly onClose: () => void }) {
  const account = useAccount()
  // Scopes that this page does not know are not offered.
  const own = (useQuery(statusQuery(account)).data?.scopes ?? []) as readonly Scope[]
  const [made, setMade] = useState<NewApiToken>()
  if (made !== undefined) return <NewTokenDialog token={made} onClose={onClose} />
  return <MintForm own={own} onMade={setMade} onClose={onClose} />
}
