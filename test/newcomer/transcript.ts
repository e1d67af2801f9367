// The page that tells how long a newcomer took: what was typed, what was answered, and the time to read and type it.
import type { Typed } from './terminal.ts'

/** Words a minute: the mean of adults who read non-fiction in English (Brysbaert 2019). */
const readingPace = 238
/** Seconds to copy a line or a block and to paste it; characters a second to put one's own addresses into it. */
const pasteSeconds = 8
const typingPace = 3
/** What everybody has to replace in a line of the README. */
const ownValues = /192\.0\.2\.\d+|eth0/g
/** Lines of an answer that the page shows at most, from its beginning and from its end. */
const shownLines = 46

export interface Effort {
  /** Words of the README from its first line to the end of its five minutes, and of the commands' answers. */
  readonly words: number
  readonly readingSeconds: number
  readonly typingSeconds: number
  readonly machineSeconds: number
}

const wordsOf = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** @param readme what is read before the first line is typed */
export function effortOf(readme: string, typed: readonly Typed[]): Effort {
  const words = wordsOf(readme) + typed.reduce((sum, { output }) => sum + wordsOf(output), 0)
  return {
    words,
    readingSeconds: (words / readingPace) * 60,
    typingSeconds: typed.reduce((sum, line) => sum + typingSeconds(line), 0),
    machineSeconds: typed.reduce((sum, { seconds }) => sum + seconds, 0),
  }
}

/** What a command printed is pasted as it is. */
function typingSeconds({ text, pasted }: Typed): number {
  const own = pasted ? [] : [...text.matchAll(ownValues)].map(([value]) => value)
  return pasteSeconds + own.join('').length / typingPace
}

function shortened(output: string): string {
  const lines = output.trim().split('\n')
  if (lines.length <= shownLines) return lines.join('\n')
  const half = shownLines / 2
  return [...lines.slice(0, half), `… ${lines.length - shownLines} lines …`, ...lines.slice(-half)].join('\n')
}

function block({ at, text, pasted, output, seconds }: Typed): string {
  const prompt = `${at}# `
  const typed = text.split('\n').map((line, index) => (index === 0 ? `${prompt}${line}` : `> ${line}`))
  const answer = shortened(output)
  const how = pasted ? 'Pasted' : 'Typed'
  return `\`\`\`text\n${typed.join('\n')}\n${answer === '' ? '' : `${answer}\n`}\`\`\`\n\n${how}, answered in ${seconds.toFixed(1)} s\n`
}

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`

/** The page in Markdown. */
export function transcriptPage(readme: string, typed: readonly Typed[]): string {
  const effort = effortOf(readme, typed)
  const human = effort.readingSeconds + effort.typingSeconds
  return `# Five minutes, word by word

This is what a newcomer typed, on machines that knew nothing of Drawbridge, with nothing but the [README](../README.md), and
what came back. \`collector\` and \`router\` are network namespaces of a Debian 12 with two cores, joined by a cable; the router
forwards five packets a second between two others. Namespaces have no systemd: a script stands in that starts what the units
say. The checkout was installed and built before; on a fresh one \`npm start\` does that first, which took 57 s and 41 s here,
with nothing to do for anybody. Written by \`test/newcomer/\`, which repeats it at each test run.

| what                                                                                      | how much |
| ----------------------------------------------------------------------------------------- | -------- |
| words to read: the README up to the end of its five minutes, and every answer below        | ${effort.words} |
| reading them, at ${readingPace} words a minute                                             | ${minutes(effort.readingSeconds)} |
| copying and pasting, ${pasteSeconds} s each, and one's own addresses at ${typingPace} characters a second | ${minutes(effort.typingSeconds)} |
| **reading and typing**                                                                    | **${minutes(human)}** |
| waiting for the machines meanwhile                                                        | ${minutes(effort.machineSeconds)} |

${typed.map(block).join('\n')}`
}
