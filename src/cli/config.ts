// The command `config`: checks a configuration and prints it with all its defaults.
import { Command } from 'commander'
import { addConfigFlags, configFromFlags, type ConfigFlagValues } from './config-flags.ts'

export function configCommand(): Command {
  const command = new Command('config').description('Check the configuration, or print it')
  addConfigFlags(command.command('check'))
    .description('Say whether the configuration can be used, and what is wrong with it')
    .argument('[file]', 'configuration file; the same as --config')
    .action(check)
  addConfigFlags(command.command('dump'))
    .description('Print the configuration in force as YAML, each option with its description')
    .argument('[file]', 'configuration file; the same as --config')
    .option('--secrets', 'print passwords in place of ********')
    .action(dump)
  return command.addHelpText(
    'after',
    `
The file comes first, DRAWBRIDGE_… variables (http.port: DRAWBRIDGE_HTTP_PORT) win over it, and flags over both.

Examples:
  $ drawbridge config dump > drawbridge.yaml      a file with every option to start from
  $ drawbridge config check /etc/drawbridge.yaml
`,
  )
}

async function load(file: string | undefined, flags: ConfigFlagValues) {
  return configFromFlags(file === undefined ? flags : { ...flags, config: file })
}

async function check(file: string | undefined, flags: ConfigFlagValues): Promise<void> {
  const loaded = await load(file, flags)
  process.stdout.write(`${loaded.file ?? 'the configuration (no file, defaults)'} is good\n`)
}

async function dump(file: string | undefined, { secrets = false, ...flags }: ConfigFlagValues & { secrets?: boolean }): Promise<void> {
  const { dumpConfig } = await import('../base/config-dump.ts')
  const { config } = await load(file, flags)
  process.stdout.write(dumpConfig(config, { secrets }))
}
