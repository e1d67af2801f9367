// Compiles rules into one table in shared memory that says for every address which rules watch it.
import type { Rule } from '../contract/rule.ts'
import { isMappedIpv4, parsePrefix } from './address-text.ts'
import { EnrichError } from './enrich-errors.ts'
import type { SharedWords } from './range-table.ts'
import { indexIpv6, share, type CellRanges, type Ipv6Cells } from './rule-ranges.ts'
import { Ipv4TrieBuilder, type Ipv4Trie } from './rule-trie.ts'

/**
 * What collector threads need to count for rules; postMessage passes its arrays on without a copy. Rules are told apart by
 * number, their place in `rules`. Each prefix that a rule of an account names has a *cell*: the addresses of which it is
 * the longest prefix. Cells are numbered from 1; cell 0 is what no rule watches.
 */
export interface RuleTable {
  /** Ids of the rules, 32 hex digits, by number. */
  readonly rules: readonly string[]
  /** Rules of set s: setRules[setStarts[s]] to before setStarts[s + 1], those of the longest prefixes first. Set 0 is empty. */
  readonly setStarts: SharedWords
  readonly setRules: SharedWords
  /** Set of the rules that watch a cell: those of its prefix and of all prefixes around it. */
  readonly cellSet: SharedWords
  /** 1 where an advanced_ddos rule that is on watches the cell. */
  readonly cellWatched: Uint8Array<SharedArrayBuffer>
  /**
   * Number of the longest prefix around a cell; where cellWatched, of those that advanced_ddos rules name. A prefix has
   * the number of its cell, so cellSet[prefix] has all rules that watch the whole of it.
   */
  readonly cellPrefix: SharedWords
  /** Prefixes by number, CIDR text without host bits; the first is empty. */
  readonly prefixes: readonly string[]
  readonly accounts: ReadonlyMap<number, PrefixIndex>
}

/** The prefixes of the rules of one account. */
export interface PrefixIndex {
  readonly ipv4: Ipv4Trie
  readonly ipv6: Ipv6Cells
}

/** A prefix as one rule names it. */
interface Claim {
  readonly start: Uint32Array
  readonly end: Uint32Array
  readonly rule: number
}

/**
 * @returns the table, null where no rule names a prefix
 * @throws EnrichError bad_prefix
 */
export function compileRuleTable(rules: readonly Rule[]): RuleTable | null {
  const claims = new Map<number, { ipv4: Claim[]; ipv6: Claim[] }>()
  for (const [number, { account, prefixes }] of rules.entries()) {
    const own = claims.get(account) ?? { ipv4: [], ipv6: [] }
    for (const text of prefixes) {
      const claim = claimOf(text, number)
      own[isMappedIpv4(claim.start) ? 'ipv4' : 'ipv6'].push(claim)
    }
    if (prefixes.length > 0) claims.set(account, own)
  }
  if (claims.size === 0) return null
  const cells = new CellList(rules)
  const accounts = new Map<number, PrefixIndex>()
  for (const [account, { ipv4, ipv6 }] of claims) accounts.set(account, { ipv4: layIpv4(ipv4, cells), ipv6: layIpv6(ipv6, cells) })
  return cells.table(accounts)
}

function claimOf(text: string, rule: number): Claim {
  const range = parsePrefix(text)
  if (range === undefined) throw new EnrichError('bad_prefix', JSON.stringify(text.slice(0, 64)))
  return { ...range, rule }
}

function compareWords(a: Uint32Array, b: Uint32Array): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

function isSame(claim: Claim, start: Uint32Array, end: Uint32Array): boolean {
  return compareWords(claim.start, start) === 0 && compareWords(claim.end, end) === 0
}

function layIpv4(claims: Claim[], cells: CellList): Ipv4Trie {
  const trie = new Ipv4TrieBuilder()
  for (const { start, length, cell } of cells.lay(claims)) trie.place(start[3], length - 96, cell)
  return trie.finish()
}

function layIpv6(claims: Claim[], cells: CellList): Ipv6Cells {
  const ranges = new RangeWriter()
  const around: CellPrefix[] = []
  const leave = (over: (prefix: CellPrefix) => boolean) => {
    for (let inner = around.at(-1); inner !== undefined && over(inner); inner = around.at(-1)) {
      around.pop()
      ranges.change(after(inner.end), around.at(-1)?.cell ?? 0)
    }
  }
  for (const prefix of cells.lay(claims)) {
    leave(({ end }) => compareWords(end, prefix.start) < 0)
    ranges.change(prefix.start, prefix.cell)
    around.push(prefix)
  }
  leave(() => true)
  return indexIpv6(ranges)
}

/** A prefix that rules name. */
interface CellPrefix {
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** Of 128 bits. */
  readonly length: number
  readonly cell: number
}

