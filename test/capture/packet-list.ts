// What tshark and capinfos say of a capture file.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface ReadPacket {
  /** Seconds since 1970, as text with all digits. */
  readonly time: string
  readonly source: string
  readonly destination: string
  readonly protocol: number
  /** Identification of the IP header. */
  readonly identification: number
  /** Bytes on the wire and in the file. */
  readonly length: number
  readonly captured: number
}

const fields = ['frame.time_epoch', 'ip.src', 'ip.dst', 'ip.proto', 'ip.id', 'frame.len', 'frame.cap_len'] as const

/** The packets of a file in its order, as tshark reads them. */
export async function readPackets(file: string): Promise<ReadPacket[]> {
  const { stdout } = await execute('tshark', ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], {
    maxBuffer: 2 ** 28,
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [time = '', source = '', destination = '', protocol, identification, length, captured] = line.split('\t')
      return {
        time,
        source,
        destination,
        protocol: Number(protocol),
        identification: Number(identification),
        length: Number(length),
        captured: Number(captured),
      }
    })
}

/** What capinfos says, by its own words: `Number of packets`, `Strict time order`, … */
export async function capinfos(file: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execute('capinfos', ['-M', file])
  return new Map(
    stdout
      .split('\n')
      .map((line) => line.split(/:\s+/, 2))
      .filter((parts) => parts.length === 2)
      .map(([name = '', value = '']) => [name.trim(), value.trim()]),
  )
}
