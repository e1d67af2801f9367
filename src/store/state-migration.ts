// What a migration of the state database is.

export interface StateMigration {
  /** 1, 2, 3 …; the file name begins with it. */
  readonly version: number
  /** Run in order, in one transaction with the others that are due. */
  readonly statements: readonly string[]
}
