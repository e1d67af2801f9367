// Guides, the commands that they make, and faults of a pmacct configuration, as text for a terminal.
import { dirname } from 'node:path/posix'
import type { ConfigLine, ConfigPart, RouterConfig, RouterGuideSummary } from '../contract/router-config.ts'
import { formatHostPort } from '../base/host-port.ts'
import { protocolTitle } from '../setup/check/wording.ts'
import type { PmacctFault } from '../setup/config/pmacct-lint.ts'
import { configText } from '../setup/config/render.ts'
import { printable } from './capture-text.ts'
import { tableText } from './rule-text.ts'

/** Commands wider than this have their reason on a line of its own. */
const widestCommand = 60
/** Columns that a reason needs to be readable beside its command. */
const leastReason = 24

export function guidesText(guides: readonly RouterGuideSummary[]): string {
  const rows = guides.map(({ id, title, variants }) => {
    const protocols = [...new Set(variants.flatMap((variant) => variant.protocols))]
    const named = variants.length === 1 ? '' : variants.map((variant) => variant.id).join(', ')
    return [id, title, named, protocols.join(', ')]
  })
  return `${tableText([['GUIDE', 'SYSTEM', 'VARIANTS', 'PROTOCOLS'], ...rows])}
Next: drawbridge router-config GUIDE --collector ADDRESS
`
}

/** The whole guide: where each line is typed, what it does, how to look, what can go wrong. */
export function routerConfigText(config: RouterConfig, columns: number): string {
  const { title, protocol, collector, port, parts, advice, notes } = config
  const heading = `${title}: ${protocolTitle(protocol)} to ${formatHostPort({ host: collector, port })}${samplingText(config)}`
  const sections = [
    heading,
    ...parts.map((part, index) => partText(part, `${index + 1}. `, columns)),
    `Why these values:\n${listText(advice.reasons, columns)}`,
    `Look whether it works:\n${linesText(config.verify, columns)}`,
    ...(notes.length === 0 ? [] : [`Good to know:\n${listText(notes, columns)}`]),
    nextText(config),
  ]
  return `${sections.join('\n\n')}\n`
}

/** What takes everything back. */
export function undoText({ title, undo }: RouterConfig, columns: number): string {
  const sections = [`${title}: taking it back`, ...undo.map((part, index) => partText(part, `${index + 1}. `, columns))]
  return `${sections.join('\n\n')}\n`
}

/**
 * Only what is pasted. A file among commands becomes the shell command that writes it; one that stands alone is its
 * text. Clicks are left out: nothing can be pasted there.
 */
export function plainText(parts: readonly ConfigPart[]): string {
  const [only] = parts
  if (only !== undefined && parts.length === 1 && only.kind === 'file') return configText(only)
  return parts
    .filter(({ kind }) => kind !== 'clicks')
    .map((part) => (part.kind === 'file' ? fileCommand(part) : configText(part)))
    .join('')
}

/** No file of a guide has a line that reads so. */
const endMark = 'END-OF-DRAWBRIDGE-FILE'

function fileCommand(part: ConfigPart): string {
  return `mkdir -p ${dirname(part.where)} && cat > ${part.where} <<'${endMark}'\n${configText(part)}${endMark}\n`
}

export function faultsText(file: string, faults: readonly PmacctFault[]): string {
  if (faults.length === 0) return `${file}: nothing wrong found\n`
  return faults.map((fault) => faultText(file, fault)).join('')
}

function faultText(file: string, { line, severity, text, advice, mended }: PmacctFault): string {
  const instead = mended === undefined ? '' : `  Instead: ${printable(mended)}\n`
  return `${file}:${line}: ${severity}: ${printable(text)}\n  ${printable(advice)}\n${instead}`
}

function samplingText({ sampling }: RouterConfig): string {
  return sampling > 1 ? `, 1 packet in ${sampling}` : ', every packet'
}

const placeNames: Readonly<Record<ConfigPart['kind'], string>> = { commands: 'type in', file: 'file', clicks: 'click' }

function partText(part: ConfigPart, number: string, columns: number): string {
  return `${number}${part.title} (${placeNames[part.kind]} ${part.where})\n${linesText(part.lines, columns)}`
}

/** Commands to the left, reasons to the right. */
function linesText(lines: readonly ConfigLine[], columns: number): string {
  const beside = Math.max(...lines.map(({ text }) => text.length).filter((length) => length <= widestCommand), 2) + 6
  const room = columns - beside
  return lines
    .map((line) => lineText(line, room < leastReason ? { beside: 8, room: columns - 8, below: true } : { beside, room, below: false }))
    .join('\n')
}

interface ReasonPlace {
  readonly beside: number
  readonly room: number
  readonly below: boolean
}

function lineText({ text, why }: ConfigLine, { beside, room, below }: ReasonPlace): string {
  const command = `    ${text}`.trimEnd()
  if (why === '') return command
  const reason = wrapped(why, room)
  if (below || command.length > beside - 2) return [command, ...reason.map((line) => `${' '.repeat(beside)}${line}`)].join('\n')
  return reason.map((line, index) => `${(index === 0 ? command : '').padEnd(beside)}${line}`).join('\n')
}

function listText(sentences: readonly string[], columns: number): string {
  return sentences.map((sentence) => `  - ${wrapped(sentence, columns - 4).join('\n    ')}`).join('\n')
}

/** Words longer than a line stay whole: they may be commands. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function nextText({ guide, router }: RouterConfig): string {
  return `To paste: the same command with --plain. To take it back: the same with --undo.
Next: drawbridge router-check ${router ?? 'ROUTER-ADDRESS'} --guide ${guide}`
}
