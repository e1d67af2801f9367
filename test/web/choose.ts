// Chooses in a list that opens below its field.
import type { Locator } from 'playwright-core'

/**
 * Opens the list of a field by the keyboard: on a busy machine a page sees the end of a click so late that it takes it for a
 * drag, and closes the list again.
 */
export async function openList(field: Locator): Promise<void> {
  await field.press('ArrowDown')
}

/** @param field whose list has the option, by the whole of its text */
export async function choose(field: Locator, option: string): Promise<void> {
  await openList(field)
  await field.page().getByRole('option', { name: option, exact: true }).click()
}
