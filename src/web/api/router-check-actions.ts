// The live check of a router: it is opened, looked at every second, turned to another sender, and closed.
import type { RouterCheck, RouterCheckRequest } from '../../contract/router-check.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export function openCheck(account: string, body: RouterCheckRequest): Promise<RouterCheck> {
  return request<RouterCheck>({ method: 'POST', path: drawbridgePath(account, 'router-checks'), body })
}

/** Keeps it open, too. */
export function lookAtCheck(account: string, id: string, signal: AbortSignal): Promise<RouterCheck> {
  return request<RouterCheck>({ path: drawbridgePath(account, `router-checks/${id}`), signal })
}

export function chooseSender(account: string, id: string, sender: string): Promise<RouterCheck> {
  return request<RouterCheck>({ method: 'PATCH', path: drawbridgePath(account, `router-checks/${id}`), body: { sender } })
}

/** Goes out also when the page is left for good. Nobody waits for the answer: one that was not closed ends by itself. */
export function closeCheck(account: string, id: string): void {
  const path = drawbridgePath(account, `router-checks/${id}`)
  fetch(path, { method: 'DELETE', credentials: 'same-origin', keepalive: true }).catch(endsByItself)
}

function endsByItself(): void {
  // The server is away, or the page is: two minutes after the last look the check is over anyway.
}

/** Address of what the sender has sent, as a pcap; the session's cookie opens it. */
export function checkPcapPath(account: string, id: string): string {
  return drawbridgePath(account, `router-checks/${id}/pcap`)
}
