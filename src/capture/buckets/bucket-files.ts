// What the server itself does with a bucket: writes the ownership challenge, names the objects of a capture, reads them back.
import { BucketError } from './bucket-error.ts'
import { type BucketClient, type BucketClientConfig, openBucketClient } from './bucket-client.ts'
import type { BucketAccess, ParsedDestination } from './destination.ts'

/**
 * Name of a capture's file: `<dir>/pcap_<id>.pcap` when one agent makes one, else each has its folder (contract §3.4).
 * @param agents how many take part
 * @returns a key of the bucket; of `file` a path
 */
export function objectName(
  { dir }: Pick<ParsedDestination, 'dir'>,
  capture: string,
  agents: number,
  agent: { readonly id: string; readonly name: string },
): string {
  const folders = agents > 1 ? [agentFolder(agent)] : []
  return [...(dir === '' ? [] : [dir]), ...folders, `pcap_${capture}.pcap`].join('/')
}

/** Two agents may have one name. */
function agentFolder({ id, name }: { readonly id: string; readonly name: string }): string {
  const plain = name.replaceAll(/[^\w-]+/g, '-').slice(0, 64)
  return `${plain}-${id.slice(0, 8)}`
}

/** Name of a bucket's challenge, without the folder: `filename` of the API. */
export function challengeName(id: string): string {
  return `ownership-challenge-${id}.txt`
}

/**
 * Writes the file whose contents prove that the bucket is theirs who can read it. Of `file` there is nothing to write: what an
 * agent may write is said in its own configuration.
 * @param challenge id of the bucket, and the contents
 * @throws BucketError with the reason and the next step
 */
export async function putChallenge(
  destination: ParsedDestination,
  challenge: { readonly id: string; readonly contents: string },
  config?: BucketClientConfig,
): Promise<void> {
  if (!destination.access) return
  const key = [...(destination.dir === '' ? [] : [destination.dir]), challengeName(challenge.id)].join('/')
  const client = await open(destination, destination.access, config)
  try {
    await twice(() => client.putText(key, challenge.contents))
  } finally {
    client.close()
  }
}

/**
 * Reads an object as it comes. A reader may be slow: a connection that was closed meanwhile is opened again where it was.
 * @param key as `objectName` has made it
 * @throws BucketError with the reason and the next step, also between two chunks
 */
export async function* readObject(destination: ParsedDestination, key: string, config?: BucketClientConfig): AsyncGenerator<Uint8Array> {
  if (!destination.access) throw new BucketError('NotHere', { key })
  const client = await open(destination, destination.access, config)
  try {
    yield* resumed(client, key)
  } finally {
    client.close()
  }
}

/** Times in a row that a connection may end without a byte. */
const mostFailures = 3

async function* resumed(client: BucketClient, key: string): AsyncGenerator<Uint8Array> {
  const whole = await client.object(key)
  let { body } = whole
  let from = 0
  for (let failures = 0; ; failures++) {
    try {
      for await (const chunk of body) {
        yield chunk
        from += chunk.length
        failures = 0
      }
      return
    } catch (error) {
      if (from === whole.bytes) return
      if (!(error instanceof BucketError) || error.lasting || failures >= mostFailures) throw error
    }
    body = (await client.object(key, { from, version: whole.version })).body
  }
}

function open({ keys }: ParsedDestination, access: BucketAccess, config: BucketClientConfig | undefined): Promise<BucketClient> {
  if (keys === 'missing') throw new BucketError('NoKeys', { bucket: access.bucket })
  return openBucketClient(access, config)
}

/** A person waits for the answer: one more try, where it may help. */
async function twice(request: () => Promise<void>): Promise<void> {
  try {
    await request()
  } catch (error) {
    if (!(error instanceof BucketError) || error.lasting) throw error
    await request()
  }
}
