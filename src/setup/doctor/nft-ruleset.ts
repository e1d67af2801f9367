// Reads what `nft -j list ruleset` prints: base chains, chains, rules and sets, as far as a judgement of UDP needs them.

/** A statement of a rule, or a part of one: `{"match": …}`, `{"accept": null}`. */
export type NftNode = Readonly<Record<string, unknown>>

export interface NftChain {
  readonly family: string
  readonly table: string
  readonly name: string
  /** Undefined for chains that are only jumped to. */
  readonly hook: string | undefined
  readonly priority: number
  readonly policy: 'accept' | 'drop'
  readonly rules: (readonly NftNode[])[]
}

export interface NftRuleset {
  /** By family, table and name. */
  readonly chains: ReadonlyMap<string, NftChain>
  /** Elements of named sets by family, table and name. */
  readonly sets: ReadonlyMap<string, readonly unknown[]>
}

export function nameKey(family: string, table: string, name: string): string {
  return `${family} ${table} ${name}`
}

export function isNode(value: unknown): value is NftNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** @throws Error for what is no JSON of nft */
export function readNftRuleset(json: string): NftRuleset {
  const root: unknown = JSON.parse(json)
  const list = isNode(root) ? root['nftables'] : undefined
  if (!Array.isArray(list)) throw new Error('nft printed something else than its JSON')
  const chains = new Map<string, NftChain>()
  const sets = new Map<string, readonly unknown[]>()
  const rules: NftNode[] = []
  for (const entry of list) {
    const { chain, rule, set } = isNode(entry) ? entry : {}
    if (isNode(chain)) chains.set(keyOf(chain, 'name'), chainOf(chain))
    else if (isNode(rule)) rules.push(rule)
    else if (isNode(set)) sets.set(keyOf(set, 'name'), Array.isArray(set['elem']) ? set['elem'] : [])
  }
  for (const rule of rules) {
    const { expr } = rule
    if (Array.isArray(expr)) chains.get(keyOf(rule, 'chain'))?.rules.push(expr.filter(isNode))
  }
  return { chains, sets }
}

function keyOf(node: NftNode, name: 'name' | 'chain'): string {
  return nameKey(text(node['family']), text(node['table']), text(node[name]))
}

function chainOf(chain: NftNode): NftChain {
  const { family, table, name, hook, prio, policy } = chain
  return {
    family: text(family),
    table: text(table),
    name: text(name),
    hook: typeof hook === 'string' ? hook : undefined,
    priority: typeof prio === 'number' ? prio : 0,
    policy: policy === 'drop' ? 'drop' : 'accept',
    rules: [],
  }
}
