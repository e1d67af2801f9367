// A file that appears when all of its bytes are there: until then they are in one beside it.
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import type { ByteSink } from './byte-sink.ts'
import { CommandError } from './command-error.ts'

export class ByteFile implements ByteSink {
  readonly #file: string
  /** Where the bytes go meanwhile. */
  readonly #part: string
  readonly #handle: FileHandle

  private constructor(file: string, part: string, handle: FileHandle) {
    this.#file = file
    this.#part = part
    this.#handle = handle
  }

  /** @param direct write into what is there, as for a device */
  static async open(file: string, direct: boolean): Promise<ByteFile> {
    const part = direct ? file : `${file}.${process.pid}.part`
    return new ByteFile(file, part, await written(file, () => open(part, direct ? 'w' : 'wx', 0o600)))
  }

  async write(chunk: Uint8Array): Promise<void> {
    await written(this.#file, () => this.#handle.writeFile(chunk))
  }

  async finish(): Promise<void> {
    await written(this.#file, async () => {
      await this.#handle.close()
      if (this.#part !== this.#file) await rename(this.#part, this.#file)
    })
  }

  async discard(): Promise<void> {
    await this.#handle.close()
    if (this.#part !== this.#file) await rm(this.#part, { force: true })
  }
}

/** @throws CommandError in the words of the system: no space, no permission, no such folder */
async function written<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      next: 'the same command with --output and another place',
    })
  }
}
