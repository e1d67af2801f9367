// What the pages ask the server to do: sign in and out, register, change and remove routers.
import type { RouterStatus } from '../../contract/collector-status.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** Exchanges a link secret or an API token for a session cookie. @throws ApiFailure */
export async function signIn(secret: string): Promise<void> {
  await request({ method: 'POST', path: '/sign-in', body: { secret } })
}

/** @throws ApiFailure */
export async function signInByPassword(email: string, password: string): Promise<void> {
  await request({ method: 'POST', path: '/sign-in', body: { email, password } })
}

export async function signOut(): Promise<void> {
  await request({ method: 'POST', path: '/sign-out' })
}

export async function registerRouter(account: string, address: string): Promise<void> {
  await request({ method: 'POST', path: drawbridgePath(account, 'routers'), body: { address } })
}

export async function removeRouter(account: string, address: string): Promise<void> {
  await request({ method: 'DELETE', path: drawbridgePath(account, `routers/${encodeURIComponent(address)}`) })
}

export interface RouterChange {
  readonly name?: string
  readonly sampling_override?: number | null
}

export async function changeRouter(account: string, address: string, change: RouterChange): Promise<void> {
  await request({ method: 'PATCH', path: drawbridgePath(account, `routers/${encodeURIComponent(address)}`), body: change })
}

/** Registers a removed router again with the settings that it had. */
export async function restoreRouter(account: string, router: RouterStatus): Promise<void> {
  await registerRouter(account, router.address)
  const { name, sampling_override } = router
  if (name !== '' || sampling_override !== null) await changeRouter(account, router.address, { name, sampling_override })
}
