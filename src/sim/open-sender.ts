// Chooses the sender of this platform.
import type { DatagramSender, SenderTarget } from './datagram-sender.ts'
import { DgramSender } from './dgram-sender.ts'

/** Linux with 64-bit little-endian structures: there sendmmsg(2) is called. */
const sendmmsgWorks = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')

/**
 * A socket that is ready to send.
 * @param memory of all datagrams; must stay as long as the sender
 * @param portable use Node's sockets on every platform
 * @throws Error when an address cannot be used
 */
export async function openSender(target: SenderTarget, memory: Buffer, portable: boolean): Promise<DatagramSender> {
  if (portable || !sendmmsgWorks) return DgramSender.open(target, memory)
  const { SendmmsgSender } = await import('./sendmmsg-sender.ts')
  return new SendmmsgSender(target, memory)
}
