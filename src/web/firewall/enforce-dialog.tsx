// Turns counting into dropping: what it would drop now, all or beyond a rate, and how long it has to count before.
import { Input } from '@cloudflare/kumo/components/input'
import { Radio } from '@cloudflare/kumo/components/radio'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FirewallRule } from '../../contract/firewall.ts'
import { enforceRule, type EnforceBody } from '../api/firewall-actions.ts'
import { firewallRuleQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { useNow } from '../shell/use-now.ts'
import { WhyDialog } from '../shell/why-dialog.tsx'
import { ratesOf } from '../view/firewall-rates.ts'
import { secondsUntil, wouldDrop } from '../view/firewall-view.ts'
import { readAmount } from '../view/quantity-input.ts'
import { formatCount, formatDuration, formatRate } from '../view/units.ts'
import { useFirewallActions } from './use-firewall-actions.ts'

const text = firewallMessages.enforce

type Action = EnforceBody['action']

/** Undefined for a rate that is none. */
function actionOf(kind: Action['kind'], rate: string): Action | undefined {
  if (kind === 'drop') return { kind }
  const packets = readAmount(rate)
  return typeof packets === 'number' ? { kind, packets_per_second: packets } : undefined
}

function Now({ rule, action }: { readonly rule: FirewallRule; readonly action: Action | undefined }) {
  const matched = ratesOf(rule)?.matched ?? 0
  const dropped = action === undefined ? undefined : wouldDrop(rule.agents, action)
  const since = (Date.parse(rule.agents[0]?.told_at ?? rule.created_at) - Date.parse(rule.created_at)) / 1000
  return (
    <div className="flex flex-col gap-0.5 rounded-lg bg-kumo-recessed p-3 text-base text-kumo-default tabular-nums">
      <p className="font-medium">
        {matched > 0 ? text.now(formatRate(matched, 'packets')) : text.nowNone}{' '}
        {matched > 0 && dropped !== undefined && text.would(formatRate(dropped, 'packets'))}
      </p>
      <p className="text-sm text-kumo-subtle">{text.seen(formatCount(rule.total.packets), formatDuration(since))}</p>
    </div>
  )
}

interface ActionFieldProps {
  readonly kind: Action['kind']
  readonly onKind: (kind: Action['kind']) => void
  readonly rate: string
  readonly onRate: (rate: string) => void
  readonly wrong: boolean
}

function ActionField({ kind, onKind, rate, onRate, wrong }: ActionFieldProps) {
  return (
    <div className="flex flex-col gap-3">
      <Radio.Group legend={text.action} appearance="card" value={kind} onValueChange={onKind}>
        <Radio.Item value="drop" label={text.drop} description={text.dropNote} />
        <Radio.Item value="limit" label={text.limit} description={text.limitNote} />
      </Radio.Group>
      {kind === 'limit' && (
        <Input
          label={text.rate}
          description={text.rateHint}
          className="w-full sm:w-60"
          inputMode="numeric"
          value={rate}
          onChange={(event) => onRate(event.target.value)}
          {...fieldProblem(wrong && text.rateWrong)}
        />
      )}
    </div>
  )
}

export function EnforceDialog({ rule: known, onClose }: { readonly rule: FirewallRule; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useFirewallActions()
  // Its counters go on while it is thought about.
  const { data: rule = known } = useQuery({ ...firewallRuleQuery(account, known.id), placeholderData: known })
  const now = useNow(1)
  const [kind, setKind] = useState<Action['kind']>('drop')
  const [rate, setRate] = useState('')
  const [force, setForce] = useState(false)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const action = actionOf(kind, rate)
  const wait = Math.ceil(secondsUntil(rule.enforceable_at, now))
  const early = wait > 0 && !force
  const submit = (why: string) => {
    setTried(true)
    if (action === undefined || early) return
    actions.start({
      run: () => enforceRule(account, rule.id, { action, why, force }),
      title: text.done(rule.name),
      done: onClose,
      failed: setRefused,
    })
  }
  return (
    <WhyDialog
      title={text.title(rule.name)}
      detail={text.detail}
      submit={early ? text.confirmIn(formatDuration(wait)) : text.confirm}
      pending={actions.pending}
      error={refused}
      destructive
      onSubmit={submit}
      onClose={onClose}
    >
      <Now rule={rule} action={action} />
      <ActionField kind={kind} onKind={setKind} rate={rate} onRate={setRate} wrong={tried && action === undefined} />
      {(wait > 0 || refused !== undefined) && (
        <div className="flex flex-col gap-2">
          {wait > 0 && <p className="text-base text-kumo-default tabular-nums">{text.wait(formatDuration(wait))}</p>}
          {tried && early && (
            <p role="alert" className="text-base text-kumo-danger">
              {text.forceMissing}
            </p>
          )}
          <SwitchField label={text.force} hint={text.forceHint} checked={force} onChange={setForce} />
        </div>
      )}
    </WhyDialog>
  )
}
