// Writes NetFlow v9 and IPFIX datagrams byte by byte for tests, so that a test shows what is on the wire.

/** Appends big-endian integers and bytes. */
export class DatagramWriter {
  readonly #bytes: number[] = []

  uint(value: number, length: number): this {
    for (let i = length - 1; i >= 0; i--) this.#bytes.push(Math.floor(value / 256 ** i) % 256)
    return this
  }

  raw(bytes: Iterable<number>): this {
    this.#bytes.push(...bytes)
    return this
  }

  ipv4(text: string): this {
    return this.raw(text.split('.').map(Number))
  }

  /** A set: id, its own length, content. */
  set(id: number, content: (writer: DatagramWriter) => void): this {
    const inner = new DatagramWriter()
    content(inner)
    const body = inner.bytes()
    return this.uint(id, 2)
      .uint(body.length + 4, 2)
      .raw(body)
  }

  /** A template record: id, field count, then element and length of each, and in IPFIX an enterprise number. */
  template(id: number, fields: readonly (readonly [element: number, length: number, enterprise?: number])[]): this {
    this.uint(id, 2).uint(fields.length, 2)
    for (const [element, length, enterprise = 0] of fields) {
      this.uint(enterprise === 0 ? element : element | 0x8000, 2).uint(length, 2)
      if (enterprise !== 0) this.uint(enterprise, 4)
    }
    return this
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes)
  }
}

export interface HeaderValues {
  readonly domain?: number
  readonly sequence?: number
  readonly exportSeconds?: number
  readonly uptimeMs?: number
}

/** A v9 datagram of the sets that `sets` writes. The record count is 0, as some exporters have it. */
export function netflow9(sets: (writer: DatagramWriter) => void, header: HeaderValues = {}): Uint8Array<ArrayBuffer> {
  const writer = new DatagramWriter().uint(9, 2).uint(0, 2)
  writer.uint(header.uptimeMs ?? 60_000, 4).uint(header.exportSeconds ?? 1_700_000_000, 4)
  writer.uint(header.sequence ?? 0, 4).uint(header.domain ?? 0, 4)
  sets(writer)
  return writer.bytes()
}

/** An IPFIX message of the sets that `sets` writes. */
export function ipfix(sets: (writer: DatagramWriter) => void, header: HeaderValues = {}): Uint8Array<ArrayBuffer> {
  const body = new DatagramWriter()
  sets(body)
  const content = body.bytes()
  const writer = new DatagramWriter().uint(10, 2).uint(content.length + 16, 2)
  writer
    .uint(header.exportSeconds ?? 1_700_000_000, 4)
    .uint(header.sequence ?? 0, 4)
    .uint(header.domain ?? 0, 4)
  return writer.raw(content).bytes()
}
