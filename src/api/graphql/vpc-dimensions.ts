// The dimensions of the dataset of AWS VPC flows (contract §2.5). No exporter sends such flows here: the dataset is in the
// schema so that documents which name it are valid, and it never has a row.
import type { GraphqlScalar } from '../../contract/flow-columns.ts'

interface VpcDimension {
  readonly name: string
  readonly scalar: GraphqlScalar | 'ids'
}

const times = ['datetime', 'datetimeTenSeconds', 'datetimeMinute', 'datetimeFiveMinutes', 'datetimeFifteenMinutes', 'datetimeHour']

const texts = `
  accountID action azID destinationAddress ecsClusterArn ecsClusterName ecsContainerID ecsContainerInstanceArn
  ecsContainerInstanceID ecsSecondContainerID ecsServiceName ecsTaskArn ecsTaskDefinitionArn ecsTaskID
  firehoseStream flowDirection instanceID interfaceID logStatus pktDestinationAddress pktSourceAddress
  pktDstAwsService pktSrcAwsService protocolString region rejectReason sourceAddress sublocationID
  sublocationType subnetID tcpFlagsString vpcID
`

const others = {
  date: 'Date',
  destinationPort: 'uint16',
  end: 'uint64',
  ethertype: 'uint16',
  protocol: 'uint16',
  ruleIDs: 'ids',
  sourcePort: 'uint16',
  start: 'uint64',
  tcpFlags: 'uint16',
  trafficPath: 'uint32',
  version: 'int64',
  vpcFlowVersion: 'int64',
} as const

const all: readonly VpcDimension[] = [
  ...times.map((name) => ({ name, scalar: 'Time' as const })),
  ...texts
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, scalar: 'string' as const })),
  ...Object.entries(others).map(([name, scalar]) => ({ name, scalar })),
]

/** By name. */
export const vpcDimensions: readonly VpcDimension[] = all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
