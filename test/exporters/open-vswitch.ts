// Open vSwitch on R, as a bridge in user space between A and B. Its database, sockets and logs are in the lab's folder.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { RouterConfigRequest } from '../../src/contract/router-config.ts'
import { configText } from '../../src/setup/config/render.ts'
import { farDevice, routerDevice, type ExporterLab } from './exporter-lab.ts'
import { labConfig } from './generated-config.ts'

const schema = '/usr/share/openvswitch/vswitch.ovsschema'
const bridge = 'br0'

export class OpenVswitch {
  readonly #lab: ExporterLab
  #folder = ''

  constructor(lab: ExporterLab) {
    this.#lab = lab
  }

  /** Starts database and switch inside R, and joins A and B. The lab ends both when it stops. */
  async start(): Promise<void> {
    this.#folder = this.#lab.path('ovs')
    await mkdir(this.#folder)
    const { router } = this.#lab.hosts
    // R must not answer or route by itself what it bridges.
    await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=0')
    const database = join(this.#folder, 'conf.db')
    await router.run('ovsdb-tool', 'create', database, schema)
    const folders = { OVS_RUNDIR: this.#folder, OVS_LOGDIR: this.#folder, OVS_DBDIR: this.#folder, OVS_SYSCONFDIR: this.#folder }
    const files = (name: string) => [`--pidfile=${join(this.#folder, `${name}.pid`)}`, `--unixctl=${join(this.#folder, `${name}.ctl`)}`]
    const server = router.start('ovsdb-server', [database, `--remote=punix:${this.#socket}`, ...files('ovsdb-server')], folders)
    await server.waitFor(/ovsdb-server \(Open vSwitch\)/)
    await this.#vsctl('--no-wait', 'init')
    const daemon = router.start('ovs-vswitchd', [`unix:${this.#socket}`, ...files('ovs-vswitchd')], folders)
    await daemon.waitFor(/connected/)
    // The datapath in user space needs no kernel module.
    const ports = [routerDevice, farDevice].flatMap((device) => ['--', 'add-port', bridge, device])
    await this.#vsctl('add-br', bridge, '--', 'set', 'bridge', bridge, 'datapath_type=netdev', ...ports)
  }

  get #socket(): string {
    return join(this.#folder, 'db.sock')
  }

  /**
   * Runs the guide's command in a root shell, as a person would paste it. Returns when the switch has taken it over.
   * @param timeout in seconds, in place of the guide's where the protocol has one
   */
  async export(request: Pick<RouterConfigRequest, 'protocol' | 'sampling'>, timeout = 1): Promise<void> {
    const { parts } = labConfig({ guide: 'open-vswitch', interfaces: [bridge], ...request })
    const text = parts
      .map(configText)
      .join('')
      .replaceAll(/active[-_]timeout=\d+/g, (setting) => setting.replace(/\d+/, String(timeout)))
    await this.#lab.hosts.router.run('env', `OVS_RUNDIR=${this.#folder}`, 'sh', '-ec', text)
  }

  /** Takes all exporters away. */
  async exportNothing(): Promise<void> {
    await this.#vsctl('clear', 'bridge', bridge, 'sflow', 'netflow', 'ipfix')
  }

  async #vsctl(...args: string[]): Promise<void> {
    await this.#lab.hosts.router.run('ovs-vsctl', `--db=unix:${this.#socket}`, '--timeout=10', ...args)
  }
}
