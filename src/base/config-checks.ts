// Checks of configuration values that a schema cannot state: what belongs together, addresses and prefixes.
import { isIP } from 'node:net'
import type { Config } from '../contract/config.ts'
import { advertiseObjections } from './advertise-checks.ts'
import type { OptionProblem } from './config-error.ts'
import { parseHostPort } from './host-port.ts'
import { parsePrefixOrAddress } from './ip-prefix.ts'

/** What is wrong with values that each are of the right kind. */
export function checkConfig(config: Config): OptionProblem[] {
  const objections: OptionProblem[] = []
  if (config.store.kind === 'clickhouse' && config.store.url === undefined) {
    objections.push({ path: 'store.url', message: 'store.url is needed when store.kind is clickhouse' })
  }
  for (const address of config.collect.listen) {
    if (!isListenAddress(address)) {
      const message = `collect.listen holds ${JSON.stringify(address)}, which is not an address like 0.0.0.0:2055 or [::]:2055`
      objections.push({ path: 'collect.listen', message })
    }
  }
  for (const prefix of config.enrich.own_networks) {
    if (!isPrefix(prefix)) {
      const message = `enrich.own_networks holds ${JSON.stringify(prefix)}, which is not a prefix like 203.0.113.0/24 or 2001:db8::/32`
      objections.push({ path: 'enrich.own_networks', message })
    }
  }
  objections.push(...alertObjections(config.alerts), ...advertiseObjections(config.advertise))
  return objections
}

function alertObjections({ allow_private_targets, ports, syslog }: Config['alerts']): OptionProblem[] {
  const objections: OptionProblem[] = []
  for (const prefix of allow_private_targets) {
    if (!isPrefix(prefix)) {
      const message = `alerts.allow_private_targets holds ${JSON.stringify(prefix)}, which is not a prefix like 10.1.2.0/24 or fd00::/8`
      objections.push({ path: 'alerts.allow_private_targets', message })
    }
  }
  for (const port of ports) {
    if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535) {
      objections.push({ path: 'alerts.ports', message: `alerts.ports holds ${JSON.stringify(port)}, which is not a port from 1 to 65535` })
    }
  }
  if (syslog !== '' && !isSyslogTarget(syslog)) {
    const message = `alerts.syslog is ${JSON.stringify(syslog)}, which is not an address like udp://192.0.2.1:514 or tcp://log.example.com:601`
    objections.push({ path: 'alerts.syslog', message })
  }
  return objections
}

function isSyslogTarget(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (url?.protocol === 'udp:' || url?.protocol === 'tcp:') && url.hostname !== '' && url.port !== ''
}

function isListenAddress(text: string): boolean {
  const address = parseHostPort(text)
  return address !== undefined && isIP(address.host.split('%', 1)[0] ?? '') !== 0
}

function isPrefix(text: string): boolean {
  return parsePrefixOrAddress(text) !== undefined
}
