// A signature as text for a terminal.
import type {
  JunkFinding,
  Rendering,
  Share,
  SignatureInput,
  SignaturePart,
  SignatureProgress,
  SignatureReport,
} from '../contract/signature.ts'
import { percentText } from '../signature/share-text.ts'
import { spreadPlots } from './signature-plot.ts'

const count = (number: number) => number.toLocaleString('en-US').replaceAll(',', ' ')

export function progressText({ phase, share, packets }: SignatureProgress): string {
  return `${phase}${share === null ? '' : ` ${Math.floor(share * 100)} %`}${packets === 0 ? '' : `, ${count(packets)} packets`}`
}

/** `97 % (96.1–97.8 %)`. */
export function shareText({ share, low, high, of }: Share): string {
  if (of === 0) return 'nothing to measure'
  return `${percentText(share)} (${percentText(low)} to ${percentText(high)})`
}

export interface ShownFiles {
  readonly attack: string
  readonly baseline: string | null
  /** Columns to draw in; null for no plots. */
  readonly plots: number | null
}

/** Verdict first, evidence behind it, then what to do next. */
export function signatureText(report: SignatureReport, files: ShownFiles): string {
  const sections = [
    verdictText(report),
    inputsText(report),
    ...report.parts.map(partText),
    junkText(report.junk),
    files.plots === null ? '' : spreadPlots(report.spreads, files.plots),
    report.warnings.map((warning) => `! ${warning}\n`).join(''),
    report.filter === null ? '' : nextText(files),
  ]
  return sections.filter((section) => section !== '').join('\n')
}

function verdictText({ filter, held, held_bytes, false: spared, parts }: SignatureReport): string {
  if (filter === null) return 'No signature: nothing holds this attack and spares normal traffic.\n'
  const rest = spared === null ? 'no baseline to tell what else' : `${shareText(spared)} of normal traffic`
  const vectors = parts.length === 1 ? 'One vector' : `${parts.length} vectors`
  return `${vectors}: holds ${shareText(held)} of the attack, ${percentText(held_bytes.share)} of its bytes; ${rest}.\n\n  ${filter}\n`
}

function inputsText({ attack, baseline, targets }: SignatureReport): string {
  const to = targets.slice(0, 3).map(({ prefix, share }) => `${prefix} ${percentText(share)}`)
  const lines = [
    `Attack    ${inputText(attack)}`,
    ...(baseline === null ? [] : [`Baseline  ${inputText(baseline)}`]),
    ...(to.length === 0
      ? []
      : [
          `Targets   ${to.join(', ')}${targets.length > to.length ? ` and ${targets.length - to.length} more` : ''}; not part of the filter: use it where they are`,
        ]),
  ]
  return `${lines.join('\n')}\n`
}

function inputText({ name, packets, left_out: left, cut, learnt_from: learnt }: SignatureInput): string {
  const more = [
    ...(learnt > 0 && learnt < packets ? [`learnt from ${count(learnt)} of them`] : []),
    ...(cut > 0 ? [`${count(cut)} cut short`] : []),
    ...(left > 0 ? [`${count(left)} others left out`] : []),
  ]
  return `${name}: ${[`${count(packets)} IP packets`, ...more].join(', ')}`
}

function partText(part: SignaturePart, index: number): string {
  const spared = part.baseline === null ? '' : `, ${shareText(part.baseline)} of normal traffic`
  const adds = index === 0 ? '' : `; ${percentText(part.adds.share)} that no earlier part holds`
  const head = [`${index + 1}. ${part.title}`, `   holds ${shareText(part.attack)} of the attack${spared}${adds}`]
  const width = Math.max(...part.conditions.map(({ filter }) => filter.length))
  const conditions = part.conditions.map(({ filter, meaning, attack, baseline, variability, why }) => {
    const figures = `${percentText(attack.share)}${baseline === null ? '' : ` / ${percentText(baseline.share)}`}`
    return `     ${filter.padEnd(Math.min(width, 48))}  ${figures}${meaning === '' ? '' : `  ${meaning}`}\n       ${costs[variability]}: ${why}`
  })
  return `${[...head, ...conditions].join('\n')}\n`
}

const costs = { free: 'free to change', effort: 'takes effort to change', fixed: 'fixed' } as const

function junkText(findings: readonly JunkFinding[]): string {
  if (findings.length === 0) return ''
  return `Junk\n${findings.map(({ why }) => `   ${why}\n`).join('')}`
}

/** What a shell would take apart goes into quotes. */
const quoted = (path: string) => (/^[\w./:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`)

function nextText({ attack, baseline }: ShownFiles): string {
  const command = `drawbridge signature ${quoted(attack)}${baseline === null ? ' --baseline NORMAL.pcap' : ` --baseline ${quoted(baseline)}`}`
  return `Next: ${command} --verify\n      ${command} --format nftables\n`
}

/** For standard error: what the text leaves out, and how it is used. */
export function renderingNotesText({ title, exact, notes, held, false: spared }: Rendering): string {
  const wide =
    exact || held === undefined
      ? []
      : [`It holds ${shareText(held)} of the attack${spared ? ` and ${shareText(spared)} of normal traffic` : ''}.`]
  return [...notes, ...wide].map((line) => `${title}: ${line}\n`).join('')
}
