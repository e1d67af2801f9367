// Findings about a host, one function each: what captures need, whether it is there, and the command that mends it.
import { existsSync, readFileSync } from 'node:fs'
import type { AgentFinding, AgentInterface } from '../../contract/agent.ts'
import { libc } from './libc.ts'
import { missingCapabilities } from './privileges.ts'
import { installCommand, type CaptureProgram } from './program-packages.ts'

/** Below it a capture of whole packets at full speed has no room for what cannot be delivered at once. */
const leastMemoryMib = 128

/** A tenth of a second of packets of 160 bytes at 50 000/s, twice. */
const leastBufferMib = 2

/** struct timex of a 64-bit system, and what adjtimex answers while nothing disciplines the clock. */
const timexBytes = 208
const timeError = 5
/** There once systemd-timesyncd has set the clock; for services that may not ask the kernel (ProtectClock). */
const timesyncFile = '/run/systemd/timesync/synchronized'

function ok(id: string, message: string): AgentFinding {
  return { id, state: 'ok', message, command: null }
}

/** @param version what it says about itself; null when it is missing */
export function programFinding(program: CaptureProgram, version: string | null): AgentFinding {
  if (version !== null) return ok(program, `${program} is there: ${version}.`)
  return { id: program, state: 'failed', message: `${program} is not installed.`, command: installCommand(program) }
}

export function privilegeFinding(): AgentFinding {
  const id = 'privileges'
  const missing = missingCapabilities()
  if (missing.length === 0) return ok(id, 'The agent may capture packets.')
  const message = `The agent lacks ${missing.join(', ')}; its systemd unit grants what it needs.`
  return { id, state: 'failed', message, command: 'systemctl start drawbridge-agent' }
}

export function offloadFinding(interfaces: readonly AgentInterface[]): AgentFinding {
  const id = 'offloads'
  // What is not up, and the loopback interface, brings no packets of others.
  const merging = interfaces.filter(({ name, state, merging_offloads }) => merging_offloads.length > 0 && state !== 'down' && name !== 'lo')
  const names = merging.map(({ name }) => name)
  if (names.length === 0) return ok(id, 'No interface puts packets together.')
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  return {
    id,
    state: 'warning',
    message: `Packets of a TCP connection that come in by ${shown} may be captured put together to one (GRO, LRO); they are counted.`,
    command: `ethtool -K ${names[0]} gro off lro off`,
  }
}

/** Packets of several agents are put in order by their clocks. */
export function clockFinding(): AgentFinding {
  const id = 'clock'
  const state = libc().adjtimex(Buffer.alloc(timexBytes))
  if ((state >= 0 && state !== timeError) || existsSync(timesyncFile)) return ok(id, 'The clock is synchronised.')
  const message =
    state === timeError
      ? 'The clock is not synchronised; times of packets are corrected by what the server measures.'
      : 'Whether the clock is synchronised cannot be told here; times of packets are corrected by what the server measures.'
  return { id, state: 'warning', message, command: 'timedatectl set-ntp true' }
}

export function memoryFinding(): AgentFinding {
  const id = 'memory'
  const available = Number(/^MemAvailable:\s*(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0)
  const mib = Math.floor(available / 1024)
  if (mib >= leastMemoryMib) return ok(id, `${mib} MiB of memory are available.`)
  const message = `Only ${mib} MiB of memory are available; captures of whole packets may lose some.`
  return { id, state: 'warning', message, command: 'ps aux --sort=-rss | head' }
}

/** tcpdump asks for 16 MiB, and the kernel gives what it allows: packets of a burst wait there until they are read. */
export function bufferFinding(): AgentFinding {
  const id = 'buffers'
  const mib = readMaximum() / 2 ** 20
  if (mib >= leastBufferMib) return ok(id, 'The kernel has room for bursts of packets.')
  const message = `The kernel holds back ${Math.round(mib * 1024)} KiB of a burst of packets at the most; beyond it some are lost, and counted.`
  return { id, state: 'warning', message, command: 'sysctl -w net.core.rmem_max=16777216' }
}

/** Nothing is missing where rules are not allowed: that is the owner's choice. */
export function firewallFinding(isAllowed: boolean): AgentFinding {
  return ok(
    'firewall',
    isAllowed ? 'Firewall rules of the server are allowed.' : 'Firewall rules are not allowed (firewall.enabled is false).',
  )
}

/** Infinity where it cannot be read, as in network namespaces other than the first. */
function readMaximum(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'))
  } catch {
    return Infinity
  }
}
