// Judges all steps of a live check, and adds what the guide of the router knows about those that are not in order.
import type { CheckCode, CheckFinding, CheckStep } from '../../contract/router-check.ts'
import { guideTroubles } from './guide-troubles.ts'
import type { SenderFacts } from './sender-facts.ts'
import { addressStep } from './steps/address.ts'
import { clockStep } from './steps/clock.ts'
import { datagramsStep } from './steps/datagrams.ts'
import { decodedStep } from './steps/decoded.ts'
import { fieldsStep } from './steps/fields.ts'
import { graphStep } from './steps/graph.ts'
import { onceStep } from './steps/once.ts'
import { registeredStep } from './steps/registered.ts'
import { samplingStep } from './steps/sampling.ts'
import { templatesStep } from './steps/templates.ts'
import { timestampsStep } from './steps/timestamps.ts'
import type { StepJudge, Surroundings } from './surroundings.ts'

/** In the order of `checkSteps`. */
const judges: readonly StepJudge[] = [
  datagramsStep,
  registeredStep,
  decodedStep,
  templatesStep,
  fieldsStep,
  timestampsStep,
  clockStep,
  samplingStep,
  addressStep,
  onceStep,
  graphStep,
]

/** @param guide whose troubles are added, null without */
export function judge(facts: SenderFacts, around: Surroundings, guide: string | null): CheckStep[] {
  return judges.map((step) => withTroubles(step(facts, around), around, guide))
}

/** What is seen for certain to miss the collectors: why nothing might come is then no question. */
const seenAstray: ReadonlySet<CheckCode> = new Set(['wrong_port', 'blocked_by_firewall', 'ipv6_not_listened'])

/** The gravest finding of a step says what the guide knows about it. */
function withTroubles(step: CheckStep, around: Surroundings, guide: string | null): CheckStep {
  const [gravest, ...others] = step.findings
  if (guide === null || gravest === undefined || seenAstray.has(gravest.code)) return step
  const troubles = guideTroubles(guide, around).filter((trouble) => trouble.step === step.name)
  const advised: CheckFinding = {
    ...gravest,
    advice: [gravest.advice, ...troubles.map(({ text }) => text)].join(' '),
    command: gravest.command || (troubles.find(({ command }) => command !== '')?.command ?? ''),
  }
  return { ...step, findings: [advised, ...others] }
}
