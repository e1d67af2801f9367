// Reads a file of flow datagrams from disk, with errors that say what to do.
import { readFile } from 'node:fs/promises'
import type { WireError } from '../contract/wire-errors.ts'
import { CommandError } from './command-error.ts'

/** A file that cannot be used at all. The message is for the person who named it. */
export class FlowFileError extends CommandError {}

const advice: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path',
  EACCES: 'permission denied; make it readable for this user',
  EISDIR: 'it is a folder; name the files in it',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB; split it, for example with editcap -c',
}

/** @throws FlowFileError */
export async function readFlowFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new FlowFileError(`cannot read ${path}: ${advice[code] ?? String(error)}`)
  }
}

/** The error for a file of which nothing could be read. */
export function unusableFile(path: string, error: WireError): FlowFileError {
  return new FlowFileError(`cannot use ${path}: ${error.message}; give a pcap or pcapng capture, or a file of flow datagrams`)
}
