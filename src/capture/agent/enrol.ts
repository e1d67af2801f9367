// Enrolment as the edge host does it: a one-time code goes to the server, a token of the agent's own comes back.
import { z } from 'zod'
import { exchange } from '../../base/http-exchange.ts'
import type { AgentFacts } from '../../contract/agent.ts'
import { dialFault } from './dial-faults.ts'
import { enrolUrl, readTlsFiles, type ServerAddress } from './server-address.ts'

export interface Enrolment {
  readonly id: string
  readonly token: string
  readonly colo: string
}

const timeoutMs = 15_000
const enrolled = z.object({ result: z.object({ id: z.string(), token: z.string(), colo: z.string() }) })
const refused = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) })

/** @throws Error with the reason and what to do */
export async function enrol(address: ServerAddress, request: { code: string; name: string; facts: AgentFacts }): Promise<Enrolment> {
  const url = enrolUrl(address)
  const tls = await readTlsFiles(address)
  const headers = { 'content-type': 'application/json' }
  let answer
  try {
    answer = await exchange({ method: 'POST', url, headers, body: JSON.stringify(request) }, { timeoutMs, tls })
  } catch (error) {
    throw new Error(`${url.origin} cannot be reached: ${dialFault(error instanceof Error ? (error.cause ?? error) : error)}`, {
      cause: error,
    })
  }
  const body = readJson(answer.body)
  const { data } = enrolled.safeParse(body)
  if (data !== undefined) return data.result
  const reason = refused.safeParse(body).data?.errors[0]?.message
  throw new Error(reason ?? `${url.origin} answered ${answer.status}, which is not what a Drawbridge server answers; check the address`)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Told as an answer of something else.
    return undefined
  }
}
