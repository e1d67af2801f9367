// Shows a live check as it goes: on a terminal in place, elsewhere first as a whole, then the steps that change.
import type { RouterCheck } from '../contract/router-check.ts'
import { eraseScreen, inPlace } from './in-place.ts'
import { Output } from './output.ts'
import { changedStepsText, routerCheckText, type TextStyle } from './router-check-text.ts'

/** Where nobody says how large the terminal is; some say 0. */
const usualWidth = 100
const usualRows = 24

export class CheckScreen {
  readonly #output = new Output(process.stdout)
  readonly #isTerminal = process.stdout.isTTY
  /** Nothing but the end is printed. */
  readonly #quiet: boolean
  #before: RouterCheck | undefined
  #noted = ''

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  /** False once nobody reads any more. */
  get open(): boolean {
    return this.#output.open
  }

  readonly show = async (check: RouterCheck, note: string): Promise<void> => {
    if (this.#quiet) return
    if (this.#isTerminal) this.#redraw(check, note)
    else this.#append(check, note)
    this.#before = check
    this.#noted = note
    await this.#output.flush(true)
  }

  /** @param text of the end: after it nothing is shown any more */
  async end(text: string): Promise<void> {
    this.#output.add(this.#isTerminal && this.#before !== undefined ? inPlace(text) : text)
    await this.#output.end()
  }

  #redraw(check: RouterCheck, note: string): void {
    if (this.#before === undefined) this.#output.add(eraseScreen)
    const text = `${routerCheckText(check, checkTextStyle())}${note === '' ? '' : `\n${note}\n`}`
    this.#output.add(inPlace(fitting(text)))
  }

  #append(check: RouterCheck, note: string): void {
    const style = checkTextStyle()
    const before = this.#before
    this.#output.add(before === undefined ? routerCheckText(check, style) : changedStepsText(check, before, style))
    if (note !== '' && note !== this.#noted) this.#output.add(`${note}\n`)
  }
}

/** What the terminal has room for; the cursor stands in the line behind it. */
function fitting(text: string): string {
  const lines = text.split('\n').slice(0, -1)
  const room = (process.stdout.rows || usualRows) - 1
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `(${lines.length - room + 1} more lines)`]
  return shown.map((line) => `${line}\n`).join('')
}

/** For the terminal, pipe or file that standard output is (https://no-color.org). */
export function checkTextStyle(): TextStyle {
  return { width: process.stdout.columns || usualWidth, colour: process.stdout.isTTY && !process.env['NO_COLOR'] }
}
