// Derives or measures one signature in the thread at hand: opens the packets, learns, measures, renders.
import { WireError } from '../../contract/wire-errors.ts'
import { deriveSignature, measureSignature } from '../derive.ts'
import { openFeed } from '../files.ts'
import type { PacketFeed } from '../packet-feed.ts'
import { renderMeasured } from './measured-renderings.ts'
import { TaskError, type SignatureOutcome, type SignatureTask, type TaskFile, type TaskWatch } from './task.ts'

/** @throws TaskError where the packets cannot be read; the signal's reason */
export async function runTask(task: SignatureTask, watch: TaskWatch): Promise<SignatureOutcome> {
  const { name, ask, filter } = task
  try {
    const feeds = { attack: await open(task.attack), baseline: task.baseline && (await open(task.baseline)) }
    const report = filter === null ? await deriveSignature(feeds, ask, watch) : await measureSignature(filter, feeds, ask, watch)
    return { report, renderings: await renderMeasured({ name, report }, feeds, watch.signal) }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new TaskError(`the packets cannot be read: ${error.message}; look at the file with tcpdump -r, and derive it from a whole one`)
  }
}

const open = ({ path, format, name }: TaskFile): Promise<PacketFeed> => openFeed(path, { format, name })
