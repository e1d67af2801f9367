// A step of the live check: how it stands, in a sign and a word, what is known, and what is wrong with it.
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { CircleDashedIcon } from '@phosphor-icons/react/dist/csr/CircleDashed'
import { MinusCircleIcon } from '@phosphor-icons/react/dist/csr/MinusCircle'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { XCircleIcon } from '@phosphor-icons/react/dist/csr/XCircle'
import type { Icon } from '@phosphor-icons/react'
import type { CheckFinding, CheckStep } from '../../contract/router-check.ts'
import { serverText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import type { StepLook } from './check-view.ts'
import { FindingItem, type Acting } from './finding-item.tsx'

const text = setUpMessages.watch

interface Look {
  readonly icon: Icon
  readonly color: string
}

const looks: Readonly<Record<StepLook, Look>> = {
  waiting: { icon: BroadcastIcon, color: 'text-kumo-link motion-safe:animate-pulse' },
  later: { icon: CircleDashedIcon, color: 'text-kumo-subtle' },
  ok: { icon: CheckCircleIcon, color: 'text-kumo-success' },
  warning: { icon: WarningIcon, color: 'text-kumo-warning' },
  failed: { icon: XCircleIcon, color: 'text-kumo-danger' },
  skipped: { icon: MinusCircleIcon, color: 'text-kumo-subtle' },
}

const tones: Readonly<Record<StepLook, string>> = {
  waiting: 'text-kumo-subtle',
  later: 'text-kumo-subtle',
  ok: 'text-kumo-success',
  warning: 'text-kumo-warning',
  failed: 'text-kumo-danger',
  skipped: 'text-kumo-subtle',
}

/** Figures in the sentences change every second: a finding is told by its code, several of one code by their order. */
function withKeys(findings: readonly CheckFinding[]): { readonly key: string; readonly finding: CheckFinding }[] {
  return findings.map((finding, place) => {
    const earlier = findings.slice(0, place).filter(({ code }) => code === finding.code).length
    return { key: `${finding.code} ${earlier}`, finding }
  })
}

interface StepItemProps {
  readonly step: CheckStep
  readonly look: StepLook
  readonly acting: Acting
}

export function StepItem({ step, look, acting }: StepItemProps) {
  const { icon: Icon, color } = looks[look]
  const told = step.findings.length > 0
  const quiet = (look === 'later' && !told) || look === 'skipped'
  return (
    <li className="flex min-w-0 items-start gap-3 border-t border-kumo-hairline py-2.5 first:border-t-0">
      <Icon size={20} weight={quiet ? 'regular' : 'fill'} aria-hidden className={`mt-0.5 shrink-0 ${color}`} />
      <div className="flex min-w-0 grow flex-col gap-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <h3 className={`font-medium ${quiet ? 'text-kumo-subtle' : 'text-kumo-default'}`}>{text.stepNames[step.name]}</h3>
          <span className={`shrink-0 text-sm ${tones[look]}`}>{look === 'later' && !told ? text.later : text.stepStates[step.state]}</span>
        </div>
        {/* What a step that has not begun will wait for is of interest once it has; a finding may say the same. */}
        {look !== 'later' && step.text !== step.findings[0]?.text && <p className="text-kumo-subtle">{serverText(step.text)}</p>}
        {told && (
          <ul className="flex flex-col gap-3 pt-0.5">
            {withKeys(step.findings).map(({ key, finding }) => (
              <FindingItem key={key} finding={finding} acting={acting} />
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
