// Chooses the fake exporter of a protocol.
import type { ExporterConfig, FlowExporter, Restamp, SimProtocol } from './exporter.ts'
import { IpfixExporter, restampIpfix } from './ipfix.ts'
import { Netflow5Exporter, restampNetflow5 } from './netflow5.ts'
import { Netflow9Exporter, restampNetflow9 } from './netflow9.ts'
import { restampSflow5, Sflow5Exporter } from './sflow5.ts'

const exporters: Readonly<Record<SimProtocol, new (config: ExporterConfig) => FlowExporter>> = {
  netflow5: Netflow5Exporter,
  netflow9: Netflow9Exporter,
  ipfix: IpfixExporter,
  sflow5: Sflow5Exporter,
}

/** A fake router's exporter. */
export function createExporter(protocol: SimProtocol, config: ExporterConfig): FlowExporter {
  return new exporters[protocol](config)
}

/** How each protocol's datagrams are made ready to be sent again. */
export const restamps: Readonly<Record<SimProtocol, Restamp>> = {
  netflow5: restampNetflow5,
  netflow9: restampNetflow9,
  ipfix: restampIpfix,
  sflow5: restampSflow5,
}
