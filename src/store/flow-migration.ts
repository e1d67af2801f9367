// The shape of a migration of the ClickHouse tables.

export interface FlowMigration {
  /** 1, 2, 3 …; the file name begins with it. */
  readonly version: number
  readonly name: string
  /**
   * Statements in order. ClickHouse has no transaction around DDL: each must do nothing when it was done before
   * (`if not exists`), because after a crash in the middle all are run again.
   * @param known those of `optionalTableSettings` that the engine has
   */
  readonly statements: (known: ReadonlySet<string>) => readonly string[]
}
