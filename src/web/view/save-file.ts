// Gives the browser a file to save.

/** @param name that the file is offered under */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser has taken what it needs once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 0)
}
