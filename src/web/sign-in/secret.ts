// Finds the secret in what a person pastes: the bare secret, a fragment, or a whole sign-in link.

/** The part after `#` where there is one, otherwise the text itself, without the white space of copying. */
export function secretOf(pasted: string): string {
  const text = pasted.trim()
  const hash = text.indexOf('#')
  return (hash < 0 ? text : text.slice(hash + 1)).trim()
}
