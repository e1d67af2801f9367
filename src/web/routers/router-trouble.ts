// What is wrong with a router in words, and how its flows compare with its counters.
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { routersMessages } from '../messages/routers.ts'
import { formatRatio } from '../view/counter-text.ts'
import { routerState, type RouterState } from '../view/router-list.ts'
import { formatDuration, formatShare } from '../view/units.ts'
import { silence } from '../view/verdict.ts'

const text = routersMessages.why

export type RouterTone = 'error' | 'warning' | 'neutral' | 'success'

const tones: Readonly<Record<RouterState, RouterTone>> = {
  silent: 'error',
  losing: 'warning',
  doubtful: 'warning',
  never: 'neutral',
  well: 'success',
}

export interface RouterTrouble {
  readonly state: RouterState
  readonly tone: RouterTone
  readonly label: string
  /** All that is wrong, in sentences; empty where nothing is. */
  readonly why: string
}

function doubtText({ doubtful_interfaces, counter_check }: RouterStatus): string {
  return text.doubtful(doubtful_interfaces, routerMessages.causes[counter_check?.cause ?? 'unclear'].name)
}

/** @param now milliseconds since 1970 */
export function troubleOf(router: RouterStatus, now: number): RouterTrouble {
  const state = routerState(router)
  const loss = router.loss ?? 0
  const sentences = [
    ...(state === 'never' ? [text.never] : []),
    ...(state === 'silent' ? [text.silent(formatDuration(silence(router, now) ?? 0))] : []),
    ...(state === 'losing' ? [text.losing(formatShare(loss))] : []),
    ...(router.doubtful_interfaces > 0 ? [doubtText(router)] : []),
  ]
  return { state, tone: tones[state], label: routersMessages.states[state], why: messages.sentences(sentences) }
}

export interface RatioText {
  readonly figure: string
  /** Undefined where there is nothing to judge. */
  readonly agrees: boolean | undefined
  readonly why: string
}

export function ratioText(router: RouterStatus): RatioText {
  const { counter_check: check, doubtful_interfaces: doubtful } = router
  if (check === null) return { figure: messages.none, agrees: undefined, why: text.uncompared }
  const figure = check.ratio === null ? messages.none : formatRatio(check.ratio)
  if (doubtful > 0) return { figure, agrees: false, why: doubtText(router) }
  return check.ratio === null ? { figure, agrees: undefined, why: text.idle } : { figure, agrees: true, why: text.agrees }
}
