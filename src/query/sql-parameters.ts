// Collects the bound parameters of one statement. Values of a question reach SQL only through here.

export class SqlParameters {
  /** Value of each place, by its name. */
  readonly values: Record<string, unknown> = {}
  private count = 0
  private length = 0

  /** Characters that all values take in a URL, by which they travel to ClickHouse. */
  get urlLength(): number {
    return this.length
  }

  /**
   * Binds a value.
   * @param type ClickHouse type of the place, a constant of this program
   * @returns the text that stands for it in SQL
   */
  bind(value: unknown, type: string): string {
    const name = `p${this.count++}`
    this.values[name] = value
    this.length += encodeURIComponent(JSON.stringify(value)).length
    return `{${name}:${type}}`
  }
}
