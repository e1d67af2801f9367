// The command `query`: anything about the traffic, as a table, a plot, JSON or CSV.
import { Command } from 'commander'
import type { FlowAnswerView, FlowQuestionBody } from '../contract/flow-question.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { addQuestionFlags, addRangeFlags, dimensionNames, questionBody, type QuestionFlagValues } from './query-flags.ts'
import { answerOf, askServer, flowsPath, tellCancelled } from './query-run.ts'
import { answerText, totalPlot } from './query-text.ts'
import { untilSignal } from './stop-signals.ts'

interface QueryFlags extends ApiFlagValues, QuestionFlagValues {
  readonly by?: readonly string[]
  readonly json?: boolean
  readonly csv?: boolean
}

const usualTime = '1h'
/** As of the API, so that a question is the same with both. */
const usualLimit = 10

export function queryCommand(): Command {
  const command = addApiAndJsonFlags(new Command('query'))
    .description('Ask anything about the traffic')
    .argument('[filter...]', "which flows, like 'proto udp and dst port 53' (default: all)")
    .option('--by <dimensions>', 'what the groups are made by: names with commas, like src_as,dst_port', dimensionNames)
  return addQuestionFlags(addRangeFlags(command, usualTime), usualLimit)
    .option('--series', 'the course of each group too')
    .option('--plot', 'the same, and the total as a plot')
    .option('--csv', 'print CSV: a row for each group, then other and total')
    .action(query)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scope analytics:read. Rates are means over the time; P95 and MAX are of its
minutes. The last line says which table has answered, and why. Ctrl+C cancels a question that takes long.

Examples:
  $ drawbridge query --by src_as
  $ drawbridge query 'dst port 53' --by src_as,dst_port --last 6h --previous
  $ drawbridge query 'dst in 203.0.113.0/24' --by proto --plot
  $ drawbridge query --by src --from 2026-01-01T12:00Z --to 2026-01-01T13:00Z --csv > sources.csv
`,
    )
}

async function query(words: readonly string[], { by = [], json = false, csv = false, ...flags }: QueryFlags): Promise<void> {
  if (json && csv) throw new CommandError('say either --json or --csv', { next: 'drawbridge query --help', exitCode: 2 })
  const client = new ApiClient(flags, ['analytics:read'])
  const body = questionBody(flags, words.join(' '), by, usualTime)
  await untilSignal(async (stop) => {
    const ask = csv ? csvOf : answerOf
    const answer = await askServer<string | FlowAnswerView>(client, body, (asked, signal) => ask(client, asked, signal), stop)
    if (answer === undefined) tellCancelled('question')
    else if (typeof answer === 'string') print(answer)
    else print(json ? `${JSON.stringify(answer)}\n` : plotAndTable(answer, body, flags.plot))
  })
}

function plotAndTable(answer: FlowAnswerView, body: FlowQuestionBody, withPlot = false): string {
  const size = { columns: Math.min(process.stdout.columns ?? 100, 160), rows: 12 }
  const plot = withPlot ? totalPlot(answer, body.order ?? 'bits', size) : ''
  return `${plot}${plot === '' ? '' : '\n'}${answerText(answer, body)}`
}

/** At most a thousand rows: they are printed when all are there. */
async function csvOf(client: ApiClient, body: FlowQuestionBody, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await client.bytes(`${flowsPath}/query?format=csv`, signal, body)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function print(text: string): void {
  process.stdout.write(text)
}
