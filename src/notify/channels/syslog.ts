// Syslog as RFC 5424 has it, over UDP (RFC 5426) or TCP with counted octets (RFC 6587 §3.4.1).
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { hostname } from 'node:os'
import { clip, isEnd, title, type AlertMessage } from '../alert-message.ts'
import { DeliveryError } from '../delivery-error.ts'
import { bareHost } from '../../base/address-guard.ts'

/** Facility local0 (16) · 8 + severity: critical 2, warning 4, notice 5. */
const facility = 16 * 8
const critical = 2
const warning = 4
const notice = 5
/** Of a datagram, so that it passes every path unfragmented together with the header fields (RFC 5426 §3.2 asks for 480 at the least). */
const textLength = 700

/** @param target `udp://host:port` or `tcp://host:port` */
export async function sendSyslog(message: AlertMessage, target: string, timeoutMs: number): Promise<void> {
  const url = new URL(target)
  const line = Buffer.from(syslogLine(message))
  const send = url.protocol === 'udp:' ? sendDatagram(url, line) : sendStream(url, line, timeoutMs)
  await send.catch((error: unknown) => {
    throw new DeliveryError(error instanceof Error ? error.message : String(error), { cause: error })
  })
}

/** `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG` */
export function syslogLine(message: AlertMessage): string {
  const started = message.type === 'fbm_dosd_attack' ? critical : warning
  const priority = facility + (isEnd(message) ? notice : started)
  // 32473 is the enterprise number for documentation (RFC 5612): names without one are reserved by the IETF.
  const data = structured('alert@32473', {
    event: message.phase,
    correlation_id: message.correlation,
    delivery: message.delivery,
    policy: message.policy.name,
    ...Object.fromEntries(Object.entries(message.data).filter(([, value]) => typeof value === 'string' && value.length <= 200)),
  })
  const head = [
    `<${priority}>1`,
    new Date(message.at).toISOString(),
    hostname().slice(0, 255) || '-',
    'drawbridge',
    process.pid,
    message.type,
  ]
  return `${head.join(' ')} ${data} \uFEFF${clip(`${title(message)}: ${message.text}`.replaceAll(/[\r\n]+/g, ' '), textLength)}`
}

/** Names are printable ASCII without `= ] "` and spaces; in values `"`, `\` and `]` are escaped (RFC 5424 §6.3.3). */
function structured(id: string, values: Readonly<Record<string, unknown>>): string {
  const parameters = Object.entries(values).map(
    ([name, value]) =>
      ` ${name.slice(0, 32)}="${String(value)
        .replaceAll(/["\\\]]/g, String.raw`\$&`)
        .replaceAll(/[\r\n]+/g, ' ')}"`,
  )
  return `[${id}${parameters.join('')}]`
}

function sendDatagram(url: URL, line: Buffer): Promise<void> {
  const host = bareHost(url)
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  return new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.send(line, Number(url.port), host, (error) => (error ? reject(error) : resolve()))
  }).finally(() => socket.close())
}

function sendStream(url: URL, line: Buffer, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: bareHost(url), port: Number(url.port) })
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    socket.on('error', reject)
    // Servers do not answer; that ours has been read to its end shows when they close in turn.
    socket.on('close', (failed) => failed || resolve())
    socket.resume()
    socket.end(Buffer.concat([Buffer.from(`${line.length} `), line]))
  })
}
