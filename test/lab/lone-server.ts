// The real server alone in a namespace, with one router registered whose datagrams stay on the namespace's loopback.
import { DrawbridgeServer } from './drawbridge-server.ts'
import { Lab, type Namespace } from './lab.ts'

export interface LoneServer {
  readonly namespace: Namespace
  readonly server: DrawbridgeServer
  stop(): Promise<void>
}

/** @param router address of loopback, 127.0.0.0/8 */
export async function startLoneServer(router: string): Promise<LoneServer> {
  const lab = new Lab()
  await lab.start()
  const namespace = await lab.namespace('c')
  const server = new DrawbridgeServer(namespace)
  const stop = async () => {
    try {
      await server.stop()
    } finally {
      await lab.stop()
    }
  }
  try {
    await server.start()
    await server.register(router)
  } catch (error) {
    await stop()
    throw error
  }
  return { namespace, server, stop }
}
