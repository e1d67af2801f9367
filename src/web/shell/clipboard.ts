// Puts text on the clipboard, also where the page came by plain HTTP and the browser offers no clipboard to scripts.

/** Whether it worked. */
export async function copyToClipboard(text: string): Promise<boolean> {
  // The types promise it always; browsers leave it out of pages that are neither HTTPS nor on this machine.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) return copyBySelection(text)
  try {
    await clipboard.writeText(text)
    return true
  } catch {
    // The person or a policy forbids it for scripts; selecting is still allowed.
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  // Deprecated without a successor for plain HTTP; every browser still has it.
  const done = document.execCommand('copy')
  area.remove()
  return done
}
