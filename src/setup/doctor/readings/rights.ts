// Reads which rights this process has, and how large receive buffers may be.
import { readFile } from 'node:fs/promises'
import type { BufferReading } from '../checks/receive-buffer.ts'

/** Bits of <linux/capability.h>. */
const bits = { net_admin: 12n, net_raw: 13n } as const

/** Whether this process has a right; null where the platform has none of the kind. */
export async function hasCapability(name: keyof typeof bits): Promise<boolean | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => null)
  return status === null ? null : parseCapability(status, name)
}

/** @param status of /proc/self/status */
export function parseCapability(status: string, name: keyof typeof bits): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return ((effective >> bits[name]) & 1n) === 1n
}

/** What a server that is started by this user would be granted: who may set up the network gets what is asked for. */
export async function readReceiveBuffer(asked: number): Promise<BufferReading> {
  if ((await hasCapability('net_admin')) === true) return { asked, granted: asked }
  const limit = await readFile('/proc/sys/net/core/rmem_max', 'utf8').catch(() => null)
  return { asked, granted: limit === null ? null : Math.min(asked, Number(limit)) }
}
