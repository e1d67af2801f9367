// Which packets of a file Wireshark shows, asked of many display filters at once: tshark counts by second.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface ShownPackets {
  /** Empty; the filters are put there as macros, because no list of filters can have commas in them. */
  readonly folder: string
  /** One packet a second, from time 0 on. The last one is not counted. */
  readonly file: string
  /** Preferences, `name:value`. */
  readonly options: readonly string[]
}

/** Numbers of the packets that each of the filters shows. */
export async function shownPackets(filters: readonly string[], { folder, file, options }: ShownPackets): Promise<number[][]> {
  const macros = filters.map((filter, index) => `"f${index}","${filter.replaceAll('\\', '\\x5c').replaceAll('"', '\\x22')}"\n`)
  await writeFile(join(folder, 'dfilter_macros'), macros.join(''))
  const statistics = `io,stat,1,${filters.map((_, index) => `\${f${index}}`).join()}`
  const settings = options.flatMap((option) => ['-o', option])
  const { stdout } = await run('tshark', ['-r', file, '-q', ...settings, '-z', statistics], {
    env: { ...process.env, WIRESHARK_CONFIG_DIR: folder },
    maxBuffer: 64 * 1024 * 1024,
  })
  // Of each second: its ends, and packets and bytes of each filter.
  const seconds = stdout
    .split('\n')
    .filter((line) => line.includes(' <> '))
    .map((line) => line.split('|').slice(2))
  return filters.map((_, index) => seconds.flatMap((cells, second) => (Number(cells[index * 2]) > 0 ? [second] : [])))
}
