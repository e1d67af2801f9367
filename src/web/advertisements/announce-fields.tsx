// The fields of the dialog that announces: which prefix, what for, to whom, how long and why.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Radio } from '@cloudflare/kumo/components/radio'
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { driverNames, driverPurposes, purposes, type OwnedPrefix, type Purpose } from '../../contract/owned-prefix.ts'
import { advertisingStatusQuery, ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { durationChoices, type AnnounceField } from '../view/announce-form.ts'
import { longestWhy } from '../view/why.ts'
import { allowedInside, coveringPrefix, readBlock } from '../view/owned-cover.ts'
import { formatStep } from '../view/units.ts'
import { FlowSpecFields } from './flowspec-fields.tsx'
import type { AnnounceDraft } from './use-announce-draft.ts'

const text = advertisingMessages.announce
// More buttons would push the rest of the form away.
const mostRegistered = 8
// Until the server has told.
const usualLifetime = 24

interface DraftProps {
  readonly draft: AnnounceDraft
}

const errorOf = ({ problem }: AnnounceDraft, field: AnnounceField) => {
  const error = problem(field)
  return error === undefined ? {} : { error }
}

/** What to expect of the prefix that is typed so far. */
function prefixHint(typed: string, owned: readonly OwnedPrefix[] | undefined): string {
  if (owned === undefined || readBlock(typed) === undefined) return owned?.length === 0 ? text.noPrefixes : text.prefixHint
  const cover = coveringPrefix(typed, owned)
  if (cover === undefined) return text.outside
  if (cover.locked) return `${cover.cidr}${messages.fullStop} ${text.locked(cover.lock_reason)}`
  const allowed = allowedInside(cover)
  return text.allowedInside(cover.cidr, allowed.length === 0 ? text.allowed.nothing : messages.list(allowed))
}

function PrefixField({ draft, owned }: DraftProps & { readonly owned: readonly OwnedPrefix[] | undefined }) {
  const { form, set, problem } = draft
  const others = (owned ?? []).filter(({ cidr, locked }) => !locked && cidr !== form.prefix.trim())
  return (
    <div className="flex flex-col gap-2">
      <Input
        label={text.prefix}
        description={prefixHint(form.prefix, owned)}
        className="w-full font-mono"
        spellCheck={false}
        value={form.prefix}
        onChange={(event) => set({ prefix: event.target.value })}
        {...fieldProblem(problem('prefix'))}
      />
      {others.length > 0 && (
        <div className="flex flex-wrap items-center gap-1.5">
          <span className="text-sm text-kumo-subtle">{text.registered}:</span>
          {others.slice(0, mostRegistered).map(({ id, cidr }) => (
            <Button key={id} size="xs" aria-label={text.choose(cidr)} onClick={() => set({ prefix: cidr })}>
              <span className="font-mono">{cidr}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}

function PurposeField({ draft }: DraftProps) {
  return (
    <Radio.Group
      legend={text.purpose}
      appearance="card"
      value={draft.form.purpose}
      onValueChange={(purpose: Purpose) => draft.set({ purpose, driver: '' })}
      {...errorOf(draft, 'purpose')}
    >
      {purposes.map((purpose) => (
        <Radio.Item
          key={purpose}
          value={purpose}
          label={advertisingMessages.purposes[purpose]}
          description={advertisingMessages.purposeNotes[purpose]}
        />
      ))}
    </Radio.Group>
  )
}

// Select's items take no empty key.
const anyDriver = 'any'

function DriverField({ draft, cover }: DraftProps & { readonly cover: OwnedPrefix | undefined }) {
  const { form, set } = draft
  const able = driverNames.filter((name) => driverPurposes[name].includes(form.purpose) && (cover?.drivers.includes(name) ?? true))
  const items: Record<string, string> = { [anyDriver]: text.anyDriver }
  for (const name of able) items[name] = advertisingMessages.drivers[name]
  return (
    <Select
      className="w-full"
      label={text.driver}
      items={items}
      value={form.driver === '' ? anyDriver : form.driver}
      onValueChange={(value) => set({ driver: driverNames.find((name) => name === value) ?? '' })}
      {...errorOf(draft, 'driver')}
    />
  )
}

function DurationField({ draft, longest }: DraftProps & { readonly longest: number }) {
  const { form, set } = draft
  const choices = durationChoices(longest)
  const most = choices.at(-1)
  const items: Record<string, string> = {}
  for (const minutes of choices) {
    const name = text.durations[minutes] ?? formatStep(minutes * 60)
    items[minutes] = minutes === most ? text.longest(name) : name
  }
  return (
    <Select
      className="w-full"
      label={text.duration}
      description={text.durationHint}
      items={items}
      value={String(choices.includes(form.minutes) ? form.minutes : most)}
      onValueChange={(value) => set({ minutes: Number(value) })}
      {...errorOf(draft, 'minutes')}
    />
  )
}

export function AnnounceFields({ draft }: DraftProps) {
  const account = useAccount()
  const { data: owned } = useQuery(ownedPrefixesQuery(account))
  const { data: status } = useQuery(advertisingStatusQuery(account))
  const { form, set, problem } = draft
  return (
    <>
      <PrefixField draft={draft} owned={owned} />
      <PurposeField draft={draft} />
      {form.purpose === 'flowspec' && <FlowSpecFields draft={draft} />}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <DriverField draft={draft} cover={coveringPrefix(form.prefix, owned ?? [])} />
        <DurationField draft={draft} longest={status?.max_lifetime_hours ?? usualLifetime} />
      </div>
      <Input
        label={advertisingMessages.why}
        description={advertisingMessages.whyHint}
        className="w-full"
        maxLength={longestWhy}
        value={form.why}
        onChange={(event) => set({ why: event.target.value })}
        {...fieldProblem(problem('why'))}
      />
      <SwitchField label={text.dryRun} hint={text.dryRunHint} checked={form.dryRun} onChange={(dryRun) => set({ dryRun })} />
    </>
  )
}
