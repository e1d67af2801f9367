// The command `export`: single flows into a file.
import { Command, InvalidArgumentError, Option } from 'commander'
import { addApiFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { writeBytes } from './byte-output.ts'
import { wholeNumber } from './capture-flags.ts'
import { bytesText } from './capture-text.ts'
import { ProgressLine } from './progress-line.ts'
import { addRangeFlags, rangeBody, type RangeFlagValues } from './query-flags.ts'
import { flowsPath, helped, tellCancelled } from './query-run.ts'
import { untilSignal } from './stop-signals.ts'

interface ExportFlags extends ApiFlagValues, RangeFlagValues {
  readonly format: 'csv' | 'ndjson' | 'parquet'
  readonly output: string
  readonly columns?: readonly string[]
  readonly limit?: number
  readonly force?: boolean
}

const usualTime = '1h'
/** Bytes between two looks of a person. */
const showEvery = 1_000_000

export function exportCommand(): Command {
  const command = addApiFlags(new Command('export'))
    .description('Write single flows to a file, the oldest first')
    .argument('[filter...]', "which flows, like 'proto udp and dst port 53' (default: all)")
  return addRangeFlags(command, usualTime)
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'ndjson', 'parquet']).default('csv'))
    .requiredOption('--output <file>', 'where to, - for standard output')
    .option('--columns <names>', 'names with commas, like time_received,src_addr,estimated_bits (default: all)', columnNames)
    .option('--limit <number>', 'flows at most', wholeNumber)
    .option('--force', 'replace a file that is there')
    .action(exportFlows)
    .addHelpText(
      'after',
      `
The server must run; the token needs the scope analytics:read. The file is there only when it is whole.
Bytes and packets are as exported; estimated_bits and estimated_packets have sampling applied. The columns: docs/columns.md.

Examples:
  $ drawbridge export --last 10m --output flows.csv
  $ drawbridge export 'dst port 53' --last 1h --format parquet --output dns.parquet
  $ drawbridge export --format ndjson --columns src_addr,dst_port --output - | jq .src_addr
`,
    )
}

/** Parser of an option; the option may come again. */
function columnNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = [...before, ...text.split(',').map((name) => name.trim())]
  if (names.includes('')) throw new InvalidArgumentError('must be names with commas between them')
  return names
}

async function exportFlows(words: readonly string[], flags: ExportFlags): Promise<void> {
  const { format, output: file, columns, limit, force = false } = flags
  const client = new ApiClient(flags, ['analytics:read'])
  const body = {
    filter: words.join(' '),
    ...rangeBody(flags, usualTime),
    format,
    ...(columns !== undefined && { columns }),
    ...(limit !== undefined && { limit }),
  }
  await untilSignal(async (stop) => {
    const open = async (ended: AbortSignal) => withProgress(await client.bytes(`${flowsPath}/export`, ended, body))
    const written = await writeBytes(open, { file, replace: force, isText: format !== 'parquet' }, stop).catch((error: unknown) => {
      throw helped(error)
    })
    if (stop.aborted) tellCancelled('export')
    else if (file !== '-') process.stdout.write(`${file}: ${bytesText(written)}\n`)
  })
}

/** How much has come, on a terminal only. */
async function* withProgress(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const isTerminal = process.stderr.isTTY
  const line = new ProgressLine()
  let all = 0
  let told = 0
  try {
    for await (const chunk of bytes) {
      all += chunk.length
      if (isTerminal && all - told >= showEvery) line.show(bytesText((told = all)))
      yield chunk
    }
  } finally {
    line.clear()
  }
}
