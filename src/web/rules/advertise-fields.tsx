// Automatic advertisement of a rule: whether it announces, what for, and what tells that it may be withdrawn again.
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { withdrawSignals } from '../../contract/advertisement.ts'
import { ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { messages } from '../messages.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { splitAdvertisable, type RuleReach } from '../view/owned-cover.ts'
import { readPrefixes } from '../view/prefix-list.ts'
import type { RuleForm } from '../view/rule-form.ts'
import { formatStep } from '../view/units.ts'
import type { DraftProps } from './kind-fields.tsx'

const text = ruleMessages.advertise
// Select's items take no empty key.
const never = 'never'
// A sentence with more prefixes than this is no longer read.
const mostNamed = 3

/** What it asks for; undefined where that depends on the attack. */
function reachOf({ type, match, purpose }: RuleForm): RuleReach | undefined {
  if (type !== 'advanced_ddos') return purpose === 'divert' ? 'itself' : undefined
  if (purpose === 'blackhole') return 'hosts'
  return match === 'exact' || match === 'supernet' ? undefined : 'around'
}

/** Which of the rule's prefixes it could have announced. */
function Reach({ draft }: DraftProps) {
  const { data: owned } = useQuery(ownedPrefixesQuery(useAccount()))
  const { prefixes } = readPrefixes(draft.form.prefixes)
  const reach = reachOf(draft.form)
  if (owned === undefined || prefixes.length === 0 || reach === undefined) return null
  const { inside, outside } = splitAdvertisable(prefixes, owned, reach)
  const missing = messages.list(outside.slice(0, mostNamed))
  return (
    <p className={`text-sm ${outside.length > 0 ? 'text-kumo-warning' : 'text-kumo-subtle'}`}>
      {outside.length === 0 ? text.inside(inside.length) : text.outside(missing, outside.length - mostNamed)}{' '}
      <Link
        to="/advertisements/prefixes"
        className="rounded-sm text-kumo-link underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {text.toPrefixes}
      </Link>
    </p>
  )
}

function PurposeField({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrong = problem('purpose')
  const { divert, blackhole } = text.purposes
  // Only these rules tell which hosts are attacked; a purpose that was set by the API stays to be seen.
  const able = form.type === 'advanced_ddos' || form.purpose === 'blackhole'
  return (
    <Select
      className="w-full"
      label={text.purpose}
      description={able ? text.purposeHint : text.purposeOnly}
      items={able ? { divert, blackhole } : { divert }}
      value={form.purpose}
      onValueChange={(value) => set({ purpose: value === 'blackhole' ? 'blackhole' : 'divert' })}
      {...(wrong === undefined ? {} : { error: wrong })}
    />
  )
}

function HoldField({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrong = problem('hold')
  const items: Record<string, string> = { ...text.holds }
  // What was set by the API stays to be seen.
  if (form.hold !== '' && !(form.hold in items)) items[form.hold] = formatStep(Number(form.hold))
  return (
    <Select
      className="w-full"
      label={text.hold}
      description={text.holdHint}
      items={items}
      value={form.hold === '' ? never : form.hold}
      onValueChange={(value) => set({ hold: value === never ? '' : String(value) })}
      {...(wrong === undefined ? {} : { error: wrong })}
    />
  )
}

function SignalField({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrong = problem('signal')
  const items: Record<string, string> = text.signals
  return (
    <Select
      className="w-full"
      label={text.signal}
      description={text.signalHints[form.signal]}
      items={items}
      value={form.signal}
      onValueChange={(value) => set({ signal: withdrawSignals.find((signal) => signal === value) ?? form.signal })}
      {...(wrong === undefined ? {} : { error: wrong })}
    />
  )
}

export function AdvertiseFields({ draft }: DraftProps) {
  const { form, set } = draft
  return (
    <fieldset className="flex min-w-0 flex-col gap-5 border-t border-kumo-hairline pt-5">
      <legend className="sr-only">{text.title}</legend>
      <SwitchField label={text.advertise} hint={text.advertiseHint} checked={form.advertise} onChange={(advertise) => set({ advertise })} />
      {form.advertise && (
        <>
          <Reach draft={draft} />
          <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
            <PurposeField draft={draft} />
            <HoldField draft={draft} />
          </div>
          {form.hold !== '' && <SignalField draft={draft} />}
          <SwitchField label={text.approval} hint={text.approvalHint} checked={form.approval} onChange={(approval) => set({ approval })} />
          <SwitchField label={text.dryRun} hint={text.dryRunHint} checked={form.dryRun} onChange={(dryRun) => set({ dryRun })} />
        </>
      )}
    </fieldset>
  )
}
