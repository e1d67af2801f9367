// Reads which addresses this machine has, and whether it is a container behind a bridge.
import { access, readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { AddressesReading } from '../checks/addresses.ts'

export async function readNetwork(): Promise<AddressesReading> {
  return { addresses: ownAddresses(), container: await containerKind(), bridged: await isBridged() }
}

function ownAddresses(): AddressesReading['addresses'] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address)).map(({ address }) => ({ name, address })),
  )
}

async function containerKind(): Promise<string | null> {
  if (await exists('/run/.containerenv')) return 'podman'
  const groups = await readFile('/proc/1/cgroup', 'utf8').catch(() => '')
  return parseCgroup(groups) ?? ((await exists('/.dockerenv')) ? 'docker' : null)
}

/** @param text of /proc/1/cgroup */
export function parseCgroup(text: string): string | null {
  if (text.includes('kubepods')) return 'kubernetes'
  return /\b(docker|lxc|libpod|containerd)\b/.exec(text)?.[1]?.replace('libpod', 'podman') ?? null
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** What /sys/class/net tells of an interface. */
interface LinkFacts {
  readonly index: number
  /** Number of what is at its other end, or below it. */
  readonly link: number
  /** Whether it is part of a bridge here, as the ends of containers are on their host. */
  readonly enslaved: boolean
}

async function isBridged(): Promise<boolean> {
  const folder = '/sys/class/net'
  const names = await readdir(folder).catch((): string[] => [])
  const number = async (name: string, file: string) => Number(await readFile(`${folder}/${name}/${file}`, 'utf8').catch(() => '0'))
  const links = names.map(async (name) => ({
    index: await number(name, 'ifindex'),
    link: await number(name, 'iflink'),
    enslaved: await exists(`${folder}/${name}/master`),
  }))
  return leadsOut(await Promise.all(links))
}

/** Whether an interface is one end of a pair whose other end is in another network namespace. */
export function leadsOut(links: readonly LinkFacts[]): boolean {
  const here = new Set(links.map(({ index }) => index))
  return links.some(({ index, link, enslaved }) => link !== 0 && link !== index && !enslaved && !here.has(link))
}
