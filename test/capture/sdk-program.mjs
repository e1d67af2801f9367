// Runs inside a network namespace and calls Cloudflare's own client there.
import Cloudflare from 'cloudflare'

let client
process.on('message', (request) => void answer(request))
process.on('disconnect', () => process.exit(0))

/** `{call: ['pcaps', 'create'], args}`: a method below magicTransit. A `Response` is answered as base64. */
async function answer({ id, options, call, args }) {
  try {
    if (options) client = new Cloudflare({ maxRetries: 0, ...options })
    const result = call ? await invoke(call, args) : null
    process.send({ id, result })
  } catch (error) {
    process.send({ id, error: `${error.status ?? ''} ${error.message}` })
  }
}

async function invoke(names, args) {
  const owner = names.slice(0, -1).reduce((part, name) => part[name], client.magicTransit)
  const result = await owner[names.at(-1)](...args)
  if (result instanceof Response)
    return { type: result.headers.get('content-type'), base64: Buffer.from(await result.arrayBuffer()).toString('base64') }
  // Pages are lists too: their items are what the caller means.
  return result === undefined || result === null ? null : JSON.parse(JSON.stringify(Array.isArray(result.result) ? result.result : result))
}
