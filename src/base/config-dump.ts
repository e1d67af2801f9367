// Prints a configuration as a YAML file that explains itself and can be loaded again.
import { Document, isMap, isScalar, type Pair, type Scalar } from 'yaml'
import type { Config } from '../contract/config.ts'
import { describeConfig, optionValue, type ConfigOption } from './config-options.ts'

/** Stands in a dump for a secret that is not shown. */
const mask = '********'

export interface DumpOptions {
  /** Show passwords. */
  readonly secrets?: boolean
}

/** YAML text with each option's description above it. Options without value and default appear as comments. */
export function dumpConfig(config: Config, { secrets = false }: DumpOptions = {}): string {
  const document = new Document({})
  for (const option of describeConfig()) {
    const value = optionValue(config, option.path)
    if (value === undefined) continue
    document.setIn(option.path.split('.'), shown(option, value, secrets))
    explain(document, option)
  }
  return document.toString({ lineWidth: 0 })
}

function shown(option: ConfigOption, value: unknown, secrets: boolean): unknown {
  if (secrets || value === '') return value
  if (option.secret) return mask
  return typeof value === 'string' ? value.replace(/^(\w+:\/\/)[^@/]*@/, `$1${mask}@`) : value
}

function explain(document: Document, { path, description }: ConfigOption): void {
  const names = path.split('.')
  const last = names.pop() ?? ''
  const section = names.length === 0 ? document.contents : document.getIn(names)
  if (!isMap(section)) return
  const pair = section.items.find(({ key }) => (isScalar(key) ? key.value : key) === last) as Pair<Scalar | string> | undefined
  if (!pair) return
  const key = isScalar(pair.key) ? pair.key : (document.createNode(pair.key) as Scalar)
  key.commentBefore = ` ${description}`
  pair.key = key
}
