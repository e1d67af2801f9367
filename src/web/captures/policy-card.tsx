// What the account allows captures to do.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Input } from '@cloudflare/kumo/components/input'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { wholePackets, type CapturePolicy } from '../../contract/capture.ts'
import { changeCapturePolicy } from '../api/capture-actions.ts'
import { capturePolicyQuery } from '../api/capture-queries.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { WithAnswer } from '../shell/card-state.tsx'
import { explain } from '../shell/failure.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { PermittedButton, RefusalNotice } from '../shell/permitted.tsx'
import { SwitchField } from '../shell/switch-field.tsx'
import { useCaptureActions } from './use-capture-actions.ts'

const text = captureMessages.policy
const leastSnapLength = 20
const mostDays = 3650

function readWhole(typed: string, from: number, to: number): number | undefined {
  const value = Number(typed.trim())
  return /^\d{1,6}$/.test(typed.trim()) && value >= from && value <= to ? value : undefined
}

function PolicyForm({ policy }: { readonly policy: CapturePolicy }) {
  const account = useAccount()
  const actions = useCaptureActions()
  const [cap, setCap] = useState(policy.snap_length_cap === wholePackets ? '' : String(policy.snap_length_cap))
  const [days, setDays] = useState(String(policy.expire_days))
  const [mask, setMask] = useState(policy.mask_payload)
  const [full, setFull] = useState(policy.full_download)
  const [refused, setRefused] = useState<Error>()
  const snap_length_cap = cap.trim() === '' ? wholePackets : readWhole(cap, leastSnapLength, wholePackets)
  const expire_days = readWhole(days, 1, mostDays)
  const save = (event: FormEvent) => {
    event.preventDefault()
    setRefused(undefined)
    if (snap_length_cap === undefined || expire_days === undefined) return
    const changed = { snap_length_cap, expire_days, mask_payload: mask, full_download: full }
    actions.start({ run: () => changeCapturePolicy(account, changed), title: text.saved, failed: setRefused })
  }
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-5">
      <p className="text-base text-kumo-subtle">{text.intro}</p>
      <RefusalNotice scope="agents:write" />
      <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
        <Input
          label={text.cap}
          description={text.capHint}
          className="w-full"
          inputMode="numeric"
          value={cap}
          onChange={(event) => setCap(event.target.value)}
          {...fieldProblem(snap_length_cap === undefined && captureMessages.problems.snapLength(String(wholePackets)))}
        />
        <Input
          label={text.expire}
          description={text.expireHint}
          className="w-full"
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.target.value)}
          {...fieldProblem(expire_days === undefined && text.expireWrong)}
        />
      </div>
      <SwitchField label={text.mask} hint={text.maskHint} checked={mask} onChange={setMask} />
      <SwitchField label={text.full} hint={text.fullHint} checked={full} onChange={setFull} />
      {refused !== undefined && (
        <Banner size="sm" variant="error" role="alert" title={messages.refused} description={explain(refused).fix} />
      )}
      <div>
        <PermittedButton scope="agents:write" type="submit" variant="primary" loading={actions.pending}>
          {messages.save}
        </PermittedButton>
      </div>
    </form>
  )
}

export function PolicyCard() {
  const policy = useQuery(capturePolicyQuery(useAccount()))
  return (
    <Card title={text.title}>
      <WithAnswer query={policy}>{(data) => <PolicyForm policy={data} />}</WithAnswer>
    </Card>
  )
}
