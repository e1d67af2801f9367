// Names of information elements for people: IANA's "ipfix-entities" as far as flow exporters use it, and NetFlow v9
// numbers above its range.
import { reverseEnterprise } from './information-elements.ts'

/** Runs of names: the number of the first, then those that follow it. */
const runs: readonly (readonly [first: number, names: string])[] = [
  [0, 'padding octetDeltaCount packetDeltaCount deltaFlowCount protocolIdentifier ipClassOfService tcpControlBits'],
  [7, 'sourceTransportPort sourceIPv4Address sourceIPv4PrefixLength ingressInterface destinationTransportPort'],
  [12, 'destinationIPv4Address destinationIPv4PrefixLength egressInterface ipNextHopIPv4Address bgpSourceAsNumber'],
  [17, 'bgpDestinationAsNumber bgpNextHopIPv4Address postMCastPacketDeltaCount postMCastOctetDeltaCount flowEndSysUpTime'],
  [22, 'flowStartSysUpTime postOctetDeltaCount postPacketDeltaCount minimumIpTotalLength maximumIpTotalLength'],
  [27, 'sourceIPv6Address destinationIPv6Address sourceIPv6PrefixLength destinationIPv6PrefixLength flowLabelIPv6'],
  [32, 'icmpTypeCodeIPv4 igmpType samplingInterval samplingAlgorithm flowActiveTimeout flowIdleTimeout engineType engineId'],
  [40, 'exportedOctetTotalCount exportedMessageTotalCount exportedFlowRecordTotalCount ipv4RouterSc sourceIPv4Prefix'],
  [45, 'destinationIPv4Prefix mplsTopLabelType mplsTopLabelIPv4Address samplerId samplerMode samplerRandomInterval classId'],
  [52, 'minimumTTL maximumTTL fragmentIdentification postIpClassOfService sourceMacAddress postDestinationMacAddress vlanId'],
  [59, 'postVlanId ipVersion flowDirection ipNextHopIPv6Address bgpNextHopIPv6Address ipv6ExtensionHeaders'],
  [70, 'mplsTopLabelStackSection mplsLabelStackSection2 mplsLabelStackSection3 mplsLabelStackSection4 mplsLabelStackSection5'],
  [75, 'mplsLabelStackSection6 mplsLabelStackSection7 mplsLabelStackSection8 mplsLabelStackSection9 mplsLabelStackSection10'],
  [80, 'destinationMacAddress postSourceMacAddress interfaceName interfaceDescription samplerName octetTotalCount'],
  [86, 'packetTotalCount flagsAndSamplerId fragmentOffset forwardingStatus mplsVpnRouteDistinguisher mplsTopLabelPrefixLength'],
  [92, 'srcTrafficIndex dstTrafficIndex applicationDescription applicationId applicationName'],
  [98, 'postIpDiffServCodePoint multicastReplicationFactor className classificationEngineId layer2packetSectionOffset'],
  [103, 'layer2packetSectionSize layer2packetSectionData'],
  [128, 'bgpNextAdjacentAsNumber bgpPrevAdjacentAsNumber exporterIPv4Address exporterIPv6Address droppedOctetDeltaCount'],
  [133, 'droppedPacketDeltaCount droppedOctetTotalCount droppedPacketTotalCount flowEndReason commonPropertiesId'],
  [138, 'observationPointId icmpTypeCodeIPv6 mplsTopLabelIPv6Address lineCardId portId meteringProcessId exportingProcessId'],
  [145, 'templateId wlanChannelId wlanSSID flowId observationDomainId flowStartSeconds flowEndSeconds flowStartMilliseconds'],
  [153, 'flowEndMilliseconds flowStartMicroseconds flowEndMicroseconds flowStartNanoseconds flowEndNanoseconds'],
  [158, 'flowStartDeltaMicroseconds flowEndDeltaMicroseconds systemInitTimeMilliseconds flowDurationMilliseconds'],
  [162, 'flowDurationMicroseconds observedFlowTotalCount ignoredPacketTotalCount ignoredOctetTotalCount notSentFlowTotalCount'],
  [167, 'notSentPacketTotalCount notSentOctetTotalCount destinationIPv6Prefix sourceIPv6Prefix postOctetTotalCount'],
  [172, 'postPacketTotalCount flowKeyIndicator postMCastPacketTotalCount postMCastOctetTotalCount icmpTypeIPv4 icmpCodeIPv4'],
  [178, 'icmpTypeIPv6 icmpCodeIPv6 udpSourcePort udpDestinationPort tcpSourcePort tcpDestinationPort tcpSequenceNumber'],
  [185, 'tcpAcknowledgementNumber tcpWindowSize tcpUrgentPointer tcpHeaderLength ipHeaderLength totalLengthIPv4'],
  [191, 'payloadLengthIPv6 ipTTL nextHeaderIPv6 mplsPayloadLength ipDiffServCodePoint ipPrecedence fragmentFlags'],
  [198, 'octetDeltaSumOfSquares octetTotalSumOfSquares mplsTopLabelTTL mplsLabelStackLength mplsLabelStackDepth'],
  [203, 'mplsTopLabelExp ipPayloadLength udpMessageLength isMulticast ipv4IHL ipv4Options tcpOptions paddingOctets'],
  [211, 'collectorIPv4Address collectorIPv6Address exportInterface exportProtocolVersion exportTransportProtocol'],
  [216, 'collectorTransportPort exporterTransportPort tcpSynTotalCount tcpFinTotalCount tcpRstTotalCount tcpPshTotalCount'],
  [222, 'tcpAckTotalCount tcpUrgTotalCount ipTotalLength postNATSourceIPv4Address postNATDestinationIPv4Address'],
  [227, 'postNAPTSourceTransportPort postNAPTDestinationTransportPort natOriginatingAddressRealm natEvent initiatorOctets'],
  [232, 'responderOctets firewallEvent ingressVRFID egressVRFID VRFname postMplsTopLabelExp tcpWindowScale biflowDirection'],
  [240, 'ethernetHeaderLength ethernetPayloadLength ethernetTotalLength dot1qVlanId dot1qPriority dot1qCustomerVlanId'],
  [246, 'dot1qCustomerPriority metroEvcId metroEvcType pseudoWireId pseudoWireType pseudoWireControlWord'],
  [252, 'ingressPhysicalInterface egressPhysicalInterface postDot1qVlanId postDot1qCustomerVlanId ethernetType postIpPrecedence'],
  [258, 'collectionTimeMilliseconds exportSctpStreamId maxExportSeconds maxFlowEndSeconds messageMD5Checksum messageScope'],
  [264, 'minExportSeconds minFlowStartSeconds opaqueOctets sessionScope'],
  [277, 'observationPointType newConnectionDeltaCount connectionSumDurationSeconds connectionTransactionId'],
  [281, 'postNATSourceIPv6Address postNATDestinationIPv6Address natPoolId natPoolName anonymizationFlags'],
  [286, 'anonymizationTechnique informationElementIndex p2pTechnology tunnelTechnology encryptedTechnology basicList'],
  [292, 'subTemplateList subTemplateMultiList bgpValidityState IPSecSPI greKey natType initiatorPackets responderPackets'],
  [300, 'observationDomainName selectionSequenceId selectorId informationElementId selectorAlgorithm samplingPacketInterval'],
  [306, 'samplingPacketSpace samplingTimeInterval samplingTimeSpace samplingSize samplingPopulation samplingProbability'],
  [312, 'dataLinkFrameSize ipHeaderPacketSection ipPayloadPacketSection dataLinkFrameSection mplsLabelStackSection'],
  [317, 'mplsPayloadPacketSection selectorIdTotalPktsObserved selectorIdTotalPktsSelected absoluteError relativeError'],
  [322, 'observationTimeSeconds observationTimeMilliseconds observationTimeMicroseconds observationTimeNanoseconds digestHashValue'],
  [327, 'hashIPPayloadOffset hashIPPayloadSize hashOutputRangeMin hashOutputRangeMax hashSelectedRangeMin hashSelectedRangeMax'],
  [333, 'hashDigestOutput hashInitialiserValue selectorName upperCILimit lowerCILimit confidenceLevel'],
  [339, 'informationElementDataType informationElementDescription informationElementName informationElementRangeBegin'],
  [343, 'informationElementRangeEnd informationElementSemantics informationElementUnits privateEnterpriseNumber'],
  [347, 'virtualStationInterfaceId virtualStationInterfaceName virtualStationUUID virtualStationName layer2SegmentId'],
  [352, 'layer2OctetDeltaCount layer2OctetTotalCount ingressUnicastPacketTotalCount ingressMulticastPacketTotalCount'],
  [356, 'ingressBroadcastPacketTotalCount egressUnicastPacketTotalCount egressBroadcastPacketTotalCount'],
  [359, 'monitoringIntervalStartMilliSeconds monitoringIntervalEndMilliSeconds portRangeStart portRangeEnd portRangeStepSize'],
  [364, 'portRangeNumPorts staMacAddress staIPv4Address wtpMacAddress ingressInterfaceType egressInterfaceType'],
  [370, 'rtpSequenceNumber userName applicationCategoryName applicationSubCategoryName applicationGroupName'],
  [375, 'originalFlowsPresent originalFlowsInitiated originalFlowsCompleted distinctCountOfSourceIPAddress'],
  [408, 'dataLinkFrameType sectionOffset sectionExportedOctets dot1qServiceInstanceTag dot1qServiceInstanceId'],
  [33_000, 'ingressAclId egressAclId firewallExtendedEvent'],
  [40_000, 'userName xlateSourceAddressIPv4 xlateDestinationAddressIPv4 xlateSourcePort xlateDestinationPort firewallEventOld'],
]

let names: ReadonlyMap<number, string> | undefined

function elementNames(): ReadonlyMap<number, string> {
  names ??= new Map(runs.flatMap(([first, run]) => run.split(' ').map((name, index) => [first + index, name] as const)))
  return names
}

/**
 * An element by its name, `reverse` in front where it tells of the way back; those of other enterprises, and unknown
 * ones, by their numbers, as `PEN:element`.
 */
export function elementName(element: number, enterprise: number): string {
  const name = elementNames().get(element)
  if (enterprise === 0) return name ?? `element ${element}`
  if (enterprise !== reverseEnterprise || name === undefined) return `${enterprise}:${element}`
  return `reverse${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}
