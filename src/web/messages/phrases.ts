// Finds the translation of a sentence that was put together elsewhere: the sentence with {holes} is the key.

/**
 * By the sentence, with holes such as `{address}`; the translation has the same ones, or fewer. What fills a hole is taken
 * over as it is, but for `{reason:text}` (something that may have a phrase of its own), `{vector:phrase}` (something that
 * has), `{names:list}` (`a, b and c`), `{flows:count}` (`1,200 flows`) and `{waited:span}` (`2 h 5 min`).
 */
export type Phrases = Readonly<Record<string, string>>

export interface PhraseBook {
  readonly phrases: readonly Phrases[]
  /** Those of the guides of routers. */
  readonly guides: readonly Phrases[]
  /** Things that are counted, `flows` → `フロー{count}件`. */
  readonly counted: Phrases
  /** Units of time, `min` → `分`. */
  readonly units: Phrases
  readonly list: (items: readonly string[]) => string
}

interface Hole {
  readonly name: string
  readonly kind: string
}

interface Phrase {
  /** Before, between and behind the holes: one more than these. */
  readonly literals: readonly string[]
  readonly holes: readonly Hole[]
  readonly translation: string
}

/** A translation, or undefined. */
type Reader = (text: string) => string | undefined

const holePattern = /\{(\w+)(?::(\w+))?\}/g
// What is known is shorter; longer is somebody's own text.
const longest = 1000
const mostSentences = 12

function phraseOf([sentence, translation]: readonly [string, string]): Phrase {
  const holes = [...sentence.matchAll(holePattern)].map(([, name = '', kind = '']) => ({ name, kind }))
  return { literals: sentence.split(/\{\w+(?::\w+)?\}/), holes, translation }
}

const weight = ({ literals }: Phrase): number => literals.join('').length

/** What fills the holes; undefined where it is another sentence. Never goes back: a hole ends where what follows it first stands. */
function fillings(text: string, { literals }: Phrase): readonly string[] | undefined {
  const [first = '', ...rest] = literals
  if (!text.startsWith(first)) return undefined
  const last = rest.pop()
  if (last === undefined) return text === first ? [] : undefined
  const found: string[] = []
  let at = first.length
  for (const literal of rest) {
    const next = text.indexOf(literal, at + 1)
    if (next < 0) return undefined
    found.push(text.slice(at, next))
    at = next + literal.length
  }
  const end = text.length - last.length
  return end > at && text.endsWith(last) ? [...found, text.slice(at, end)] : undefined
}

/** `1,200 flows`; undefined where the noun is not known: then it is another phrase. */
function countReader(counted: Phrases): Reader {
  return (text) => {
    const [, number, noun = ''] = /^([\d.,]+) (.+)$/.exec(text) ?? []
    return number === undefined || !Object.hasOwn(counted, noun) ? undefined : counted[noun]?.replace('{count}', number)
  }
}

function spanReader(units: Phrases): Reader {
  return (text) =>
    /^\d/.test(text)
      ? text.replaceAll(/(\d) ?([a-z]+)\b ?/g, (_all, digit: string, unit: string) => `${digit}${units[unit] ?? ` ${unit}`}`)
      : undefined
}

// Names and figures have no end of a sentence in them, nor what leads to one.
const nameReader: Reader = (text) => (/[.:;] /.test(text) ? undefined : text)

function filled(text: string, phrase: Phrase, readers: Readonly<Record<string, Reader>>): string | undefined {
  const values = fillings(text, phrase)
  if (values === undefined) return undefined
  const told = new Map<string, string>()
  for (const [place, { name, kind }] of phrase.holes.entries()) {
    const value = (readers[kind] ?? nameReader)(values[place] ?? '')
    if (value === undefined) return undefined
    told.set(name, value)
  }
  return phrase.translation.replaceAll(holePattern, (hole, name: string) => told.get(name) ?? hole)
}

/** The longest run of sentences from a place on that is one phrase, and where it ends. */
function longestRun(sentences: readonly string[], from: number, one: Reader): { readonly told: string; readonly end: number } | undefined {
  for (let end = sentences.length; end > from; end--) {
    const told = one(sentences.slice(from, end).join(' '))
    if (told !== undefined) return { told, end }
  }
  return undefined
}

/** Some phrases hold several sentences; sentences without a phrase stay between the others. */
function several(text: string, one: Reader): string | undefined {
  const sentences = text.split(/(?<=[.:;!?]) /)
  if (sentences.length === 1 || sentences.length > mostSentences) return undefined
  const told: string[] = []
  let known = false
  for (let from = 0; from < sentences.length;) {
    const run = longestRun(sentences, from, one)
    told.push(run?.told ?? `${sentences[from] ?? ''} `)
    known ||= run !== undefined
    from = run?.end ?? from + 1
  }
  return known ? told.join('').trimEnd() : undefined
}

/** The translation of a text by a book; undefined where it knows none of its sentences. */
export function phraseReader({ phrases, counted, units, list }: Omit<PhraseBook, 'guides'>): Reader {
  // The most particular first.
  const known = phrases
    .flatMap((part) => Object.entries(part))
    .map(phraseOf)
    .toSorted((a, b) => weight(b) - weight(a))
  const count = countReader(counted)
  const readers: Record<string, Reader> = {
    text: (text) => read(text) ?? text,
    phrase: (text) => read(text),
    list: (text) => nameReader(text) && list(text.split(/, | and | or /).map((item) => read(item) ?? count(item) ?? item)),
    count,
    span: spanReader(units),
  }
  const one: Reader = (text) => {
    for (const phrase of known) {
      const told = filled(text, phrase, readers)
      if (told !== undefined) return told
    }
    return undefined
  }
  const read: Reader = (text) => (text.length > longest ? undefined : (one(text) ?? several(text, one)))
  return read
}
