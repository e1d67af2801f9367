// One thing that is wrong: what is the case, what to do about it, a command to copy, a button where a press is enough.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CheckAction, CheckFinding } from '../../contract/router-check.ts'
import { routersQuery } from '../api/queries.ts'
import { guideText, serverText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { readSampling } from '../overview/sampling-input.ts'
import { useRouterActions } from '../overview/use-router-actions.ts'
import { useAccount } from '../shell/account.ts'
import { CopyCommand } from '../shell/copy-command.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { shown } from '../shell/use-undoable.ts'
import { Prose } from './prose.tsx'
import { samplingText } from './sampling-text.ts'

const text = setUpMessages.act

const borders: Readonly<Record<CheckFinding['state'], string>> = {
  waiting: 'border-kumo-line',
  warning: 'border-kumo-warning',
  failed: 'border-kumo-danger',
}

/** What presses may do, and what is known that they begin with. */
export interface Acting {
  /** false for a sign-in that may only read. */
  readonly mayChange: boolean
  /** false for one that may not see flows. */
  readonly maySave: boolean
  /** What the commands tell the router to sample with, once there are commands. */
  readonly sampling: number | undefined
  readonly lookAt: (address: string) => void
  readonly pending: boolean
}

function Register({ address }: { readonly address: string }) {
  const actions = useRouterActions()
  return (
    <Button
      variant="primary"
      loading={actions.pending}
      onClick={() => {
        actions.register(address).catch(shown)
      }}
    >
      {text.register(address)}
    </Button>
  )
}

interface SetSamplingProps {
  readonly address: string
  /** Asked for where it is not known. */
  readonly rate: number | null
  readonly likely: number | undefined
}

function SetSampling({ address, rate, likely }: SetSamplingProps) {
  const { data: routers } = useQuery(routersQuery(useAccount()))
  const actions = useRouterActions()
  const [typed, setTyped] = useState<string>()
  const value = typed ?? String(rate ?? likely ?? 1)
  const wanted = readSampling(value) ?? undefined
  const router = routers?.find((candidate) => candidate.address === address)
  // Only what is registered has a setting; the step before asks for that.
  if (router === undefined) return null
  const set = () => {
    if (wanted !== undefined) actions.setSampling(router, wanted).catch(shown)
  }
  return (
    <span className="flex flex-wrap items-end gap-2">
      {rate === null && (
        <Input
          label={text.rate}
          className="w-32"
          inputMode="numeric"
          value={value}
          onChange={(event) => setTyped(event.target.value)}
          {...fieldProblem(wanted === undefined && text.wrong)}
        />
      )}
      <Button variant="primary" loading={actions.pending} disabled={wanted === undefined} onClick={set}>
        {text.setSampling(samplingText(wanted ?? rate ?? likely ?? 1))}
      </Button>
    </span>
  )
}

function ActionButton({ action, acting }: { readonly action: CheckAction; readonly acting: Acting }) {
  if (action.kind === 'look_at')
    return (
      <Button loading={acting.pending} onClick={() => acting.lookAt(action.address)}>
        {text.lookAt(action.address)}
      </Button>
    )
  if (!acting.mayChange) return <p className="text-sm text-kumo-subtle">{text.readOnly}</p>
  if (action.kind === 'register') return <Register address={action.address} />
  return <SetSampling address={action.address} rate={action.rate} likely={acting.sampling} />
}

export function FindingItem({ finding, acting }: { readonly finding: CheckFinding; readonly acting: Acting }) {
  const { advice, command, action } = finding
  return (
    <li className={`flex min-w-0 flex-col items-start gap-2 border-l-2 pl-3 ${borders[finding.state]}`}>
      <p className="text-kumo-default">
        <span className="font-medium">{serverText(finding.text)}</span>{' '}
        {advice !== '' && (
          <span className="text-kumo-subtle">
            <Prose>{guideText(advice)}</Prose>
          </span>
        )}
      </p>
      {action !== null && <ActionButton action={action} acting={acting} />}
      {command !== '' && <CopyCommand command={command} />}
    </li>
  )
}
