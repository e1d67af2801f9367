// Linux sockets with TCP MD5 signatures (RFC 2385) and TTL security (RFC 5082), which have to be set before connecting.
// Node has no way to set them: the socket is made by libc, through koffi, and Node takes it over.
import koffi from 'koffi'
import { parseIpAddress } from '../../base/ip-prefix.ts'

// Constants of <sys/socket.h>, <netinet/in.h> and <linux/tcp.h> on Linux; the same on x86-64 and arm64.
const AF_INET = 2
const AF_INET6 = 10
const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000
const IPPROTO_IP = 0
const IP_TTL = 2
const IP_MINTTL = 21
const IPPROTO_IPV6 = 41
const IPV6_UNICAST_HOPS = 16
const IPV6_MINHOPCOUNT = 73
const IPPROTO_TCP = 6
const TCP_MD5SIG = 14

/** The largest TTL: a packet that arrives with 255 has passed no router (RFC 5082 §3). */
const largestTtl = 255
/** TCP_MD5SIG_MAXKEYLEN. */
const longestKey = 80

export interface Protection {
  readonly address: string
  readonly family: 4 | 6
  readonly password: string
  readonly ttlSecurity: number
}

interface Libc {
  socket(family: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, option: number, value: Buffer, length: number): number
  close(fd: number): number
  strerror(errno: number): string
}

let loaded: Libc | undefined

function libc(): Libc {
  if (loaded !== undefined) return loaded
  // Node itself is linked against libc, glibc or musl: its symbols are there without naming a file.
  const library = koffi.load(null)
  // The prototypes are those of the manual pages; koffi types functions as any.
  loaded = {
    socket: library.func('int socket(int, int, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, unsigned int)'),
    close: library.func('int close(int)'),
    strerror: library.func('const char *strerror(int)'),
  }
  return loaded
}

/**
 * @returns file descriptor of a socket that does not block and is not connected; whoever takes it closes it
 * @throws Error that says which protection the system does not offer
 */
export function openProtectedSocket(protection: Protection): number {
  const fd = libc().socket(protection.family === 4 ? AF_INET : AF_INET6, SOCK_STREAM_NONBLOCK_CLOEXEC, 0)
  if (fd < 0) throw failure('open a TCP socket')
  try {
    if (protection.ttlSecurity > 0) limitHops(fd, protection)
    if (protection.password !== '') signSegments(fd, protection)
    return fd
  } catch (error) {
    libc().close(fd)
    throw error
  }
}

/** We send with the largest TTL, and the kernel drops what comes with less than so many hops leave of it. */
function limitHops(fd: number, { family, ttlSecurity }: Protection): void {
  const [level, send, receive] = family === 4 ? [IPPROTO_IP, IP_TTL, IP_MINTTL] : [IPPROTO_IPV6, IPV6_UNICAST_HOPS, IPV6_MINHOPCOUNT]
  setOption(fd, { level, option: send, value: int32(largestTtl), what: 'set the TTL (ttl_security)' })
  const least = largestTtl - ttlSecurity + 1
  setOption(fd, { level, option: receive, value: int32(least), what: 'set the smallest TTL that is accepted (ttl_security)' })
}

/**
 * struct tcp_md5sig, 216 bytes: sockaddr_storage (128), flags (1), prefix length (1), key length (2), interface (4),
 * key (80). sockaddr_in: family (2), port (2), address at 4. sockaddr_in6: family, port, flow label (4), address at 8.
 * The port does not count.
 */
function signSegments(fd: number, { family, address, password }: Protection): void {
  const key = Buffer.from(password)
  if (key.length > longestKey) throw new Error(`the TCP MD5 password has ${key.length} bytes; ${longestKey} are possible`)
  const value = Buffer.alloc(216)
  value.writeUInt16LE(family === 4 ? AF_INET : AF_INET6, 0)
  value.set(parseIpAddress(address.split('%')[0] ?? '') ?? [], family === 4 ? 4 : 8)
  value.writeUInt16LE(key.length, 130)
  value.set(key, 136)
  setOption(fd, { level: IPPROTO_TCP, option: TCP_MD5SIG, value, what: 'set the TCP MD5 password; the kernel needs CONFIG_TCP_MD5SIG' })
}

interface SocketOption {
  readonly level: number
  readonly option: number
  readonly value: Buffer
  readonly what: string
}

function setOption(fd: number, { level, option, value, what }: SocketOption): void {
  if (libc().setsockopt(fd, level, option, value, value.length) < 0) throw failure(what)
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32LE(value)
  return buffer
}

function failure(what: string): Error {
  return new Error(`cannot ${what}: ${libc().strerror(koffi.errno())}`)
}
