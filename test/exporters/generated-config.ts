// Configurations as `drawbridge router-config` prints them, for the lab's addresses.
import type { RouterConfig, RouterConfigRequest } from '../../src/contract/router-config.ts'
import { configText, routerConfig } from '../../src/setup/config/render.ts'
import { collectorAddress, routerAddress, routerDevice } from './exporter-lab.ts'

/** What the guide says for the lab's router and collector, looking at every packet unless told otherwise. */
export function labConfig(request: Pick<RouterConfigRequest, 'guide'> & Partial<RouterConfigRequest>): RouterConfig {
  return routerConfig({ collector: collectorAddress, router: routerAddress, interfaces: [routerDevice], sampling: 1, ...request })
}

/** The whole of the file of this path. */
export function fileOf({ title, parts }: RouterConfig, path: string): string {
  const part = parts.find(({ kind, where }) => kind === 'file' && where === path)
  if (part === undefined) throw new Error(`the guide of ${title} has no file ${path}`)
  return configText(part)
}

/** The words behind the name of a program, in the one line of a root shell or of a unit of systemd that starts it. */
export function argumentsOf({ title, parts, interfaces: [instance = ''] }: RouterConfig, program: string): string[] {
  const start = new RegExp(`^(?:ExecStart=)?(?:/usr/s?bin/)?${program} `)
  const lines = parts.flatMap((part) => part.lines.map(({ text }) => text)).filter((text) => start.test(text))
  const [line, ...more] = lines
  if (line === undefined || more.length > 0) throw new Error(`the guide of ${title} starts ${program} in ${lines.length} lines, not 1`)
  // Nothing of it may need a shell.
  if (/["'\\$`|;&<>*?]/.test(line)) throw new Error(`${line} is more than words`)
  return line.replaceAll('%i', instance).split(' ').slice(1)
}
