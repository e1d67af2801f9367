// One match of an nftables rule, for nft and for people.
import type { NftStatement } from './header-fields.ts'

/** The same in JSON and in nft's own syntax. */
export interface Match {
  readonly json: NftStatement
  readonly text: string
}

export function match(left: NftStatement, right: unknown, text: string, op: '==' | '!=' = '=='): Match {
  return { json: { match: { op, left, right } }, text }
}
