// Follows the packets of a capture as they come: one that runs, or one of its own, which ends with its reader.
import { apiErrors } from '../contract/api-errors.ts'
import { wholePackets, type Capture, type CapturePolicy } from '../contract/capture.ts'
import type { ApiClient } from './api-client.ts'
import { ApiRefusal } from './api-refusal.ts'
import { checkTarget, writeBytes, type ByteTarget } from './byte-output.ts'
import { capturesPath } from './capture-follow.ts'
import { captureBody, type CaptureAsked } from './capture-flags.ts'
import { progressText } from './capture-text.ts'
import { CommandError } from './command-error.ts'
import { untilSignal } from './stop-signals.ts'

export interface TailOptions {
  readonly target: ByteTarget
  /** Nothing on standard error but failures: Wireshark shows what is there as an error. */
  readonly quiet?: boolean
}

/**
 * Writes the packets of a capture as pcap until it is over, the reader is gone, or a signal comes; the capture goes on.
 * @param id of the capture
 */
export async function tailCapture(client: ApiClient, id: string, { target }: TailOptions): Promise<void> {
  await untilSignal((signal) => copy(client, id, { target, signal }))
  throwFailure(await client.call<Capture>('GET', `${capturesPath}/${id}`))
}

/** The same with a capture of its own, which is stopped at the end. */
export async function tailNewCapture(client: ApiClient, asked: CaptureAsked, { target, quiet = false }: TailOptions): Promise<void> {
  // Before anything is captured for nobody.
  await checkTarget(target)
  const tell = (text: string): void => void (quiet || process.stderr.write(text))
  const ended = await untilSignal(async (signal) => {
    const { id } = await client.call<Capture>('POST', capturesPath, captureBody(await wholeUnlessAsked(client, asked)))
    tell(`capture ${id} has started\n`)
    try {
      await copy(client, id, { target, signal })
    } finally {
      await stop(client, id)
    }
    return await client.call<Capture>('GET', `${capturesPath}/${id}`)
  })
  throwFailure(ended)
  tell(`${progressText(ended)}\nNext: drawbridge capture download ${ended.id}\n`)
}

interface Copying {
  readonly target: ByteTarget
  readonly signal: AbortSignal
}

async function copy(client: ApiClient, id: string, { target, signal }: Copying): Promise<void> {
  await writeBytes((ended) => client.bytes(`${capturesPath}/${id}/tail`, ended), target, signal)
}

/** What the server allows with the fields of its own. */
const mostPackets = 10_000_000

/** Every packet, as much of it as the account allows, unless the flags say otherwise: somebody is looking. */
async function wholeUnlessAsked(client: ApiClient, asked: CaptureAsked): Promise<CaptureAsked> {
  const { snap_length_cap: cap } = await client.call<CapturePolicy>('GET', `${capturesPath}/policy`)
  return { sampling: 1, snap: Math.min(wholePackets, cap), packets: mostPackets, ...asked }
}

/** One that is over by itself cannot be stopped, and need not. */
async function stop(client: ApiClient, id: string): Promise<void> {
  try {
    await client.call('POST', `${capturesPath}/${id}/stop`)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== apiErrors.capture_state.code) throw error
  }
}

function throwFailure({ id, status, error_message: reason }: Capture): void {
  if (status !== 'failed') return
  throw new CommandError(`the capture has failed: ${reason ?? 'no agent has captured'}`, { next: `drawbridge capture show ${id}` })
}
