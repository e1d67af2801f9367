// The form of a capture: filter, when, what to keep, where, how much.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Radio } from '@cloudflare/kumo/components/radio'
import { RecordIcon } from '@phosphor-icons/react/dist/csr/Record'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { captureTypes, type CaptureType } from '../../contract/capture.ts'
import type { FilterFault } from '../../contract/packet-filter.ts'
import { capturePolicyQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { useWide } from '../shell/use-wide.ts'
import { isPast, withType } from '../view/capture-form.ts'
import { fieldTime } from '../view/clock.ts'
import { BucketField } from './bucket-field.tsx'
import { FilterField } from './filter-field.tsx'
import { LimitFields } from './limit-fields.tsx'
import { MoreFields } from './more-fields.tsx'
import { PlaceField } from './place-field.tsx'
import type { CaptureDraft } from './use-capture-draft.ts'

const text = captureMessages.form

interface DraftProps {
  readonly draft: CaptureDraft
}

/** Two cards stand beside each other where there is room. */
const useOrientation = () => (useWide(640) ? 'horizontal' : 'vertical')

function WhenField({ draft }: DraftProps) {
  const { form, set, touch, problem } = draft
  const orientation = useOrientation()
  const choose = (value: string) =>
    set(value === 'past' ? { when: 'past', before: form.before === '' ? fieldTime(Date.now()) : form.before } : { when: 'now' })
  return (
    <div className="flex flex-col gap-3">
      <Radio.Group legend={text.when} appearance="card" orientation={orientation} value={form.when} onValueChange={choose}>
        {(['now', 'past'] as const).map((when) => (
          <Radio.Item key={when} value={when} label={text.whens[when]} description={text.whenNotes[when]} />
        ))}
      </Radio.Group>
      {form.when === 'past' && (
        <Input
          type="datetime-local"
          step={1}
          label={text.before}
          description={text.beforeHint}
          className="w-full sm:w-60"
          value={form.before}
          onChange={(event) => set({ before: event.target.value })}
          onBlur={() => touch('before')}
          {...fieldProblem(problem('before'))}
        />
      )}
    </div>
  )
}

function TypeField({ draft }: DraftProps) {
  const { form, set } = draft
  const orientation = useOrientation()
  return (
    <Radio.Group
      legend={text.type}
      appearance="card"
      orientation={orientation}
      value={form.type}
      onValueChange={(type: CaptureType) => set({ ...withType(form, type), ...(type === 'full' ? { when: 'now' } : {}) })}
    >
      {captureTypes.map((type) => (
        <Radio.Item key={type} value={type} label={captureMessages.types[type]} description={text.typeNotes[type]} />
      ))}
    </Radio.Group>
  )
}

function MaskField({ draft }: DraftProps) {
  const { data: policy } = useQuery(capturePolicyQuery(useAccount()))
  const forced = policy?.mask_payload === true
  return (
    <SwitchField
      label={text.mask}
      hint={forced ? text.maskForced : text.maskHint}
      checked={forced || draft.form.mask}
      onChange={(mask) => draft.set({ mask })}
    />
  )
}

interface CaptureFieldsProps extends DraftProps {
  readonly fault: FilterFault | undefined
  readonly pending: boolean
  /** An error that belongs to no field. */
  readonly error: Error | null
  readonly onStart: () => void
}

export function CaptureFields({ draft, fault, pending, error, onStart }: CaptureFieldsProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onStart()
  }
  const past = isPast(draft.form)
  return (
    <Card title={text.settings}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <FilterField draft={draft} fault={fault} />
        <TypeField draft={draft} />
        {draft.form.type === 'full' ? <BucketField draft={draft} /> : <WhenField draft={draft} />}
        <PlaceField draft={draft} />
        <LimitFields draft={draft} />
        <MaskField draft={draft} />
        <MoreFields draft={draft} />
        <RefusedBanner title={text.refused} error={error} />
        <div className="border-t border-kumo-hairline pt-4">
          <Button type="submit" variant="primary" icon={RecordIcon} loading={pending}>
            {past ? text.submitPast : text.submit}
          </Button>
        </div>
      </form>
    </Card>
  )
}
