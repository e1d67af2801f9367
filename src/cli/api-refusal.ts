// What the API refuses, as commands tell it: in the API's words, with the place in the filter, and the command that helps.
import { apiErrors } from '../contract/api-errors.ts'
import type { FilterFault } from '../contract/packet-filter.ts'
import { CommandError } from './command-error.ts'

/** One of `errors` in an answer. */
export interface ApiErrorItem {
  readonly code: number
  readonly message: string
  readonly fault?: FilterFault
}

const advice = new Map<number, string>([
  [apiErrors.capture_not_found.code, 'drawbridge capture list'],
  [apiErrors.capture_limit.code, 'drawbridge capture list --running'],
  [apiErrors.capture_no_agent.code, 'drawbridge agents'],
  [apiErrors.filter_invalid.code, 'drawbridge capture fields'],
  [apiErrors.bucket_not_found.code, 'drawbridge bucket list'],
  [apiErrors.bucket_unproven.code, 'drawbridge bucket list, and drawbridge bucket add for one that is not there'],
  [apiErrors.agent_not_found.code, 'drawbridge agents'],
  [apiErrors.firewall_rule_not_found.code, 'drawbridge firewall list'],
  [apiErrors.firewall_state.code, 'drawbridge firewall list --history'],
  [apiErrors.router_guide_not_found.code, 'drawbridge router-config'],
  [apiErrors.settings_invalid.code, 'drawbridge settings'],
  [apiErrors.settings_locked.code, 'drawbridge settings shows where each value comes from'],
  [apiErrors.audit_invalid.code, 'drawbridge audit --help'],
  [apiErrors.flow_question_invalid.code, 'drawbridge query --help'],
])

export class ApiRefusal extends CommandError {
  readonly code: number

  /** @param request body that was sent; a filter in it is shown with its fault */
  constructor(errors: readonly ApiErrorItem[], request?: unknown) {
    const [first] = errors
    const next = advice.get(first?.code ?? 0)
    super(errors.map((error) => messageOf(error, request)).join('; '), next === undefined ? {} : { next })
    this.code = first?.code ?? 0
  }
}

function messageOf({ message, fault }: ApiErrorItem, request: unknown): string {
  const filter = typeof request === 'object' && request !== null && 'filter' in request ? request.filter : undefined
  return fault === undefined || typeof filter !== 'string' ? message : `${message}${faultText(filter, fault)}`
}

/** Characters of a filter that are shown before and behind the fault: with the fault itself they mostly fit on a line. */
const shown = { before: 50, behind: 20 } as const
const cut = '…'

/** Lines with carets under what is wrong, and what could stand there instead. Empty for a fault that has no place. */
export function faultText(filter: string, { from, to, expected }: FilterFault): string {
  if (to === 0) return ''
  const start = Math.max(from - shown.before, 0)
  const end = to + shown.behind
  const before = `  ${start === 0 ? '' : cut}`
  // Tabs and line breaks would move the carets.
  const line = filter.slice(start, end).replaceAll(/\p{Cc}/gu, ' ')
  const carets = '^'.repeat(Math.max(to - from, 1))
  const place = `\n${before}${line}${end < filter.length ? cut : ''}\n${' '.repeat(before.length + from - start)}${carets}`
  return expected.length === 0 ? place : `${place}\n  expected: ${expected.join(', ')}`
}
