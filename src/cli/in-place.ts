// Writes a text over the one before on a terminal (ECMA-48 §8.3: CUP, EL, ED).

/** Erases the screen, before the first text. */
export const eraseScreen = '\u001B[2J'

/** From the first line of the screen on; what is left of each line, and of the screen, is erased. */
export function inPlace(text: string): string {
  return `\u001B[H${text.replaceAll('\n', '\u001B[K\n')}\u001B[J`
}
