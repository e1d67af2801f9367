// Completes the filter of a question while it is typed: what can stand at the cursor, with values from the newest flows.
import { z } from 'zod'
import { flowCompletionSchema, type FlowCompletionView } from '../../contract/flow-question.ts'
import type { BaseDimension } from '../../query/flow-dimensions.ts'
import { completeFlowFilter } from '../../query/language/complete-flow-filter.ts'
import { valuesOf } from '../../query/language/flow-values.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'
import { labelsOf } from './labels.ts'
import type { LiveValue } from './live-values.ts'
import { flowNames, type AccountNames } from './names.ts'

type Context = Pick<AppContext, 'state' | 'telemetry' | 'asName' | 'liveValues'>

const input = z.strictObject(flowCompletionSchema.shape, { error: objectFault })

/** Values from the flows among the candidates. */
const mostLive = 10

/**
 * When the store is slow or away the words come without values.
 * @param body `{text, at}`
 * @throws ApiError flow_question_invalid, forbidden
 */
export async function completeFilter(context: Context, principal: Principal, body: unknown): Promise<FlowCompletionView> {
  requireScope(principal, 'analytics:read')
  const { text, at } = parseInput(input, body, 'flow_question_invalid')
  const { from, to, field, prefix, candidates } = completeFlowFilter(text, at)
  if (field === undefined) return { from, to, candidates }
  const account = principal.account.number
  const [names, live] = await Promise.all([flowNames(context, account), context.liveValues.top(account, field)])
  const values = valueCandidates(field, [...live, ...quietValues(field, names)], names).filter(begins(prefix))
  const offered = values.slice(0, mostLive).map(({ text, names, bitsPerSecond }) => {
    const description = [names.join('; '), rateText(bitsPerSecond)].filter((part) => part !== '').join(', ')
    return { text, description, kind: 'value' as const }
  })
  const known = new Set(offered.map(({ text }) => text))
  return { from, to, candidates: [...offered, ...candidates.filter(({ text }) => !known.has(text))] }
}

interface ValueCandidate {
  /** As the language writes it. */
  readonly text: string
  readonly value: string
  /** Those that are known: an index may be an interface of several routers. */
  readonly names: readonly string[]
  readonly bitsPerSecond: number
}

/** What is written alike is one, with the traffic of all. */
function valueCandidates(field: BaseDimension, values: readonly LiveValue[], names: AccountNames): ValueCandidate[] {
  const found = new Map<string, ValueCandidate>()
  for (const live of values) {
    const text = written(field, live.value)
    const name = nameOf(field, live, names)
    const before = found.get(text)
    const known = [...(before?.names ?? []), ...(name === '' ? [] : [name])]
    const bitsPerSecond = live.bitsPerSecond + (before?.bitsPerSecond ?? 0)
    found.set(text, { text, value: live.value, names: [...new Set(known)], bitsPerSecond })
  }
  return [...found.values()].toSorted((a, b) => b.bitsPerSecond - a.bitsPerSecond)
}

function written(field: BaseDimension, value: string): string {
  const rules = valuesOf(field)
  const read = rules.read(value)
  return read === undefined ? value : rules.print(read)
}

function nameOf(field: BaseDimension, { value, router }: LiveValue, names: AccountNames): string {
  const label = labelsOf(new Map([[field, value]]), names, router)[field.name] ?? ''
  return label === '' || router === undefined ? label : `${label} of ${names.router(router) ?? router}`
}

/** Rules and routers are offered without traffic too: there are few, and they have names. */
function quietValues(field: BaseDimension, { rules, routers }: AccountNames): LiveValue[] {
  const column = field.type === 'column' ? field.column : undefined
  const values = column === 'rule_ids' ? rules.keys() : column === 'router' ? routers.keys() : []
  return [...values].map((value) => ({ value, router: undefined, bitsPerSecond: 0 }))
}

/** What is typed begins a value, or stands anywhere in its name. */
function begins(prefix: string): (candidate: ValueCandidate) => boolean {
  const typed = prefix.toLowerCase()
  return ({ text, value, names }) =>
    [text, value].some((begin) => begin.toLowerCase().startsWith(typed)) || names.some((name) => name.toLowerCase().includes(typed))
}

const units = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const

/** Three digits: `1.25 Gbit/s`. Nothing for no traffic. */
function rateText(bitsPerSecond: number): string {
  if (bitsPerSecond === 0) return ''
  const step = Math.min(Math.max(Math.floor(Math.log10(bitsPerSecond) / 3), 0), units.length - 1)
  return `${Number((bitsPerSecond / 1000 ** step).toPrecision(3))} ${units[step]}`
}
