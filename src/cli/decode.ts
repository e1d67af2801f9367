// The command `decode`: shows what flow datagrams in files say.
import { Command, Option } from 'commander'
import type { DecodeOptions } from './decode-files.ts'

export function decodeCommand(): Command {
  return new Command('decode')
    .description('Decode NetFlow v1, v5, v7, v9, IPFIX and sFlow v5 from pcap or pcapng captures or files of datagrams')
    .argument('<file...>', 'files; each is decoded with the templates that it brings itself')
    .option('--json', 'one JSON object a line: a flow, with --summary a file, with --templates an exporter')
    .option('--summary', 'counts of each file in place of its flows')
    .addOption(
      new Option(
        '--templates',
        'what each exporter declares in place of its flows: templates, samplers, and what is missing in them',
      ).conflicts('summary'),
    )
    .action(run)
}

async function run(files: readonly string[], options: DecodeOptions): Promise<void> {
  const [{ decodeFiles }, { Output }] = await Promise.all([import('./decode-files.ts'), import('./output.ts')])
  const warn = (message: string): void => void process.stderr.write(`drawbridge decode: ${message}\n`)
  process.exitCode = await decodeFiles(files, options, { output: new Output(process.stdout), warn })
}
