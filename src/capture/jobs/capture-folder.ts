// The folder of packets on the server's disk: one folder for each capture, and how much all of them take.
//
// <captures>/<id>/<agent>.records   while it runs, see records-file.ts
// <captures>/<id>/merged.*          when it is over, see merged-file.ts
// <captures>/<id>/manifest.json     once somebody has asked for it
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

const idPattern = /^[0-9a-f]{32}$/
const agentFile = '.records'

export class CaptureFolder {
  readonly #root: string
  /** Bytes of each capture that has packets here. */
  readonly #sizes = new Map<string, number>()
  #bytes = 0

  constructor(root: string) {
    this.#root = path.resolve(root)
  }

  /** Bytes of all captures. */
  get bytes(): number {
    return this.#bytes
  }

  /** @returns ids of the captures that have a folder */
  async start(): Promise<readonly string[]> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 })
    const ids = (await readdir(this.#root)).filter((name) => idPattern.test(name))
    for (const id of ids) await this.measure(id)
    return ids
  }

  sizeOf(id: string): number {
    return this.#sizes.get(id) ?? 0
  }

  pathOf(id: string): string {
    return path.join(this.#root, checked(id))
  }

  /** Where packets of an agent go while the capture runs. */
  agentPath(id: string, agent: string): string {
    return path.join(this.pathOf(id), `${checked(agent)}${agentFile}`)
  }

  async make(id: string): Promise<void> {
    await mkdir(this.pathOf(id), { recursive: true, mode: 0o700 })
    await syncFolder(this.#root)
  }

  /** A file of the capture has grown by so many bytes. */
  grow(id: string, bytes: number): void {
    this.#sizes.set(id, this.sizeOf(id) + bytes)
    this.#bytes += bytes
  }

  /** Finds out what the files of a capture take. */
  async measure(id: string): Promise<void> {
    let bytes = 0
    for (const name of await this.#files(id)) bytes += (await stat(path.join(this.pathOf(id), name))).size
    this.grow(id, bytes - this.sizeOf(id))
  }

  /** Deletes what the merged file has taken the place of, and what a crash has left unfinished. */
  async clear(id: string): Promise<void> {
    const kept = new Set(['merged.records', 'merged.index', 'manifest.json'])
    for (const name of await this.#files(id)) if (!kept.has(name)) await rm(path.join(this.pathOf(id), name), { force: true })
    await this.measure(id)
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { recursive: true, force: true })
    this.#bytes -= this.sizeOf(id)
    this.#sizes.delete(id)
  }

  async #files(id: string): Promise<readonly string[]> {
    try {
      return await readdir(this.pathOf(id))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
  }
}

/** Ids become names of files. */
function checked(id: string): string {
  if (!idPattern.test(id)) throw new RangeError('an id of a capture or an agent has 32 hex digits')
  return id
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
