// The search parameters of a page as a saved question keeps them. Pure.

/** Without the question mark, in one order, so that the same question is the same text. */
export function searchOf(searchStr: string): string {
  const parameters = new URLSearchParams(searchStr)
  parameters.sort()
  return parameters.toString()
}
