// Waits in a test until something is so, with a deadline.

export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error('what the test waits for did not happen')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
