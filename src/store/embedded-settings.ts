// What the supervisor tells the embedded engine's process, and the files that both know.
import path from 'node:path'

export interface EmbeddedSettings {
  /** Data folder of the server, absolute. */
  readonly data: string
  readonly database: string
  readonly memoryMib: number
  /** Loopback port for other tools, read only; 0 is off. */
  readonly httpPort: number
}

export interface EmbeddedFiles {
  /** ClickHouse's own folder. */
  readonly clickhouse: string
  readonly socket: string
  readonly config: string
  /** Bodies of inserts on their way. */
  readonly inserts: string
  /** Answers that are made as a file. */
  readonly downloads: string
}

export function embeddedFiles(data: string): EmbeddedFiles {
  return {
    clickhouse: path.join(data, 'clickhouse'),
    socket: path.join(data, 'clickhouse.sock'),
    config: path.join(data, 'clickhouse.xml'),
    inserts: path.join(data, 'clickhouse-inserts'),
    downloads: path.join(data, 'clickhouse-downloads'),
  }
}

/** Exit code of a process that cannot work however often it is started: EX_CONFIG of sysexits.h. */
export const exitHopeless = 78

/** What the process sends to its parent. */
export type EmbeddedMessage = { readonly kind: 'ready'; readonly httpPort: number } | { readonly kind: 'failed'; readonly reason: string }
