// Finds the secret in what a person pastes: the bare secret, a fragment, or a whole sign-in link.

// Links that are made for somebody else begin so: opening them uses nothing up, only a press does.
const invitation = 'link='

/** What stands behind `#` where there is one, otherwise the text itself, without the white space of copying. */
function fragmentOf(pasted: string): string {
  const text = pasted.trim()
  const hash = text.indexOf('#')
  return (hash < 0 ? text : text.slice(hash + 1)).trim()
}

export function secretOf(pasted: string): string {
  const fragment = fragmentOf(pasted)
  return fragment.startsWith(invitation) ? fragment.slice(invitation.length) : fragment
}

/** Whether a fragment is that of a link for somebody who was invited. */
export function isInvitation(fragment: string): boolean {
  return fragmentOf(fragment).startsWith(invitation)
}
