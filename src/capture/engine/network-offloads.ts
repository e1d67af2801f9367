// Which offloads of a network interface put packets together before anybody sees them: asked of the kernel by ioctl, as
// ethtool does, which need not be installed then.
import { addressOf, libc } from './libc.ts'

// Of <sys/socket.h>, <linux/sockios.h> and <linux/ethtool.h>; the same on x86-64 and arm64.
const AF_INET = 2
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000
const SIOCETHTOOL = 0x8946
const ETHTOOL_GFLAGS = 0x25
const ETHTOOL_GGRO = 0x2b
const ETH_FLAG_LRO = 1 << 15

/** struct ifreq of a 64-bit system: name 16, pointer 8, and room that others need. */
const requestBytes = 40
const pointerAt = 16

/** Names of ethtool's, of those that are on. @returns an empty list also for an interface that tells nothing */
export function mergingOffloads(name: string): string[] {
  const socket = libc().socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0)
  if (socket < 0) return []
  try {
    const ask = (command: number) => askEthtool(socket, name, command)
    const found: string[] = []
    if (ask(ETHTOOL_GGRO) !== 0) found.push('generic-receive-offload')
    if ((ask(ETHTOOL_GFLAGS) & ETH_FLAG_LRO) !== 0) found.push('large-receive-offload')
    return found
  } finally {
    libc().close(socket)
  }
}

/** struct ethtool_value: command 4, data 4. @returns the data, 0 when the interface does not answer */
function askEthtool(socket: number, name: string, command: number): number {
  const value = Buffer.alloc(8)
  value.writeUInt32LE(command, 0)
  const request = Buffer.alloc(requestBytes)
  // The name ends with a zero: 15 characters at the most.
  request.write(name.slice(0, 15), 'latin1')
  request.writeBigUInt64LE(addressOf(value), pointerAt)
  return libc().ioctl(socket, SIOCETHTOOL, 'void *', request) < 0 ? 0 : value.readUInt32LE(4)
}
