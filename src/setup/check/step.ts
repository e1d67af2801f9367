// Makes steps and findings of the live check.
import type { CheckAction, CheckCode, CheckFinding, CheckState, CheckStep, CheckStepName } from '../../contract/router-check.ts'

/** From the gravest. */
const gravity: readonly CheckState[] = ['failed', 'warning', 'waiting', 'ok', 'skipped']

interface FindingWords {
  readonly text: string
  readonly advice: string
  readonly command?: string
  readonly values?: CheckFinding['values']
  readonly action?: CheckAction | null
}

export function finding(code: CheckCode, state: CheckFinding['state'], words: FindingWords): CheckFinding {
  return { code, state, command: '', values: {}, action: null, ...words }
}

/** A step with what was found; without findings it is in order, for the reason that the text tells. */
export function judged(name: CheckStepName, text: string, findings: readonly CheckFinding[] = []): CheckStep {
  const sorted = findings.toSorted((a, b) => gravity.indexOf(a.state) - gravity.indexOf(b.state))
  const [gravest] = sorted
  return gravest === undefined
    ? { name, state: 'ok', text, findings: [] }
    : { name, state: gravest.state, text: gravest.text, findings: sorted }
}

/** A step of which nothing is known yet: `text` says what is waited for. */
export function waiting(name: CheckStepName, text: string): CheckStep {
  return { name, state: 'waiting', text, findings: [] }
}

/** A step that this protocol does not have. */
export function skipped(name: CheckStepName, text: string): CheckStep {
  return { name, state: 'skipped', text, findings: [] }
}

/** The gravest of the steps that apply. */
export function gravest(steps: readonly CheckStep[]): Exclude<CheckState, 'skipped'> {
  const states = steps.map(({ state }) => state).filter((state) => state !== 'skipped')
  return states.toSorted((a, b) => gravity.indexOf(a) - gravity.indexOf(b))[0] ?? 'waiting'
}
