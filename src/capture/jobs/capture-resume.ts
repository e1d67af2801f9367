// Reads back the captures that were running when the server stopped, or was killed.
import { access } from 'node:fs/promises'
import { readCaptureAgents, readRunning, samplesAgent } from './capture-rows.ts'
import type { JobsContext } from './jobs-context.ts'
import { RecordsFile } from './records-file.ts'
import { CapturePart, RunningCapture } from './running-capture.ts'

type ResumeContext = Pick<JobsContext, 'state' | 'clock' | 'folder' | 'running'>

export async function resumeCaptures(context: ResumeContext): Promise<void> {
  const rows = await readRunning(context.state)
  const agents = await readCaptureAgents(
    context.state,
    rows.map(({ id }) => id),
  )
  const now = context.clock.now()
  for (const { position: _position, ...row } of rows) {
    // When agents began is not known exactly: they have their whole time from now on, and tell when they are done.
    const times = { now, deadline: now + row.time_limit * 1000 }
    const parts = agents.filter(({ capture }) => capture === row.id).map((agent) => new CapturePart(agent, times))
    const capture = new RunningCapture(row, parts)
    for (const part of parts) await openFile(context, capture, part)
    if (row.error_message !== null) endEarly(capture)
    context.running.set(row.id, capture)
  }
}

async function openFile({ folder }: ResumeContext, capture: RunningCapture, part: CapturePart): Promise<void> {
  if (part.agent === samplesAgent || capture.toBucket) return
  const path = folder.agentPath(capture.id, part.agent)
  if (await isThere(path)) part.file = await RecordsFile.open(path)
}

/** Only the disk gives a running capture an error: what agents have sent since is missing, and nothing more is taken. */
function endEarly(capture: RunningCapture): void {
  capture.stopping ??= 'disk'
  for (const part of capture.sorted) part.isFull = true
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
