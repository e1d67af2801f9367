// Sends the datagrams of one leg of the self test, from the address of its router.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { addressBytes } from '../../../sim/prefix.ts'
import { createExporter } from '../../../sim/exporters/create-exporter.ts'
import type { TestLeg } from './legs.ts'

/** How long the test's routers claim to be up. */
const uptimeMs = 3_600_000

/**
 * @returns how many datagrams were sent
 * @throws Error when the source cannot be used or the kernel refuses a datagram
 */
export async function sendLeg({ protocol, target, source, router, domain, flows }: TestLeg, now: number): Promise<number> {
  const exporter = createExporter(protocol, { domain, sampling: 1, bootedAt: now - uptimeMs, agent: addressBytes(router) })
  const datagrams = [...exporter.announce(now), ...exporter.encode(flows, now)]
  const socket = createSocket(target.host.includes(':') ? 'udp6' : 'udp4')
  try {
    const bound = once(socket, 'listening')
    socket.bind({ address: source, port: 0 })
    await bound
    for (const datagram of datagrams) {
      await new Promise<void>((resolve, reject) => {
        socket.send(datagram, target.port, target.host, (error) => (error === null ? resolve() : reject(error)))
      })
    }
  } finally {
    socket.close()
  }
  return datagrams.length
}
