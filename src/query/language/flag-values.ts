// Reads TCP flags by their names: `syn,!ack`.
import type { TokenCursor } from '../../filter/token-cursor.ts'
import { flagBits } from './flow-values.ts'

/** Whether what comes next are names of flags and no number. */
export function startsFlags(cursor: TokenCursor): boolean {
  return cursor.text === '!' || (cursor.token.kind === 'word' && /^[a-z]/i.test(cursor.text))
}

/** `set`: at most one number, with the bits of all flags that are set; `unset`: one for each that is not. @throws FilterError */
export function readFlags(cursor: TokenCursor): { readonly set: readonly number[]; readonly unset: readonly number[] } {
  const start = cursor.token
  let set = 0
  const unset = new Set<number>()
  do {
    const isUnset = cursor.accept('!')
    const bit = readFlag(cursor)
    if (isUnset) unset.add(bit)
    else set |= bit
  } while (cursor.accept(','))
  if (![...unset].some((bit) => (set & bit) !== 0)) return { set: set === 0 ? [] : [set], unset: [...unset] }
  throw cursor.fault('a flag cannot be both set and not set', [], { ...start, to: cursor.ahead(-1).to })
}

function readFlag(cursor: TokenCursor): number {
  const names = [...flagBits.keys()]
  const bit = cursor.token.kind === 'word' ? flagBits.get(cursor.text) : undefined
  if (bit === undefined) throw cursor.unexpected('a TCP flag', names, names)
  cursor.take()
  return bit
}
