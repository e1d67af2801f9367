// The flags that say what is asked about the traffic, and the question that they become.
import { InvalidArgumentError, Option, type Command } from 'commander'
import { flowMeasures, mostDimensions, mostGroups, type FlowMeasure, type FlowQuestionBody } from '../contract/flow-question.ts'
import { wholeNumber } from './capture-flags.ts'
import { CommandError } from './command-error.ts'

export interface RangeFlagValues {
  readonly last?: string
  readonly from?: string
  readonly to?: string
}

export interface QuestionFlagValues extends RangeFlagValues {
  readonly limit: number
  readonly order: FlowMeasure
  readonly previous?: boolean
  readonly reverse?: boolean
  readonly distinct?: boolean
  readonly series?: boolean
  readonly plot?: boolean
  readonly tier: NonNullable<FlowQuestionBody['tier']>
}

export function addRangeFlags(command: Command, usual: string): Command {
  return command
    .option('--last <time>', `the time until now: 90s, 15m, 6h, 7d, 2w (default: ${usual})`)
    .option('--from <time>', 'from this time on instead, like 2026-01-01T00:00:00Z or 2026-01-01T12:00+01:00', timeText)
    .option('--to <time>', 'until this time (default: now)', timeText)
}

/** @param limit groups unless told */
export function addQuestionFlags(command: Command, limit: number): Command {
  return command
    .option('--limit <number>', `groups, ${mostGroups} at the most`, wholeNumber, limit)
    .addOption(new Option('--order <measure>', 'what the groups are ordered by').choices(flowMeasures).default('bits'))
    .option('--previous', 'beside it, the time of equal length before')
    .option('--reverse', 'beside it, the other direction: source and destination exchanged')
    .option('--distinct', 'count a flow that several routers saw once')
    .addOption(new Option('--tier <table>', 'where the answer is to come from').choices(tiers).default('auto'))
}

const tiers = ['auto', 'raw', 'minute', 'hour', 'top'] as const

/** Parser of an option: names with commas; the option may come again. */
export function dimensionNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = [...before, ...text.split(',').map((name) => name.trim())]
  if (names.includes('')) throw new InvalidArgumentError('must be names with commas between them, such as src_as,dst_port')
  if (names.length > mostDimensions) throw new InvalidArgumentError(`can be ${mostDimensions} names at the most`)
  return names
}

/** Parser of an option: RFC 3339, as the API wants it. Seconds, and the zone Z, may be left out. */
function timeText(text: string): string {
  const [, date, minutes = 'T00:00', seconds = ':00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d)?(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? []
  if (date === undefined) throw new InvalidArgumentError('must be a time such as 2026-01-01T00:00:00Z')
  return `${date}${minutes}${seconds}${zone}`.toUpperCase()
}

/** @throws CommandError when `last` and bounds are both given */
export function rangeBody({ last, from, to }: RangeFlagValues, usual: string): Pick<FlowQuestionBody, 'last' | 'from' | 'to'> {
  if (last !== undefined && (from !== undefined || to !== undefined))
    throw new CommandError('say either --last or --from with --to', { next: 'drawbridge query --help', exitCode: 2 })
  if (from === undefined && to !== undefined)
    throw new CommandError('--to needs --from', { next: 'the same command with --from as well', exitCode: 2 })
  if (from === undefined) return { last: last ?? usual }
  return { from, ...(to !== undefined && { to }) }
}

/** @param by names of dimensions */
export function questionBody(flags: QuestionFlagValues, filter: string, by: readonly string[], usual: string): FlowQuestionBody {
  const { limit, order, previous = false, reverse = false, distinct = false, series = false, plot = false, tier } = flags
  return { filter, by: [...by], ...rangeBody(flags, usual), limit, order, previous, reverse, distinct, tier, series: series || plot }
}
