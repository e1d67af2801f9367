// A live check of a router as text for a terminal: who sends, and each step with what is wrong and what mends it.
import { protocolNames } from '../wire/packet-describe-names.ts'
import type { CheckFinding, CheckFlow, CheckSender, CheckState, CheckStep, RouterCheck } from '../contract/router-check.ts'
import { printable } from './capture-text.ts'

export interface TextStyle {
  /** Columns that a line may take; commands take what they need, as they are copied. */
  readonly width: number
  readonly colour: boolean
}

const marks = { ok: '✓', failed: '✗', warning: '!', waiting: '…', skipped: '–' } as const satisfies Record<CheckState, string>
/** SGR colours (ECMA-48 §8.3.117): green, red, yellow, cyan, and none for what does not matter. */
const colours = { ok: 32, failed: 31, warning: 33, waiting: 36, skipped: 0 } as const satisfies Record<CheckState, number>
/** A mark, the longest state, the longest name of a step, and a space behind each. */
const textColumn = 2 + 8 + 11
/** Narrower texts are harder to read than those that a terminal breaks. */
const leastWidth = 30
const mostSenders = 5

/** Everything that is known, the steps in their order. */
export function routerCheckText(check: RouterCheck, style: TextStyle): string {
  return `${headText(check, style)}\n${check.steps.map((step) => stepText(step, style)).join('')}`
}

/** Steps that are not as they were: what is told where nothing can be written anew. */
export function changedStepsText(check: RouterCheck, before: RouterCheck, style: TextStyle): string {
  const told = new Map(before.steps.map((step) => [step.name, outcomeOf(step)]))
  return check.steps
    .filter((step) => told.get(step.name) !== outcomeOf(step))
    .map((step) => stepText(step, style))
    .join('')
}

/** Whether flows arrive on the graph and nothing of them is missing. */
export function isOnGraph({ steps }: RouterCheck): boolean {
  return steps.some(({ name, state }) => name === 'graph' && state === 'ok') && !steps.some(({ state }) => state === 'failed')
}

/** How it has ended, and what to do next. */
export function verdictText(check: RouterCheck, interrupted: boolean): string {
  const open = openStepsText(check)
  if (!isOnGraph(check)) return `${interrupted ? 'Stopped' : 'The time is over'}; ${open}.\n`
  const { sender } = check
  const next = sender === null ? '' : `Next: drawbridge query 'router ${sender}' --last 15m\n`
  return `Its flows are on the graph${open === '' ? '' : `; ${open}`}.\n${next}`
}

/** The steps by what is still wrong with them, as `failed: registered; waiting: templates, graph`. */
function openStepsText({ steps }: RouterCheck): string {
  const named = (['failed', 'warning', 'waiting'] as const).flatMap((state) => {
    const names = steps.filter((step) => step.state === state).map(({ name }) => name)
    return names.length === 0 ? [] : [`${state}: ${names.join(', ')}`]
  })
  return named.join('; ')
}

/** Figures in sentences grow each second; states and kinds of findings are what changes. */
function outcomeOf({ state, findings }: CheckStep): string {
  return [state, ...findings.map(({ code }) => code)].join(' ')
}

function headText(check: RouterCheck, { width }: TextStyle): string {
  const facts = [
    ['Router', check.sender ?? 'whoever begins to send'],
    ...(check.guide === null ? [] : [['Guide', check.guide]]),
    ['Listening', check.listeners.join(', ')],
    ...(check.senders.length === 0 ? [] : [['Senders', sendersText(check)]]),
    ...(check.sample === null ? [] : [['A flow', flowText(check.sample)]]),
  ]
  return facts.map(([name = '', text = '']) => `${name.padEnd(11)}${wrapped(text, 11, width)}\n`).join('')
}

function sendersText({ senders }: RouterCheck): string {
  const shown = senders.slice(0, mostSenders).map(senderText)
  return [...shown, ...(senders.length > mostSenders ? [`and ${senders.length - mostSenders} more`] : [])].join('; ')
}

function senderText({ address, agent_address: agent, registered, protocols, datagrams, is_new: isNew }: CheckSender): string {
  const agentText = agent === null ? [] : [`agent ${agent}`]
  const facts = [
    registered ? 'registered' : 'not registered',
    ...agentText,
    ...protocols,
    `${datagrams} ${datagrams === 1 ? 'datagram' : 'datagrams'}`,
    ...(isNew ? ['new'] : []),
  ]
  return `${address} (${facts.join(', ')})`
}

/** TCP, UDP, DCCP, SCTP. */
const withPorts: ReadonlySet<number> = new Set([6, 17, 33, 132])

function flowText(flow: CheckFlow): string {
  const { protocol, bytes, packets, sampling } = flow
  const end = (address: string, port: number) => {
    if (!withPorts.has(protocol)) return address
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }
  const [from, to] = [end(flow.source, flow.source_port), end(flow.destination, flow.destination_port)]
  const counted = `${bytes} bytes in ${packets} ${packets === 1 ? 'packet' : 'packets'}`
  return `${from} to ${to}, ${protocolNames.get(protocol) ?? `protocol ${protocol}`}, ${counted}, sampled 1 in ${sampling}`
}

function stepText({ name, state, text, findings }: CheckStep, { width, colour }: TextStyle): string {
  const mark = painted(`${marks[state]} ${state.padEnd(8)}`, state, colour)
  const [gravest, ...others] = findings
  const told = gravest?.text === text ? [] : [text]
  const lines = [...told.map((line) => wrapped(line, textColumn, width)), ...(gravest ? findingLines(gravest, width) : [])]
  const rest = others.map((other) => wrapped(`Also: ${other.text}`, textColumn, width))
  return `${mark}${name.padEnd(11)}${[...lines, ...rest].join(`\n${' '.repeat(textColumn)}`)}\n`
}

function findingLines(finding: CheckFinding, width: number): string[] {
  const sentences = [finding.text, finding.advice].filter((text) => text !== '').map((text) => wrapped(text, textColumn, width))
  return [...sentences, ...commandOf(finding).map((line) => `  ${line}`)]
}

/** Ready to be copied, a line each. */
function commandOf({ command, action }: CheckFinding): string[] {
  if (command !== '') return command.split('\n').map(printable)
  if (action === null || action.kind === 'set_sampling') return []
  return [`drawbridge router-check ${action.address}${action.kind === 'register' ? ' --register' : ''}`]
}

function painted(text: string, state: CheckState, colour: boolean): string {
  return colour ? `\u001B[${colours[state]}m${text}\u001B[0m` : text
}

/** Broken between words, all lines but the first indented. */
function wrapped(text: string, indent: number, width: number): string {
  const most = Math.max(width - indent, leastWidth)
  const lines = ['']
  for (const word of printable(text).split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
