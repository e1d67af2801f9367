// Addresses of the servers that this host asks for names.
import { readFileSync } from 'node:fs'
import { parseIpAddress } from '../../base/ip-prefix.ts'

/** The second one is where systemd-resolved, which the first names by a loopback address, keeps those that it asks itself. */
const resolverFiles: readonly string[] = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']
const most = 16

/** @returns none where the host has no such file */
export function nameServers(files = resolverFiles): readonly string[] {
  const found = files.flatMap((file) =>
    [...read(file).matchAll(/^nameserver[ \t]+(\S+)/gm)].map(([, address = '']) => address.replace(/%.*$/, '')),
  )
  return [...new Set(found)].filter((address) => parseIpAddress(address) !== undefined).slice(0, most)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not there: hosts have one of them, or ask nobody.
    return ''
  }
}
