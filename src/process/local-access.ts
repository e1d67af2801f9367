// Writes down how commands on this machine reach the server: its address, and a secret that ends with the server.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { newSecret } from '../base/secret.ts'
import { localAccessFile, type LocalAccess } from '../contract/local-access.ts'

export class LocalAccessFile {
  readonly secret = newSecret()
  readonly #file: string

  /** @param folder the data folder */
  constructor(folder: string) {
    this.#file = path.join(folder, localAccessFile)
  }

  /** @param at where the API listens; a wildcard address is reached by loopback */
  write({ host, port }: { readonly host: string; readonly port: number }): void {
    const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    const access: LocalAccess = { url: `http://${near.includes(':') ? `[${near}]` : near}:${port}`, secret: this.secret }
    const written = `${this.#file}.new`
    // A leftover might have been given another mode; a file that is new has this one from its first byte on.
    rmSync(written, { force: true })
    writeFileSync(written, `${JSON.stringify(access)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(written, this.#file)
  }

  /** Takes it away, unless another server has written its own since. */
  remove(): void {
    if (this.#isOurs()) rmSync(this.#file, { force: true })
  }

  #isOurs(): boolean {
    try {
      return readFileSync(this.#file, 'utf8').includes(this.secret)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
      throw error
    }
  }
}
