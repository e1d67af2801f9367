// The flags by which every command that needs a configuration takes it: --config, --set, --data.
import type { Command } from 'commander'
import type { LoadedConfig } from '../base/config.ts'

export interface ConfigFlagValues {
  readonly config?: string
  readonly set?: readonly string[]
  readonly data?: string
  readonly demo?: boolean
}

/** Adds the flags to a command. `--demo` is for the command that starts the server. */
export function addConfigFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: ./drawbridge.yaml if it exists)')
    .option('--set <path=value>', 'set one option, for example http.port=8081; may be repeated', collect)
    .option('--data <dir>', 'folder of everything that Drawbridge keeps; short for --set data=DIR')
}

/**
 * The configuration of this process with the flags over it.
 * @throws ConfigError
 */
export async function configFromFlags({ config, ...flags }: ConfigFlagValues): Promise<LoadedConfig> {
  const { loadConfig } = await import('../base/config.ts')
  return loadConfig({ ...(config === undefined ? {} : { file: config }), environment: process.env, flags })
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value]
}
