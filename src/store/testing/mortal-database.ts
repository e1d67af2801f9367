// A state database whose process can be killed, in the middle of a transaction too.
import Database from 'libsql'

/** The process is gone: whatever it does from now on fails, and reaches nobody. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** A connection that can be cut off at any statement. */
export class MortalDatabase {
  readonly #database: Database.Database
  #left = Number.POSITIVE_INFINITY
  dead = false
  onKill: () => void = () => undefined

  constructor(file: string) {
    this.#database = new Database(file)
    // A kill of this process loses nothing that was written, so there is no need to wait for the disk.
    this.#database.exec('pragma foreign_keys = on; pragma busy_timeout = 10000; pragma synchronous = off')
  }

  prepare(sql: string): Database.Statement {
    if (--this.#left <= 0) this.onKill()
    if (this.dead) throw new Killed('the process was killed')
    return this.#database.prepare(sql)
  }

  close(): void {
    this.kill()
  }

  killAfter(statements: number): void {
    this.#left = statements
  }

  kill(): void {
    if (this.dead) return
    this.dead = true
    // The end of a process ends its transaction; closing does not while a statement is still known somewhere.
    if (this.#database.inTransaction) this.#database.exec('rollback')
    this.#database.close()
  }
}
