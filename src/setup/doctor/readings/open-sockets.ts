// Which sockets are open on a port, and whose they are: from /proc (Linux).
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { OpenSocket, SocketOwner } from '../checks/ports.ts'

/** A row of /proc/net/{udp,tcp}{,6}. */
interface SocketRow {
  readonly protocol: 'udp' | 'tcp'
  readonly host: string
  readonly port: number
  readonly inode: string
}

const tables = [
  { file: 'udp', protocol: 'udp' },
  { file: 'udp6', protocol: 'udp' },
  { file: 'tcp', protocol: 'tcp' },
  { file: 'tcp6', protocol: 'tcp' },
] as const

/** States of <net/tcp_states.h>: a UDP socket that is not connected is in CLOSE. */
const receiving = { udp: '07', tcp: '0A' } as const

/** @returns null where the platform does not tell */
export async function readOpenSockets(ports: ReadonlySet<number>): Promise<OpenSocket[] | null> {
  const texts = await Promise.all(tables.map(({ file }) => readFile(`/proc/net/${file}`, 'latin1').catch(() => null)))
  if (texts.every((text) => text === null)) return null
  const rows = texts.flatMap((text, at) => parseSockets(text ?? '', tables[at]?.protocol ?? 'udp')).filter(({ port }) => ports.has(port))
  const owners = rows.length === 0 ? new Map<string, SocketOwner>() : await readOwners(new Set(rows.map(({ inode }) => inode)))
  return rows.map(({ protocol, host, port, inode }) => ({ protocol, host, port, owner: owners.get(inode) ?? null }))
}

/** Sockets that receive from anybody. */
export function parseSockets(text: string, protocol: SocketRow['protocol']): SocketRow[] {
  // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    const [, address, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? []
    if (address === undefined || port === undefined || inode === undefined || state !== receiving[protocol]) return []
    return [{ protocol, host: addressText(address), port: Number.parseInt(port, 16), inode }]
  })
}

/** Words of 32 bits in the order of the machine, which is little-endian on all that Node.js has builds for but s390x. */
function addressText(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const groups = Array.from({ length: 8 }, (_, at) => `${bytes[at * 2]}${bytes[at * 2 + 1]}`)
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/** Processes by the inodes of their sockets; those of other users are seen by root only. */
async function readOwners(inodes: ReadonlySet<string>): Promise<Map<string, SocketOwner>> {
  const owners = new Map<string, SocketOwner>()
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const inode of await socketsOf(pid)) {
      if (inodes.has(inode) && !owners.has(inode)) owners.set(inode, { pid: Number(pid), name: await nameOf(pid) })
    }
  }
  return owners
}

async function socketsOf(pid: string): Promise<string[]> {
  // A process may be another user's, or be gone by now.
  const numbers = await readdir(`/proc/${pid}/fd`).catch((): string[] => [])
  const links = await Promise.all(numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

async function nameOf(pid: string): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process')).trim()
}
