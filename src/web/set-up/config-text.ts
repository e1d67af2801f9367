// Commands of a guide as text for the clipboard.
import type { ConfigPart } from '../../contract/router-config.ts'

/** The lines to paste, as they are typed or stand in the file. */
export function partText(part: ConfigPart): string {
  return part.lines.map(({ text }) => text).join('\n')
}

/** No file of a guide has a line that reads so. */
const endMark = 'END-OF-DRAWBRIDGE-FILE'

/** All parts as one paste, in their order; a file becomes the command that writes it, as `drawbridge router-config --plain` has it. */
export function allText(parts: readonly ConfigPart[]): string {
  const texts = parts.map((part) =>
    part.kind === 'file' ? `cat > ${part.where} <<'${endMark}'\n${partText(part)}\n${endMark}` : partText(part),
  )
  return texts.join('\n')
}

/** Stands where a system needs an address that nobody has told. */
const untold = 'ADDRESS-OF-THIS-'

export function needsRouter(parts: readonly ConfigPart[]): boolean {
  return parts.some(({ lines }) => lines.some(({ text }) => text.includes(untold)))
}

// In Mbit/s: what network cards and leased lines have.
const speeds = [10, 100, 1000, 2500, 10_000, 25_000, 40_000, 100_000, 400_000]

/** Speeds to choose from, with one that a link brought. */
export function linkSpeeds(chosen: string): number[] {
  const own = Number(chosen)
  return Number.isSafeInteger(own) && own > 0 && !speeds.includes(own) ? [...speeds, own].toSorted((a, b) => a - b) : speeds
}

/** A refusal as it stands below its field: without the field's name, which the field has already. */
export function refusalText(message: string): string {
  const reason = message.replace(/^Invalid router configuration: (?:\w+ )?/, '')
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`
}
