// Whether the server has its ports, and alone: UDP for flows, TCP for the page.
import { formatHostPort } from '../../../base/host-port.ts'
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, printable } from '../finding.ts'
import { isLoopback, overlaps, type Endpoint } from '../endpoint.ts'

/** A socket that receives datagrams or takes connections. */
export interface OpenSocket extends Endpoint {
  readonly protocol: 'udp' | 'tcp'
  /** Of the process that has it; null where it may not be seen. */
  readonly owner: SocketOwner | null
}

export interface SocketOwner {
  readonly pid: number
  readonly name: string
}

/** What came of an attempt to bind an address. */
export interface BindAttempt extends Endpoint {
  readonly protocol: 'udp' | 'tcp'
  /** As `EADDRINUSE`; null when it could be bound. */
  readonly refused: string | null
}

export interface PortsReading {
  /** `collect.listen`; with a server, what it has bound. */
  readonly listeners: readonly Endpoint[]
  /** Of those addresses; null where the platform does not tell. */
  readonly sockets: readonly OpenSocket[] | null
  /** Process of the running server; null when none runs, and addresses were tried instead. */
  readonly server: number | null
  readonly tried: readonly BindAttempt[]
}

export function checkPorts(reading: PortsReading): DoctorFinding[] {
  const found = reading.server === null ? reading.tried.flatMap((tried) => refused(tried, reading)) : intruders(reading)
  const findings = [...found, ...unreachable(reading)]
  return findings.length > 0 ? findings : [fine('ports', goodText(reading))]
}

function goodText({ listeners, server, tried }: PortsReading): string {
  const flows = listeners.map(formatHostPort).join(', ')
  if (server !== null) return `The server takes flows on UDP ${flows}.`
  const page = tried.find(({ protocol }) => protocol === 'tcp')
  return `UDP ${flows}${page === undefined ? '' : ` and TCP ${formatHostPort(page)}`} can be had.`
}

function refused(tried: BindAttempt, { sockets }: PortsReading): DoctorFinding[] {
  if (tried.refused === null) return []
  const kind = tried.protocol.toUpperCase()
  const at = `${kind} ${formatHostPort(tried)}`
  const option = tried.protocol === 'udp' ? 'collect.listen' : 'http.port'
  if (tried.refused === 'EADDRINUSE') {
    const holders = (sockets ?? []).filter((socket) => socket.protocol === tried.protocol && overlaps(socket, tried))
    const text = `${at} is taken${holders.length === 0 ? '' : ` by ${holders.map(ownerText).join(', ')}`}.`
    return [
      found('ports', 'failed', text, {
        advice: `Stop what uses it, or change ${option}. If it is a Drawbridge of yours, name it with --url. Who has it:`,
        command: `sudo ss -lnp --${tried.protocol} 'sport = :${tried.port}'`,
      }),
    ]
  }
  if (tried.refused === 'EADDRNOTAVAIL') {
    const advice = `Use an address of this machine, or [::]:${tried.port} for all of them: ${option}. Its addresses:`
    return [found('ports', 'failed', `${at}: this machine has no such address.`, { advice, command: 'ip address' })]
  }
  if (tried.refused === 'EACCES') {
    const advice = `Ports below 1024 need root or CAP_NET_BIND_SERVICE; use a higher one (${option}), or allow them to everybody:`
    const command = `sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${tried.port}`
    return [found('ports', 'failed', `${at} may not be used by this user.`, { advice, command })]
  }
  const advice = `See whether ${option} is right.`
  return [found('ports', 'failed', `${at} cannot be used: ${tried.refused}.`, { advice, command: 'drawbridge config check' })]
}

/** Others that get datagrams to our ports: the kernel gives them to the socket with the more specific address. */
function intruders({ listeners, sockets, server }: PortsReading): DoctorFinding[] {
  return (sockets ?? [])
    .filter((socket) => socket.protocol === 'udp' && socket.owner?.pid !== server && listeners.some((own) => overlaps(own, socket)))
    .map((socket) =>
      found('ports', 'warning', `${ownerText(socket)} listens on UDP ${formatHostPort(socket)} too and gets what is sent there.`, {
        advice: 'Stop it, or have routers send to another port: collect.listen. Who has it:',
        command: `sudo ss -lnp --udp 'sport = :${socket.port}'`,
      }),
    )
}

function ownerText({ owner }: OpenSocket): string {
  return owner === null ? 'a process of another user' : `${printable(owner.name)} (process ${owner.pid})`
}

function unreachable({ listeners }: PortsReading): DoctorFinding[] {
  if (listeners.length === 0 || !listeners.every(({ host }) => isLoopback(host))) return []
  const [first] = listeners
  return [
    found('ports', 'warning', 'Flows are taken on loopback only (collect.listen): no router can reach that.', {
      advice: 'Listen on all addresses.',
      command: `drawbridge serve --set 'collect.listen=[::]:${first?.port === 0 ? 2055 : first?.port}'`,
    }),
  ]
}