/** Numbers cells and sets. */
class CellList {
  readonly #rules: readonly Rule[]
  readonly #sets: (readonly number[])[] = [[]]
  readonly #setNumbers = new Map<string, number>()
  readonly #cellSet: number[] = [0]
  readonly #cellWatched: number[] = [0]
  readonly #cellPrefix: number[] = [0]
  readonly #prefixes: string[] = ['']

  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  /** The different prefixes of one family, by address, each before those that it holds. */
  lay(claims: Claim[]): CellPrefix[] {
    claims.sort((a, b) => compareWords(a.start, b.start) || compareWords(b.end, a.end))
    const laid: CellPrefix[] = []
    // Prefixes hold one another or have nothing in common: a stack of those around the place at hand is enough.
    const around: CellPrefix[] = []
    for (let at = 0; at < claims.length;) {
      const { start, end } = claims[at]
      const named = new Set<number>()
      for (; at < claims.length && isSame(claims[at], start, end); at++) named.add(claims[at].rule)
      while (around.length > 0 && compareWords(around[around.length - 1].end, start) < 0) around.pop()
      const length = prefixLength(start, end)
      const prefix = { start, end, length, cell: this.#cell([...named], around.at(-1)?.cell ?? 0, prefixText(start, length)) }
      around.push(prefix)
      laid.push(prefix)
    }
    return laid
  }

  #cell(named: readonly number[], parent: number, text: string): number {
    const cell = this.#cellSet.length
    const watched = named.some((rule) => this.#rules[rule].type === 'advanced_ddos' && this.#rules[rule].extension.enabled)
    const watchedAround = this.#cellWatched[parent] === 1
    this.#cellSet.push(this.#join(named, this.#cellSet[parent]))
    this.#cellWatched.push(watched || watchedAround ? 1 : 0)
    this.#cellPrefix.push(watched || !watchedAround ? cell : this.#cellPrefix[parent])
    this.#prefixes.push(text)
    return cell
  }

  /** The set of some rules and those of the prefix around. */
  #join(named: readonly number[], around: number): number {
    const outer = this.#sets[around]
    const added = named.filter((rule) => !outer.includes(rule))
    if (added.length === 0) return around
    const key = `${around}+${added.join()}`
    const known = this.#setNumbers.get(key)
    if (known !== undefined) return known
    this.#setNumbers.set(key, this.#sets.length)
    return this.#sets.push([...added, ...outer]) - 1
  }

  table(accounts: ReadonlyMap<number, PrefixIndex>): RuleTable {
    const setStarts = [0]
    for (const set of this.#sets) setStarts.push(setStarts.at(-1)! + set.length)
    const cellWatched = new Uint8Array(new SharedArrayBuffer(this.#cellWatched.length))
    cellWatched.set(this.#cellWatched)
    return {
      rules: this.#rules.map((rule) => rule.id),
      setStarts: share(setStarts),
      setRules: share(this.#sets.flat()),
      cellSet: share(this.#cellSet),
      cellWatched,
      cellPrefix: share(this.#cellPrefix),
      prefixes: this.#prefixes,
      accounts,
    }
  }
}

/** Takes the places where the cell changes, in order of address; of two at one place the later holds. */
class RangeWriter implements CellRanges {
  readonly starts: number[] = [0, 0, 0, 0]
  readonly cells: number[] = [0]

  change(start: Uint32Array | undefined, cell: number): void {
    if (start === undefined) return
    if (this.#beginsAt(start)) this.cells[this.cells.length - 1] = cell
    else {
      this.starts.push(start[0], start[1], start[2], start[3])
      this.cells.push(cell)
    }
  }

  /** Whether the last range begins there. The lower words differ more often. */
  #beginsAt(start: Uint32Array): boolean {
    const { starts } = this
    let at = starts.length
    for (let word = 3; word >= 0; word--) if (start[word] !== starts[--at]) return false
    return true
  }
}

/** The address behind one; undefined behind the last. */
function after(address: Uint32Array): Uint32Array | undefined {
  const next = address.slice()
  for (let word = 3; word >= 0; word--) {
    next[word] = next[word] + 1
    if (next[word] !== 0) return next
  }
  return undefined
}

/** Bits that the first and the last address of a prefix have in common. */
function prefixLength(start: Uint32Array, end: Uint32Array): number {
  for (let word = 0; word < 4; word++) if (start[word] !== end[word]) return word * 32 + Math.clz32(start[word] ^ end[word])
  return 128
}

/** CIDR text. */
function prefixText(start: Uint32Array, length: number): string {
  if (isMappedIpv4(start)) {
    const address = start[3]
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}/${length - 96}`
  }
  return `${ipv6Text(start)}/${length}`
}

/** In canonical form (RFC 5952): the longest run of two and more zero groups is left out, the first of equally long ones. */
function ipv6Text(words: Uint32Array): string {
  const group = (at: number) => (at % 2 === 0 ? words[at / 2] >>> 16 : words[(at - 1) / 2] & 0xffff)
  const text = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => group(from + index).toString(16)).join(':')
  let from = 0
  let length = 1
  for (let at = 0, run = 0; at < 8; at++) {
    run = group(at) === 0 ? run + 1 : 0
    if (run <= length) continue
    length = run
    from = at - run + 1
  }
  return length === 1 ? text(0, 8) : `${text(0, from)}::${text(from + length, 8)}`
}
