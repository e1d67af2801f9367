// Reads a question about flows: its fields, its times, its dimensions by any of their names, its filter with the place of a fault.
import { z } from 'zod'
import { suggestion } from '../../base/nearest-name.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { flowQuestionSchema, type FlowQuestion } from '../../contract/flow-question.ts'
import { dimensionNamed, namesOf } from '../../query/dimension-names.ts'
import { flowDimensions, type FlowDimension } from '../../query/flow-dimensions.ts'
import type { FlowFilter } from '../../query/flow-filter.ts'
import { objectFault, parseInput } from '../validation.ts'
import { readFlowFilter } from './filter.ts'
import { readTimes } from './times.ts'

/** A question as it is asked of the store. */
export interface ReadQuestion {
  /** As it came, with the defaults. */
  readonly asked: FlowQuestion
  readonly filter: FlowFilter
  readonly by: readonly FlowDimension[]
  /** Seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
}

/** In the words of the other requests. */
const input = z.strictObject(flowQuestionSchema.shape, { error: objectFault })

export interface QuestionScope {
  /** Seconds since 1970. */
  readonly now: number
  /** Names of the account's rules by id, for filters that name them. */
  readonly rules: ReadonlyMap<string, string>
}

/** @throws ApiError flow_question_invalid, filter_invalid, each with a pointer to the field */
export function readQuestion(body: unknown, { now, rules }: QuestionScope): ReadQuestion {
  const asked = parseInput(input, body, 'flow_question_invalid')
  return { asked, filter: readFlowFilter(asked.filter, rules), by: readDimensions(asked.by), ...readTimes(asked, now) }
}

function readDimensions(names: readonly string[]): FlowDimension[] {
  const found = new Map<string, FlowDimension>()
  for (const [index, name] of names.entries()) {
    const dimension = dimensionNamed(name)
    const fault = dimension === undefined ? unknown(name) : found.has(dimension.name) ? `${name} is there already` : undefined
    if (dimension === undefined || fault !== undefined) {
      throw new ApiError('flow_question_invalid', { reason: `by[${index}] ${fault}` }, `/by/${index}`)
    }
    found.set(dimension.name, dimension)
  }
  return [...found.values()]
}

const unknown = (name: string) => `there is no dimension ${name}${suggestion(name, flowDimensions.flatMap(namesOf))}`
