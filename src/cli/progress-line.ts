// A line on standard error that is written anew.

export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY
  #shown = ''

  /** In one line on a terminal, in a line for each change elsewhere. */
  show(text: string): void {
    if (text === this.#shown) return
    this.#shown = text
    // Carriage return, erase to the end of the line.
    process.stderr.write(this.#isTerminal ? `\r\u001B[K${text}` : `${text}\n`)
  }

  clear(): void {
    if (this.#isTerminal) process.stderr.write('\r\u001B[K')
  }
}
