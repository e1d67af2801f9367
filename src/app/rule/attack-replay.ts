// Counts stored flows by attack vector and target as the collectors do, second by second, for the replay of a rule.
import { AttackMeter } from '../../collect/attack-meter.ts'
import type { AttackReport } from '../../contract/attack-report.ts'
import { columnIndex, createFlowBatch, type FlowBatch } from '../../contract/flow-batch.ts'
import type { Rule } from '../../contract/rule.ts'
import { RuleMatcher } from '../../enrich/rule-matcher.ts'
import { compileRuleTable, type RuleTable } from '../../enrich/rule-table.ts'
import { addressColumns, countRuleFlows, queryRuleFlows, type RuleFlows, type RuleFlowsQuestion } from '../../query/rule-flows.ts'
import type { AppContext } from '../context.ts'
import type { TimeBudget } from './time-budget.ts'

/** Some 10 s of work. */
const maxFlows = 2_000_000
/** Flows that are read at a time: some 60 ms in which nobody else has a turn. */
const chunkFlows = 20_000
/** Of a single statement. */
const queryTimeout = 15

export interface AttackReplayQuestion extends Omit<RuleFlowsQuestion, 'account' | 'prefixes'> {
  readonly budget: TimeBudget
}

/** Seconds that are read together. */
interface Chunk {
  readonly from: number
  readonly to: number
  readonly flows: number
}

export class AttackReplay {
  readonly #flows: AppContext['flows']
  readonly #question: RuleFlowsQuestion
  readonly #budget: TimeBudget
  readonly #table: RuleTable
  readonly #matcher = new RuleMatcher()
  readonly #meter = new AttackMeter(0)
  /** Not read yet, the latest first. */
  #chunks: Chunk[] = []
  #chunk: { readonly batch: FlowBatch; readonly rows: ReadonlyMap<number, Span> } | undefined
  /** Seconds before it are read. */
  #readTo = 0

  constructor(flows: AppContext['flows'], rule: Rule, { budget, ...question }: AttackReplayQuestion) {
    this.#flows = flows
    this.#budget = budget
    this.#question = { ...question, account: rule.account, prefixes: rule.prefixes }
    // A rule that is off is replayed as if it were on.
    const table = compileRuleTable([{ ...rule, extension: { ...rule.extension, enabled: true } }])
    if (table === null) throw new RangeError('a rule without prefixes')
    this.#table = table
  }

  /**
   * Looks how many flows there are. Of too many the latest are taken.
   * @returns first second from which on all flows are replayed
   */
  async begin(): Promise<number> {
    const { seconds, flows } = await countRuleFlows(this.#flows, this.#question, this.#budget.upTo(queryTimeout))
    let total = 0
    for (let index = seconds.length - 1; index >= 0; index--) {
      total += flows[index]
      if (total > maxFlows) return seconds[index] + 1
      this.#addSecond(seconds[index], flows[index])
    }
    return this.#question.from
  }

  #addSecond(second: number, flows: number): void {
    const next = this.#chunks.at(-1)
    if (next === undefined || next.flows + flows > chunkFlows) this.#chunks.push({ from: second, to: second + 1, flows })
    else this.#chunks[this.#chunks.length - 1] = { from: second, to: next.to, flows: next.flows + flows }
  }

  /** Makes a second and those after it ready. @returns the first second that is not ready, Infinity when all are */
  async reach(second: number): Promise<number> {
    while (second >= this.#readTo) {
      const chunk = this.#chunks.pop()
      if (chunk === undefined) {
        this.#chunk = undefined
        this.#readTo = Infinity
      } else await this.#read(chunk)
    }
    return this.#readTo
  }

  /** What a collector would have told of a second that is ready; asked in the order of time. */
  reports(second: number): AttackReport[] {
    const rows = this.#chunk?.rows.get(second)
    if (this.#chunk === undefined || rows === undefined) return []
    const { batch } = this.#chunk
    this.#meter.advance(second)
    this.#matcher.match(this.#table, batch, rows, this.#question.account)
    this.#meter.count(batch, rows, { table: this.#table, matcher: this.#matcher })
    this.#meter.advance(second + 1)
    return this.#meter.take()
  }

  async #read({ from, to }: Chunk): Promise<void> {
    const flows = await queryRuleFlows(this.#flows, { ...this.#question, from, to }, this.#budget.upTo(queryTimeout))
    this.#chunk = batchOf(flows)
    this.#readTo = to
  }
}

/** Rows `from` to before `to`. */
interface Span {
  readonly from: number
  to: number
}

/** The flows in a batch, second by second. */
function batchOf(flows: RuleFlows): { batch: FlowBatch; rows: ReadonlyMap<number, Span> } {
  const { time_received: seconds } = flows
  const order = Array.from(seconds, (_, index) => index).sort((one, other) => (seconds[one] ?? 0) - (seconds[other] ?? 0))
  const batch = createFlowBatch(Math.max(1, order.length))
  const rows = new Map<number, Span>()
  for (const [row, index] of order.entries()) {
    const second = seconds[index] ?? 0
    const span = rows.get(second)
    if (span === undefined) rows.set(second, { from: row, to: row + 1 })
    else span.to = row + 1
  }
  for (const name of smallColumns) for (const [row, index] of order.entries()) batch.columns[name][row] = flows[name][index] ?? 0
  for (const name of wideColumns) for (const [row, index] of order.entries()) setWide(batch.columns[name], row, flows[name][index] ?? 0)
  for (const name of addressColumns) copyAddresses(batch.columns[name], flows[name], order)
  // Whether any flow is in a tunnel is seen row by row.
  batch.present[columnIndex.tunnel_dst] = 1
  batch.rows = order.length
  return { batch, rows }
}

const smallColumns = [
  'export_protocol',
  'protocol',
  'tcp_flags',
  'src_port',
  'dst_port',
  'fragment_offset',
  'fragment_flags',
  'tunnel',
  'sampling_rate',
] as const
const wideColumns = ['flow_start', 'flow_end', 'bytes', 'packets'] as const
const word = 0x1_0000_0000

/** Two words, the low one first. */
function setWide(column: Uint32Array, row: number, value: number): void {
  column[row * 2] = value % word
  column[row * 2 + 1] = Math.floor(value / word)
}

const addressBytes = 16

function copyAddresses(column: Uint32Array, digits: string, order: readonly number[]): void {
  const from = Buffer.from(digits, 'hex')
  const to = new Uint8Array(column.buffer)
  for (const [row, index] of order.entries()) {
    to.set(from.subarray(index * addressBytes, (index + 1) * addressBytes), row * addressBytes)
  }
}
