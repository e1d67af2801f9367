// The log of a process: JSON lines for machines, readable lines on a terminal, both on standard error.
import { destination, pino, type DestinationStream, type Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Config } from '../contract/config.ts'

export type Log = Logger

// Names under which a secret could get into a log line, at the top or one level down (DESIGN: secrets are never logged).
const secretNames = ['password', 'secret', 'token', 'authorization', 'cookie', 'x-auth-key']
const redacted = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`])

/**
 * A log as config.log says. Standard output stays free for what a command prints.
 * @param stream where the lines go; tests pass one of their own
 */
export function createLog(config: Config['log'], stream?: DestinationStream): Log {
  const pretty = config.format === 'pretty' || (config.format === 'auto' && !stream && process.stderr.isTTY)
  const target = stream ?? destination({ fd: 2, sync: true })
  return pino({ level: config.level, base: null, redact: redacted }, pretty ? prettyStream(target) : target)
}

// pino-pretty as a function in this thread: as a transport it would be one more thread with its own life cycle.
function prettyStream(target: DestinationStream): DestinationStream {
  const format = prettyFactory({ colorize: process.stderr.isTTY, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' })
  return { write: (line) => target.write(format(line)) }
}
