// Delivers packets to a file on the agent's host, inside folders that the agent's own configuration allows.
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import type { CaptureObject } from '../../contract/capture.ts'
import type { PacketSink, PacketView } from '../packet-sink.ts'
import { type PcapPart, PcapParts } from './pcap-parts.ts'

export interface FileSinkConfig {
  readonly path: string
  /** Absolute paths. */
  readonly allowFolders: readonly string[]
  readonly ethernet: boolean
  readonly snapLength: number
}

/** 8 MiB of memory: a disk that stands still for longer loses packets. */
const partBytes = 1_048_576
const buffers = 8

/** The file cannot be made or written. The message is fit for people. */
export class FileSinkError extends Error {
  override readonly name = 'FileSinkError'
}

export class FileSink implements PacketSink {
  onFailure: (error: Error) => void = () => {}
  readonly #config: FileSinkConfig
  readonly #parts: PcapParts
  #file: FileHandle | undefined
  #isClosed = true
  #writing: Promise<void> = Promise.resolve()
  #written: Omit<PcapPart, 'bytes'> | undefined
  #hasFailed = false
  #outcome: Promise<readonly CaptureObject[]> | undefined

  constructor(config: FileSinkConfig) {
    this.#config = config
    this.#parts = new PcapParts({ ...config, partBytes, buffers, equalParts: false }, (part) => this.#deliver(part))
  }

  /** @throws FileSinkError when the file is there already, or outside of the allowed folders */
  async open(): Promise<void> {
    this.#file = await createInside(this.#config.path, this.#config.allowFolders)
    this.#isClosed = false
  }

  take(packet: PacketView): boolean {
    return !this.#isClosed && this.#parts.append(packet)
  }

  finish(): Promise<readonly CaptureObject[]> {
    this.#outcome ??= this.#finish()
    return this.#outcome
  }

  async #finish(): Promise<readonly CaptureObject[]> {
    const file = this.#file
    if (!file) return []
    this.#isClosed = true
    if (!this.#hasFailed) this.#parts.end()
    await this.#writing
    try {
      // Of a part that was written in half nothing remains, so that the file ends with a packet.
      if (this.#hasFailed) await file.truncate(this.#written?.fileBytes ?? 0)
      await file.sync()
    } catch (error) {
      this.#fail(error)
    } finally {
      await file.close()
    }
    const uri = `file://${this.#config.path}`
    return this.#written ? [{ uri, bytes: this.#written.fileBytes, packets: this.#written.filePackets, sha256: this.#written.sha256 }] : []
  }

  /** One after another: each goes to the end of the file. */
  #deliver(part: PcapPart): void {
    this.#writing = this.#writeAfter(this.#writing, part)
  }

  async #writeAfter(earlier: Promise<void>, part: PcapPart): Promise<void> {
    await earlier
    try {
      if (!this.#hasFailed) await this.#file?.appendFile(part.bytes)
      if (!this.#hasFailed) this.#written = part
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#parts.release(part)
    }
  }

  #fail(error: unknown): void {
    this.#isClosed = true
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.onFailure(fileError(this.#config.path, error))
  }
}

/**
 * Makes the file, and the folders below the allowed one that it needs. No link is followed below the allowed folder.
 * @throws FileSinkError
 */
async function createInside(path: string, allowFolders: readonly string[]): Promise<FileHandle> {
  if (!isAbsolute(path) || normalize(path) !== path || path.includes('\0'))
    throw new FileSinkError('the path of the file is not a plain absolute one')
  const allowed = allowFolders.find((folder) => isInside(normalize(`${folder}/`), path))
  if (allowed === undefined) {
    throw new FileSinkError(`this agent does not write to ${dirname(path)}; add the folder to allow_folders in the agent’s configuration`)
  }
  try {
    const root = await realpath(allowed)
    const folder = await makeFolders(root, relative(allowed, dirname(path)))
    return await createFile(join(folder, basename(path)))
  } catch (error) {
    throw error instanceof FileSinkError ? error : fileError(path, error)
  }
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** @returns the last one */
async function makeFolders(root: string, below: string): Promise<string> {
  let folder = root
  for (const name of below.split(sep).filter((part) => part !== '')) {
    folder = join(folder, name)
    await makeFolder(folder)
  }
  return folder
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if (!(await lstat(folder)).isDirectory()) throw new FileSinkError(`${folder} is a link or a file, not a folder`)
  }
}

/** New, no link, readable by its owner only; and where it is meant to be even if folders were exchanged meanwhile. */
async function createFile(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND } = constants
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, 0o600)
  const real = await readlink(`/proc/self/fd/${file.fd}`)
  if (real === path) return file
  await file.close()
  throw new FileSinkError(`${path} was led to ${real} by a link`)
}

const reasons: Record<string, string> = {
  EEXIST: 'it is there already; remove it or choose another folder',
  ENOENT: 'its folder is not there; make it, or correct allow_folders in the agent’s configuration',
  EACCES: 'the agent may not write there; change the owner of the folder',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota of the disk is used up; make room',
  EFBIG: 'the file has become larger than the file system allows; set byte_limit',
  EIO: 'the disk has failed; see dmesg',
}

function fileError(path: string, error: unknown): FileSinkError {
  const code = codeOf(error)
  return new FileSinkError(`${path} cannot be written: ${reasons[code] ?? (code === '' ? 'see the log of the agent' : code)}`, {
    cause: error,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
