// The sink that a job's delivery asks for, where it does not go to the server.
import type { Log } from '../../base/log.ts'
import type { CaptureJob } from '../../contract/capture.ts'
import type { PacketSink } from '../packet-sink.ts'
import { FileSink } from './file-sink.ts'
import { S3Sink } from './s3-sink.ts'

export interface SinkHost {
  /** Absolute paths of folders that file:// destinations may be in, from the agent's own configuration. */
  readonly allowFolders: readonly string[]
  readonly log: Pick<Log, 'info' | 'warn'>
}

/**
 * Not opened yet. The keys to a bucket are forgotten by it when it is finished.
 * @throws Error for deliveries to the server, which have a sink of their own
 */
export function openSink(
  { delivery, link, snap_length, byte_limit }: Pick<CaptureJob, 'delivery' | 'link' | 'snap_length' | 'byte_limit'>,
  { allowFolders, log }: SinkHost,
): PacketSink {
  const form = { ethernet: link === 'ethernet', snapLength: snap_length }
  if (delivery.kind === 'stream') throw new Error('packets for the server do not go to a bucket')
  if (delivery.kind === 'file') return new FileSink({ ...form, path: delivery.path, allowFolders })
  return new S3Sink({ ...form, key: delivery.key, byteLimit: byte_limit }, { access: delivery, log })
}
