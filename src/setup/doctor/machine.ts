// Looks at this machine with all checks: what a server needs of it, whether one runs or not.
import path from 'node:path'
import type { ConfigProblem } from '../../base/config-error.ts'
import type { Config } from '../../contract/config.ts'
import type { DoctorFinding } from '../../contract/doctor.ts'
import { checkAddresses } from './checks/addresses.ts'
import { checkCaptures } from './checks/captures.ts'
import { checkClock } from './checks/clock.ts'
import { checkConfig } from './checks/config.ts'
import { checkDataFolder } from './checks/data-folder.ts'
import { checkDisk } from './checks/disk.ts'
import { checkFirewall } from './checks/firewall.ts'
import { checkKernelDrops, type DropsReading } from './checks/kernel-drops.ts'
import { checkMemory } from './checks/memory.ts'
import { checkNode } from './checks/node.ts'
import { checkPorts } from './checks/ports.ts'
import { checkReceiveBuffer } from './checks/receive-buffer.ts'
import { checkStore, type StoreReading } from './checks/store.ts'
import type { Endpoint } from './endpoint.ts'
import { tryToBind } from './readings/bind.ts'
import { readClockKeeper } from './readings/clock.ts'
import { readDataFolder, readDiskRoom } from './readings/data-folder.ts'
import { readFirewall } from './readings/firewall.ts'
import { readMemory } from './readings/memory.ts'
import { readNetwork } from './readings/network.ts'
import { readOpenSockets } from './readings/open-sockets.ts'
import { hasProgram } from './readings/program.ts'
import { hasCapability, readReceiveBuffer } from './readings/rights.ts'

export interface Machine {
  readonly config: Config
  /** As checkConfig takes it. */
  readonly file: string | null | undefined
  /** `collect.listen`; of a server, what it has bound. */
  readonly listeners: readonly Endpoint[]
  readonly now: number
  readonly store: StoreReading
  /** Bytes of flows of each whole day; null where that is not known. */
  readonly days: readonly number[] | null
  /** What a running server knows of itself; null when none runs. */
  readonly server: (DropsReading & { readonly pid: number }) | null
}

export async function examineMachine(machine: Machine): Promise<DoctorFinding[]> {
  const { config, file, listeners, now, store, server } = machine
  const [folder, disk, memory, ports, buffer, firewall, clock, network, captures] = await Promise.all([
    readDataFolder(config.data),
    diskFindings(machine),
    readMemory(),
    portFindings(machine),
    bufferFinding(machine),
    readFirewall(),
    readClockKeeper(),
    readNetwork(),
    captureFinding(config),
  ])
  const embedded = config.store.kind === 'embedded' ? config.store.memory_mib * 2 ** 20 : 0
  return [
    checkNode(process.versions.node),
    ...checkConfig({ file, problems: [] }),
    ...checkDataFolder(folder),
    ...disk,
    checkMemory({ ...memory, store: embedded, serving: server !== null }),
    checkStore(store),
    ...ports,
    buffer,
    ...(server === null ? [] : checkKernelDrops(server)),
    ...checkFirewall({ ...firewall, listeners }),
    checkClock({ ...clock, now }),
    ...checkAddresses(network),
    captures,
  ]
}

/** All that can be said where the configuration cannot be used. */
export function examineBadConfig(file: string | null, problems: readonly ConfigProblem[]): DoctorFinding[] {
  return [checkNode(process.versions.node), ...checkConfig({ file, problems })]
}

async function diskFindings({ config, days }: Machine): Promise<DoctorFinding[]> {
  const room = await readDiskRoom(config.data)
  return room === null ? [] : checkDisk({ path: path.resolve(config.data), ...room, rawDays: config.store.retention.raw_days, days })
}

async function portFindings({ config, listeners, server }: Machine): Promise<DoctorFinding[]> {
  const page = { host: config.http.host, port: config.http.port }
  const sockets = await readOpenSockets(new Set([...listeners, page].map(({ port }) => port).filter((port) => port !== 0)))
  const tried = server === null ? await tryToBind(listeners, page) : []
  return checkPorts({ listeners, sockets, server: server?.pid ?? null, tried })
}

async function bufferFinding({ config, server }: Machine): Promise<DoctorFinding> {
  const asked = config.collect.receive_buffer_mib * 2 ** 20
  if (server === null) return checkReceiveBuffer(await readReceiveBuffer(asked))
  const granted = server.listeners.map(({ receive_buffer }) => receive_buffer)
  return checkReceiveBuffer({ asked, granted: granted.length === 0 ? null : Math.min(...granted) })
}

async function captureFinding({ captures }: Config): Promise<DoctorFinding> {
  const { enabled } = captures.local_agent
  if (!enabled) return checkCaptures({ enabled, missing: [], privileged: null })
  const programs = await Promise.all(['nft', 'tcpdump', 'setpriv'].map(async (name) => ({ name, there: await hasProgram(name) })))
  const [admin, raw] = await Promise.all([hasCapability('net_admin'), hasCapability('net_raw')])
  const privileged = admin === null || raw === null ? null : admin && raw
  return checkCaptures({ enabled, missing: programs.filter(({ there }) => !there).map(({ name }) => name), privileged })
}
