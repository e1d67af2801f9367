// softflowd on R, with the file of its guide.
import type { RouterConfig, RouterConfigRequest } from '../../src/contract/router-config.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { ExporterLab } from './exporter-lab.ts'
import { fileOf, labConfig } from './generated-config.ts'

/** In place of those of the guide, so that flows end after two seconds and are looked at each second. */
const shortTimeouts = ['tcp=2', 'tcp.rst=2', 'tcp.fin=2', 'udp=2', 'icmp=2', 'general=2', 'maxlife=2', 'expint=1']

/** What Debian's unit makes of the guide's file: the interface and the options behind it. */
export function softflowdArguments(config: RouterConfig): string[] {
  const file = fileOf(config, `/etc/softflowd/${config.interfaces[0]}.conf`)
  const [, device, options] = /^interface='(.*)'\noptions='(.*)'$/m.exec(file) ?? []
  if (device === undefined || options === undefined) throw new Error(`Debian's unit makes nothing of this:\n${file}`)
  return ['-i', device, ...options.split(' ')]
}

/** Starts it in the foreground, with its files in the lab's folder. Returns when it reads packets. */
export async function startSoftflowd(
  lab: ExporterLab,
  request: Pick<RouterConfigRequest, 'sampling'> & Required<Pick<RouterConfigRequest, 'protocol'>>,
): Promise<LabProcess> {
  const guided = softflowdArguments(labConfig({ guide: 'softflowd', ...request }))
  const files = ['-d', '-p', lab.path(`${request.protocol}.pid`), '-c', lab.path(`${request.protocol}.ctl`)]
  const softflowd = lab.startOnRouter('softflowd', ...guided, ...files, ...shortTimeouts.flatMap((timeout) => ['-t', timeout]))
  await softflowd.waitFor(/starting data collection/)
  await softflowd.waitFor(/Exporting flows/)
  return softflowd
}
