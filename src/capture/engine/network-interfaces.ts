// What the kernel says of its network interfaces: index, MTU, state. Of the network namespace in which this process began,
// if its /sys is that namespace's, which `ip netns exec` and containers see to.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = '/sys/class/net'

export interface NetworkInterface {
  readonly name: string
  readonly index: number
  /** Bytes of an IP packet at most. */
  readonly mtu: number
  /** As the kernel says: `up`, `down`, `unknown`. */
  readonly state: string
  readonly mac: string
}

export function networkInterfaces(): NetworkInterface[] {
  // Containers need not have /sys.
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => networkInterface(name) ?? [])
}

/** @returns undefined when there is none of this name */
export function networkInterface(name: string): NetworkInterface | undefined {
  try {
    const read = (file: string) => readFileSync(path.join(folder, name, file), 'utf8').trim()
    return { name, index: Number(read('ifindex')), mtu: Number(read('mtu')), state: read('operstate'), mac: read('address') }
  } catch (error) {
    // It has gone, or is something else: /sys/class/net also has a file of the bonding driver.
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** @throws Error that names the next command */
export function requireInterface(name: string): NetworkInterface {
  const found = networkInterface(name)
  if (found === undefined) throw new Error(`there is no network interface ${name} on this host; see: ip -brief link`)
  return found
}

/** MTU by index of interface. Interfaces that appear later are found, at most so often. */
export class InterfaceMtus {
  readonly #mtus = new Map<number, number>()
  #readAt = -Infinity

  /** @returns Infinity for an interface that is not there */
  of(index: number): number {
    const known = this.#mtus.get(index)
    if (known !== undefined) return known
    if (performance.now() - this.#readAt < rereadMs) return Infinity
    this.#readAt = performance.now()
    for (const entry of networkInterfaces()) this.#mtus.set(entry.index, entry.mtu)
    return this.#mtus.get(index) ?? Infinity
  }
}

const rereadMs = 5000
