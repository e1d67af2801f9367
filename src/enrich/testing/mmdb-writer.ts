// Writes small MaxMind databases for tests: any record size, IPv4 or IPv6 trees, aliases of the IPv4 root.
import { isMappedIpv4, parsePrefix } from '../address-text.ts'

export type MmdbValue = string | number | boolean | { readonly [key: string]: MmdbValue }

export interface MmdbOptions {
  readonly recordSize: 24 | 28 | 32
  readonly ipVersion: 4 | 6
  /** Prefixes of an IPv6 tree that point at the IPv4 root. */
  readonly aliases?: readonly string[]
}

/** A branch has two children; a leaf names its data; undefined is unknown. */
interface Branch {
  children: [Child, Child]
}
type Child = Branch | { readonly data: number } | undefined

/** The bytes of a database with these prefixes; nested ones first the wider, then the narrower. */
export function writeMmdb(entries: Readonly<Record<string, MmdbValue>>, options: MmdbOptions): Buffer {
  const tree = new TreeWriter(options.ipVersion)
  const data: Buffer[] = []
  const offsets = new Map<string, number>()
  let size = 0
  for (const [prefix, value] of Object.entries(entries)) {
    const key = JSON.stringify(value)
    if (!offsets.has(key)) {
      const bytes = encode(value)
      offsets.set(key, size)
      data.push(bytes)
      size += bytes.length
    }
    tree.put(tree.bits(prefix), { data: offsets.get(key)! })
  }
  const ipv4Root = tree.at('0'.repeat(96))
  for (const alias of options.aliases ?? []) tree.put(tree.bits(alias), ipv4Root)
  const nodes = tree.number()
  const metadata = {
    node_count: nodes.size,
    record_size: options.recordSize,
    ip_version: options.ipVersion,
    database_type: 'test',
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_750_000_000,
  }
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([writeNodes(nodes, options.recordSize), Buffer.alloc(16), ...data, marker, encode(metadata)])
}

class TreeWriter {
  readonly #root: Branch = { children: [undefined, undefined] }
  readonly #ipVersion: 4 | 6

  constructor(ipVersion: 4 | 6) {
    this.#ipVersion = ipVersion
  }

  /** The bits of a prefix in this tree: IPv4 is under 96 zeros in an IPv6 tree. */
  bits(prefix: string): string {
    const { start, end } = parsePrefix(prefix)!
    const text = (words: Uint32Array) => [...words].map((word) => word.toString(2).padStart(32, '0')).join('')
    const [first, last] = [text(start), text(end)]
    let length = 0
    while (length < 128 && first[length] === last[length]) length++
    if (!isMappedIpv4(start) || prefix.includes(':')) return first.slice(0, length)
    return (this.#ipVersion === 6 ? '0'.repeat(96) : '') + first.slice(96, length)
  }

  put(bits: string, child: Child): void {
    let branch = this.#root
    for (const bit of bits.slice(0, -1)) {
      const side = bit === '1' ? 1 : 0
      const next = branch.children[side]
      if (next && 'children' in next) branch = next
      else {
        // What was known of the wider prefix holds for both halves.
        const split: Branch = { children: [next, next] }
        branch.children[side] = split
        branch = split
      }
    }
    branch.children[bits.endsWith('1') ? 1 : 0] = child
  }

  at(bits: string): Child {
    let child: Child = this.#root
    for (const bit of bits) {
      if (!child || !('children' in child)) return child
      child = child.children[bit === '1' ? 1 : 0]
    }
    return child
  }

  number(): Map<Branch, number> {
    const numbers = new Map<Branch, number>([[this.#root, 0]])
    // A Map hands out what is added while it is walked.
    for (const branch of numbers.keys()) {
      for (const child of branch.children) {
        if (child && 'children' in child && !numbers.has(child)) numbers.set(child, numbers.size)
      }
    }
    return numbers
  }
}

function writeNodes(nodes: Map<Branch, number>, recordSize: 24 | 28 | 32): Buffer {
  const record = (child: Child) => {
    if (child === undefined) return nodes.size
    return 'children' in child ? nodes.get(child)! : nodes.size + 16 + child.data
  }
  return Buffer.concat([...nodes.keys()].map(({ children }) => writeNode(record(children[0]), record(children[1]), recordSize)))
}

function writeNode(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const node = Buffer.alloc(recordSize / 4)
  const width = recordSize === 32 ? 4 : 3
  node.writeUIntBE(left % 2 ** (8 * width), 0, width)
  node.writeUIntBE(right % 2 ** (8 * width), recordSize / 4 - width, width)
  if (recordSize === 28) node[3] = ((left >>> 24) << 4) | (right >>> 24)
  return node
}

/** The data section's encoding of a value: control byte with type and size, then the content. */
function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0, 14 - 7])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, 4), bytes])
  }
  const fields = Object.entries(value)
  return Buffer.concat([control(7, fields.length), ...fields.flatMap(([key, field]) => [encode(key), encode(field)])])
}

function control(type: number, size: number): Buffer {
  if (size < 29) return Buffer.from([(type << 5) | size])
  return Buffer.from([(type << 5) | 29, size - 29])
}
