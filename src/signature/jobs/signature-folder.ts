// Packets of signatures on the server's disk, within a budget; the oldest that nobody uses go first.
//
// <signatures>/files/<id>/capture           an uploaded file
// <signatures>/packets/<id>/attack          what the signature <id> is measured on, where that is no uploaded file
// <signatures>/packets/<id>/baseline
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { ApiError } from '../../contract/api-errors.ts'

export const storedKinds = ['files', 'packets'] as const
export type StoredKind = (typeof storedKinds)[number]

/** A folder below `kind`. */
export interface StoredPlace {
  readonly kind: StoredKind
  /** 32 hex digits. */
  readonly id: string
}

export interface SignatureFolderConfig {
  readonly root: string
  /** Of all files together. */
  readonly maxBytes: number
}

export interface SignatureFolderDependencies {
  /** Told of what has gone to make room. */
  readonly displaced: (place: StoredPlace) => Promise<void>
}

interface Entry extends StoredPlace {
  bytes: number
  /** How many use it now. */
  holds: number
}

const idPattern = /^[0-9a-f]{32}$/
/** What an entry counts at the least: many small files take room too. */
const leastBytes = 65_536
const mebibyte = 1_048_576

export class SignatureFolder {
  readonly #config: SignatureFolderConfig
  readonly #deps: SignatureFolderDependencies
  /** By their key; the one that nobody has used for longest first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(config: SignatureFolderConfig, deps: SignatureFolderDependencies) {
    this.#config = config
    this.#deps = deps
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Deletes what is not known: the rest of something that a crash has cut off. @param known oldest first */
  async start(known: readonly StoredPlace[]): Promise<void> {
    const found = new Set<string>()
    for (const kind of storedKinds) {
      await mkdir(path.join(this.#config.root, kind), { recursive: true, mode: 0o700 })
      for (const id of await readdir(path.join(this.#config.root, kind))) found.add(`${kind}/${id}`)
    }
    for (const place of known) {
      if (found.delete(keyOf(place))) this.#charge(this.#enter(place), await sizeOf(this.pathOf(place)))
    }
    for (const key of found) await rm(path.join(this.#config.root, key), { recursive: true, force: true })
  }

  has(place: StoredPlace): boolean {
    return this.#entries.has(keyOf(place))
  }

  pathOf({ kind, id }: StoredPlace): string {
    if (!idPattern.test(id)) throw new RangeError('an id of a signature or a file has 32 hex digits')
    return path.join(this.#config.root, kind, id)
  }

  /** It stays until the answer is called. Without one there is nothing to hold. */
  hold(place: StoredPlace): () => void {
    const entry = this.#entries.get(keyOf(place))
    if (!entry) return () => undefined
    // Used last.
    this.#entries.delete(keyOf(place))
    this.#entries.set(keyOf(place), entry)
    return holdOf(entry)
  }

  /** A new place. It stays until the answer is called. */
  enter(place: StoredPlace): () => void {
    return holdOf(this.#enter(place))
  }

  /** A new file in a place that the caller has entered. */
  async create(place: StoredPlace, name: string): Promise<StoredFile> {
    const folder = this.pathOf(place)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = path.join(folder, name)
    return new StoredFile(file, await open(file, 'w', 0o600), (bytes) => this.#reserve(keyOf(place), bytes))
  }

  async remove(place: StoredPlace): Promise<void> {
    const entry = this.#entries.get(keyOf(place))
    if (entry) this.#forget(entry)
    await rm(this.pathOf(place), { recursive: true, force: true })
  }

  #enter({ kind, id }: StoredPlace): Entry {
    const entry = { kind, id, bytes: 0, holds: 0 }
    this.#entries.set(keyOf(entry), entry)
    this.#charge(entry, leastBytes)
    return entry
  }

  #charge(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    this.#bytes += bytes
  }

  #forget(entry: Entry): void {
    this.#entries.delete(keyOf(entry))
    this.#bytes -= entry.bytes
  }

  /** @throws ApiError signature_disk_full when all that is there is used */
  async #reserve(key: string, bytes: number): Promise<void> {
    const { maxBytes } = this.#config
    const entry = this.#entries.get(key)
    if (!entry) throw new Error(`${key} is not entered`)
    while (this.#bytes + bytes > maxBytes) {
      const oldest = [...this.#entries.values()].find(({ holds }) => holds === 0)
      if (!oldest) throw new ApiError('signature_disk_full', { most: maxBytes / mebibyte })
      await this.remove(oldest)
      await this.#deps.displaced(oldest)
    }
    this.#charge(entry, bytes)
  }
}

/** A file that is being written. */
export class StoredFile {
  readonly path: string
  readonly #handle: FileHandle
  readonly #charge: (bytes: number) => Promise<void>
  bytes = 0

  /** @param charge takes room for so many bytes */
  constructor(file: string, handle: FileHandle, charge: (bytes: number) => Promise<void>) {
    this.path = file
    this.#handle = handle
    this.#charge = charge
  }

  /** @throws ApiError signature_disk_full */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#charge(chunk.length)
    await this.#handle.appendFile(chunk)
    this.bytes += chunk.length
  }

  /** What is written survives a loss of power. */
  async close(): Promise<void> {
    try {
      await this.#handle.sync()
    } finally {
      await this.#handle.close()
    }
  }
}

function holdOf(entry: Entry): () => void {
  let held = true
  entry.holds++
  return () => {
    if (held) entry.holds--
    held = false
  }
}

const keyOf = ({ kind, id }: StoredPlace) => `${kind}/${id}`

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) bytes += (await stat(path.join(folder, name))).size
  return bytes
}
