// What the page Explore asks the server to do: stop a question, send an answer or single flows as a file.
import type { FlowQuestionBody } from '../../contract/flow-question.ts'
import { ApiFailure, readEnvelope, request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** One that has ended meanwhile needs no stopping. @throws ApiFailure */
export async function cancelQuestion(account: string, id: string): Promise<void> {
  try {
    await request({ method: 'DELETE', path: drawbridgePath(account, `flows/queries/${id}`) })
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 404) throw error
  }
}

async function download(path: string, body: unknown): Promise<Blob> {
  let response: Response
  try {
    const headers = { 'content-type': 'application/json' }
    response = await fetch(path, { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify(body) })
  } catch {
    // Only a server that cannot be reached makes fetch throw.
    throw new ApiFailure(0, 0, '')
  }
  // Throws what the envelope tells.
  if (!response.ok) readEnvelope(response.status, await response.text())
  return response.blob()
}

export type TableFormat = 'csv' | 'ndjson'
export type FlowFormat = TableFormat | 'parquet'

/** The groups, the rest and the total. @throws ApiFailure */
export function downloadTable(account: string, question: FlowQuestionBody, format: TableFormat): Promise<Blob> {
  return download(drawbridgePath(account, `flows/query?format=${format}`), question)
}

/** Every flow of the question. @throws ApiFailure */
export function downloadFlows(account: string, { filter, last, from, to }: FlowQuestionBody, format: FlowFormat): Promise<Blob> {
  return download(drawbridgePath(account, 'flows/export'), { filter, last, from, to, format })
}
