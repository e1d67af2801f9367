// Runs inside a network namespace and fetches what its parent asks for: a process lives in one namespace only.
process.on('message', (request) => void answer(request))

async function answer({ id, url, init }) {
  try {
    const response = await fetch(url, init)
    process.send({ id, status: response.status, text: await response.text() })
  } catch (error) {
    process.send({ id, error: `${error.message}: ${error.cause?.message ?? ''}` })
  }
}
process.on('disconnect', () => process.exit(0))
