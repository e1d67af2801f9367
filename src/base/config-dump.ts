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
    const names = option.path.split('.')
    document.setIn(names, document.createNode(shown(option, value, secrets)))
    explain(document, names, option.description)
    // The fields of a list of sections are explained once, in its first item.
    for (const field of option.fields) explain(document, [...names, 0, ...field.path.split('.')], field.description)
  }
  return document.toString({ lineWidth: 0 })
}

function shown(option: ConfigOption, value: unknown, secrets: boolean): unknown {
  if (secrets || value === '') return value
  if (option.secret) return mask
  if (Array.isArray(value) && option.fields.length > 0) return value.map((item) => shownItem(option.fields, item, secrets))
  return typeof value === 'string' ? value.replace(/^(\w+:\/\/)[^@/]*@/, `$1${mask}@`) : value
}

function shownItem(fields: readonly ConfigOption[], item: unknown, secrets: boolean): Document {
  const section = new Document({})
  for (const field of fields) {
    const value = optionValue(item, field.path)
    if (value !== undefined) section.setIn(field.path.split('.'), shown(field, value, secrets))
  }
  return section
}

function explain(document: Document, path: readonly (string | number)[], description: string): void {
  const last = path.at(-1)
  const section = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1))
  if (!isMap(section)) return
  const pair = section.items.find(({ key }) => (isScalar(key) ? key.value : key) === last) as Pair<Scalar | string> | undefined
  if (!pair) return
  const key = isScalar(pair.key) ? pair.key : (document.createNode(pair.key) as Scalar)
  key.commentBefore = ` ${description}`
  pair.key = key
}
