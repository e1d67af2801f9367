// Reads the prefixes that somebody typed: which they are, and what is wrong in which line.

export type PrefixProblem = 'address' | 'length' | 'everything' | 'twice'

export interface WrongLine {
  /** From 1. */
  readonly line: number
  readonly text: string
  readonly problem: PrefixProblem
}

export interface PrefixList {
  /** As typed, in order; only those without a problem. */
  readonly prefixes: readonly string[]
  readonly wrong: readonly WrongLine[]
}

/** An IPv4 address without leading zeros. */
export const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** Bits and one spelling of an address; undefined when it is none. */
function addressOf(text: string): { bits: number; canonical: string } | undefined {
  if (ipv4.test(text)) return { bits: 32, canonical: text }
  const candidate = `http://[${text}]/`
  if (!text.includes(':') || !/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(candidate)) return undefined
  return { bits: 128, canonical: new URL(candidate).hostname }
}

function judge(text: string, seen: Set<string>): PrefixProblem | undefined {
  const slash = text.indexOf('/')
  const address = addressOf(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return 'address'
  const length = slash < 0 ? String(address.bits) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.bits) return 'length'
  if (Number(length) === 0) return 'everything'
  const key = `${address.canonical}/${Number(length)}`
  if (seen.has(key)) return 'twice'
  seen.add(key)
  return undefined
}

/** Prefixes stand one a line; commas and blanks between them are taken, too. */
export function readPrefixes(typed: string): PrefixList {
  const prefixes: string[] = []
  const wrong: WrongLine[] = []
  const seen = new Set<string>()
  for (const [index, line] of typed.split('\n').entries()) {
    for (const text of line.split(/[\s,;]+/).filter((part) => part !== '')) {
      const problem = judge(text, seen)
      if (problem === undefined) prefixes.push(text)
      else wrong.push({ line: index + 1, text, problem })
    }
  }
  return { prefixes, wrong }
}

/** The text with one more line, unless it is there. */
export function withPrefix(typed: string, prefix: string): string {
  const lines = typed.trimEnd()
  if (readPrefixes(lines).prefixes.includes(prefix)) return typed
  return lines === '' ? prefix : `${lines}\n${prefix}`
}
