// Addresses of this machine: where routers can send to, and which of them rewrite the source of datagrams.
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

export interface HostFacts {
  /** Where a router may send to, the likeliest first: no loopback, no container bridge, no link-local address. */
  readonly reachable: readonly string[]
  /** All addresses but those of loopback, with the interface that has them. */
  readonly own: readonly HostAddress[]
  /** Drawbridge runs in a container: its default gateway stands in for others. */
  readonly isContainer: boolean
  readonly gateway: string | null
}

export interface HostAddress {
  readonly address: string
  readonly interface: string
  /** Of a bridge that containers are behind. */
  readonly isBridge: boolean
}

/** Bridges of Docker, Podman, libvirt and LXC by the names that these give them. */
const bridgeName = /^(?:docker\d+|br-[0-9a-f]{12}|podman\d+|cni\d*|cni-podman\d+|virbr\d+|lxcbr\d+|lxdbr\d+)$/

export function hostFacts(): HostFacts {
  const own = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.filter(({ internal }) => !internal).map(({ address }) => ({ address, interface: name, isBridge: bridgeName.test(name) })),
  )
  const reachable = own.filter(({ address, isBridge }) => !isBridge && !isLinkLocal(address)).map(({ address }) => address)
  return { reachable: reachable.toSorted(byLikelihood), own, isContainer: isContainer(), gateway: defaultGateway(routeTable()) }
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]/i.test(address)
}

/** Routers are mostly told an IPv4 address. */
function byLikelihood(a: string, b: string): number {
  return Number(a.includes(':')) - Number(b.includes(':'))
}

/** Files that Docker and Podman lay into every container. */
function isContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv')
}

function routeTable(): string {
  // Other systems than Linux have no such file, and no containers of this kind.
  return existsSync('/proc/net/route') ? readFileSync('/proc/net/route', 'latin1') : ''
}

/**
 * The IPv4 gateway of the default route, null without.
 * @param table /proc/net/route: interface, destination, gateway, flags; addresses are words of the machine, in hexadecimal
 */
export function defaultGateway(table: string): string | null {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  const gateway = rows.find(
    ([, destination, word]) => destination === '00000000' && /^[0-9A-F]{8}$/i.test(word ?? '') && word !== '00000000',
  )?.[2]
  if (gateway === undefined) return null
  const bytes = gateway.match(/../g) ?? []
  // Machines that run this are little-endian.
  return bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}
