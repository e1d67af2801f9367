// The command `top`: who has most of the traffic now, in a few words; again and again with --watch.
import { Command } from 'commander'
import type { FlowAnswerView, FlowQuestionBody } from '../contract/flow-question.ts'
import { addApiAndJsonFlags, ApiClient, ServerUnreachableError, type ApiFlagValues } from './api-client.ts'
import { pause } from './capture-follow.ts'
import { eraseScreen, inPlace } from './in-place.ts'
import { Output } from './output.ts'
import { addQuestionFlags, addRangeFlags, questionBody, type QuestionFlagValues } from './query-flags.ts'
import { answerOf, askServer, tellCancelled } from './query-run.ts'
import { answerText } from './query-text.ts'
import { untilSignal } from './stop-signals.ts'

interface TopFlags extends ApiFlagValues, QuestionFlagValues {
  readonly watch?: boolean
  readonly json?: boolean
}

const usualTime = '15m'
const usualLimit = 20
const everyMs = 5000

/** What people say for dimensions that have other names, or for several. */
const shortForms: Readonly<Record<string, readonly string[]>> = {
  as: ['src_as'],
  country: ['src_country'],
  interface: ['router', 'in_if'],
  pair: ['src', 'dst'],
}

/** Words that are a filter, or begin one. */
const filterWords: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'icmp6', 'gre', 'esp', 'sctp', 'ip4', 'ip6', 'host', 'port', 'not'])

export function topCommand(): Command {
  const command = addApiAndJsonFlags(new Command('top'))
    .description('Show who has most of the traffic')
    .argument('[words...]', "what is counted (src unless told), then a filter like 'proto udp'")
  return addQuestionFlags(addRangeFlags(command, usualTime), usualLimit)
    .option('--watch', 'again every 5 s, until Ctrl+C')
    .action(top)
    .addHelpText(
      'after',
      `
The first word says what is counted: src, dst, src-port, dst-port, proto, router, src-as, dst-as, src-country, rule, any
other dimension, or for short as, country, interface (router and input interface), pair (source and destination).
What follows is a filter. A filter alone, in quotes, counts sources.

Examples:
  $ drawbridge top
  $ drawbridge top dst-port 'proto udp'
  $ drawbridge top src-as --last 1h --order packets
  $ drawbridge top 'dst in 203.0.113.0/24' --watch
`,
    )
}

async function top(words: readonly string[], { watch = false, json = false, ...flags }: TopFlags): Promise<void> {
  const client = new ApiClient(flags, ['analytics:read'])
  const { by, filter } = meaningOf(words)
  const body = questionBody(flags, filter, by, usualTime)
  await untilSignal(async (stop) => {
    if (watch) return await watchTop(client, body, json, stop)
    const answer = await askTop(client, body, stop)
    if (answer === undefined) tellCancelled('question')
    else process.stdout.write(shown(answer, body, json))
  })
}

/** The first word is what is counted, but for filters: in quotes they have more than one word. */
function meaningOf([first = 'src', ...others]: readonly string[]): { readonly by: readonly string[]; readonly filter: string } {
  if (!/^[a-z][\w.-]*$/i.test(first) || filterWords.has(first)) return { by: ['src'], filter: [first, ...others].join(' ') }
  return { by: shortForms[first.toLowerCase()] ?? [first.replaceAll('-', '_')], filter: others.join(' ') }
}

function askTop(client: ApiClient, body: FlowQuestionBody, stop: AbortSignal): Promise<FlowAnswerView | undefined> {
  return askServer(client, body, (asked, signal) => answerOf(client, asked, signal), stop)
}

function shown(answer: FlowAnswerView, body: FlowQuestionBody, json: boolean): string {
  return json ? `${JSON.stringify(answer)}\n` : answerText(answer, body)
}

/** Until the signal comes, or nobody reads any more. In place on a terminal, one after another elsewhere. */
async function watchTop(client: ApiClient, body: FlowQuestionBody, json: boolean, stop: AbortSignal): Promise<void> {
  const output = new Output(process.stdout)
  const isScreen = process.stdout.isTTY && !json
  if (isScreen) output.add(eraseScreen)
  while (!stop.aborted && output.open) {
    const text = await look(client, { body, json, stop })
    if (stop.aborted) break
    output.add(isScreen ? inPlace(text) : text)
    await output.flush(true)
    await pause(everyMs, stop)
  }
  await output.end()
}

interface Look {
  readonly body: FlowQuestionBody
  readonly json: boolean
  readonly stop: AbortSignal
}

/** A server that starts again is waited for. */
async function look(client: ApiClient, { body, json, stop }: Look): Promise<string> {
  try {
    const answer = await askTop(client, body, stop)
    return answer === undefined ? '' : shown(answer, body, json)
  } catch (error) {
    if (error instanceof ServerUnreachableError) return 'no server answers; asking again\n'
    throw error
  }
}
