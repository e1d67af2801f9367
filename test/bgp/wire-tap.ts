// Captures what Drawbridge and its peer say to each other, and lets tshark, who is neither, tell what it was.
import { join } from 'node:path'

import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'

/** A NOTIFICATION message: who sent it, and its code and subcode (RFC 4271 §4.5). */
export interface SeenNotification {
  readonly source: string
  readonly code: number
  readonly subcode: number
}

const subcodeFields = ['open', 'update', 'cease'].map((name) => `bgp.notify.minor_error_${name}`)

export class WireTap {
  readonly #namespace: Namespace
  readonly #file: string
  #process: LabProcess | undefined

  constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace
    this.#file = join(folder, 'bgp.pcap')
  }

  async start(): Promise<void> {
    this.#process = this.#namespace.start('tcpdump', [
      '-i',
      'any',
      '--immediate-mode',
      '-U',
      '-w',
      this.#file,
      '-Z',
      'root',
      'tcp',
      'port',
      '179',
    ])
    await this.#process.waitFor(/listening on any/)
  }

  /** All so far. */
  async notifications(): Promise<SeenNotification[]> {
    // tshark fails when it meets a packet that is being written.
    const rows = await until(
      'a readable capture',
      async () => await this.#read('bgp.type == 3', ['ip.src', 'ipv6.src', 'bgp.notify.major_error', ...subcodeFields]),
    )
    return rows.map(([ipv4 = '', ipv6 = '', code, ...subcodes]) => ({
      source: `${ipv4}${ipv6}`,
      code: Number(code),
      subcode: Number(subcodes.find((subcode) => subcode !== '') ?? 0),
    }))
  }

  async #read(filter: string, fields: readonly string[]): Promise<string[][]> {
    const wanted = ['-T', 'fields', ...fields.flatMap((field) => ['-e', field])]
    const output = await this.#namespace.run('tshark', '-r', this.#file, '-Y', filter, ...wanted)
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
  }
}
