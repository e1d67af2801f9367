// Huawei: NetStream of NetEngine routers, of AR routers and S switches, and of CloudEngine switches.
import type { GuideCondition, GuideLine, GuidePart, GuideTrouble, RouterGuide } from '../guide.ts'

const userView = 'the user view'
const systemView = 'the system view'
const enter: GuideLine = { text: 'system-view', why: 'Goes to the system view.' }

const save: GuidePart = {
  title: 'Save',
  kind: 'commands',
  where: systemView,
  lines: [
    { text: 'return', why: 'Back to the user view.' },
    { text: 'save', why: 'Keeps it over a restart. It asks: y.' },
  ],
}

const clock: GuideTrouble = {
  step: 'clock',
  text: 'The router has no NTP server, or does not reach it.',
  command: 'display ntp-service status',
}

/** Lines of one family; `ip netstream …` for IPv4, `ipv6 netstream …` for IPv6. */
function shared(family: 'ip' | 'ipv6'): GuideLine[] {
  const set = `${family} netstream`
  const given: GuideCondition = { router: true }
  return [
    { text: `${set} export version 9`, why: 'NetStream by NetFlow v9.', when: { protocols: ['netflow9'] } },
    { text: `${set} export version ipfix`, why: 'NetStream by IPFIX.', when: { protocols: ['ipfix'] } },
    { text: `${set} export host {collector} {port}`, why: 'The machine that runs Drawbridge.' },
    { text: `${set} export source {router}`, why: 'The address that it sends from: register it.', when: given },
    {
      text: `${set} export source ADDRESS-OF-THIS-ROUTER`,
      why: 'The address that it sends from: put it here, and register it. Without it the sender may be 0.0.0.0.',
      when: { router: false },
    },
    { text: `${set} export index-switch 32`, why: 'Interface numbers of 32 bits, as SNMP has them.' },
    { text: `${set} export template timeout-rate 1`, why: 'Minutes: templates every minute; nothing can be read before the first.' },
    { text: `${set} timeout active 1`, why: 'Minutes: long flows are told of every minute; the default is 30.' },
    { text: `${set} timeout inactive {inactive}`, why: 'Seconds: a flow that is silent for so long is over.' },
  ]
}

function unshared(family: 'ip' | 'ipv6'): GuideLine[] {
  return [
    { text: `undo ${family} netstream export host {collector} {port}`, why: 'Nothing is sent there any more.' },
    { text: `undo ${family} netstream export source`, why: 'The sender.' },
  ]
}

const noRoute: GuideTrouble = {
  step: 'datagrams',
  text: 'The source address is missing or not one of this router, or the collector is in a VPN instance.',
  command: 'display netstream all',
}
const twice: GuideTrouble = {
  step: 'once',
  text: '`netstream outbound` is set as well, or both ends of one path are watched.',
  command: 'display netstream all',
}

export const huaweiGuide: RouterGuide = {
  id: 'huawei',
  title: 'Huawei',
  names: ['Huawei', 'VRP', 'NetStream', 'NetEngine', 'NE40E', 'AR', 'S5700', 'CloudEngine', 'CE6800', 'CE12800'],
  variants: [
    {
      id: 'netengine',
      title: 'Huawei NetEngine router',
      protocols: ['netflow9', 'ipfix'],
      samples: ['netflow9', 'ipfix'],
      rates: { least: 1, most: 65_535 },
      collectors: ['ipv4'],
      interfaces: ['GigabitEthernet0/1/0'],
      parts: [
        {
          title: 'NetStream',
          kind: 'commands',
          where: userView,
          lines: [
            enter,
            ...shared('ip'),
            { text: 'ip netstream export template option sampler', why: 'Tells the sampling rate.' },
            { text: 'ip netstream export template option timeout-rate 1', why: 'Minutes: every minute.' },
            { text: 'ip netstream sampler fix-packets {sampling} inbound', why: '1 packet in {sampling} of what comes in.' },
            ...shared('ipv6'),
            { text: 'ipv6 netstream export template option sampler', why: 'IPv6 likewise.' },
            { text: 'ipv6 netstream export template option timeout-rate 1', why: 'Minutes: every minute.' },
            { text: 'ipv6 netstream sampler fix-packets {sampling} inbound' },
          ],
        },
        {
          title: 'Line cards and interfaces',
          kind: 'commands',
          where: systemView,
          lines: [
            { text: 'slot 1', why: 'Once for each slot with watched interfaces: put its number here.' },
            { text: ' ip netstream sampler to slot self', why: 'The card makes flows of its own samples.' },
            { text: ' ipv6 netstream sampler to slot self' },
            { text: ' quit', why: 'Back in the system view.' },
            { text: 'interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            {
              text: ' ip netstream inbound',
              why: 'What comes in. With outbound as well, each packet would count twice.',
              each: 'interface',
            },
            { text: ' ipv6 netstream inbound', why: 'IPv6 likewise.', each: 'interface' },
            { text: ' quit', each: 'interface' },
            { text: 'commit', why: 'Now it is in force.' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'display netstream all', why: 'What is set.' },
        { text: 'display ip netstream statistics slot 1', why: 'Flows made and sent by a card; put its slot here.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: userView,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: ' undo ip netstream inbound', each: 'interface' },
            { text: ' undo ipv6 netstream inbound', why: 'IPv6 too.', each: 'interface' },
            { text: ' quit', each: 'interface' },
            ...unshared('ip'),
            ...unshared('ipv6'),
            { text: 'commit', why: 'Now it is gone.' },
          ],
        },
        save,
      ],
      notes: [
        { text: 'Sampling set for the main interface does not see its subinterfaces: name those.' },
        { text: 'IPFIX needs a newer release; where `version ipfix` is refused, use NetFlow v9.', when: { protocols: ['ipfix'] } },
      ],
      troubles: [
        noRoute,
        { step: 'templates', text: '`template timeout-rate` is 30 minutes unless it is set to 1.', command: 'display netstream all' },
        {
          step: 'sampling',
          text: 'The line `export template option sampler` is missing. Where it is refused, set {sampling} on the router in Drawbridge.',
          command: 'display netstream all',
        },
        twice,
        clock,
      ],
    },
    {
      id: 'ar',
      title: 'Huawei AR router or S switch',
      protocols: ['netflow9'],
      samples: ['netflow9'],
      rates: { least: 1, most: 65_535 },
      collectors: ['ipv4'],
      interfaces: ['GigabitEthernet0/0/1'],
      parts: [
        {
          title: 'NetStream',
          kind: 'commands',
          where: userView,
          lines: [enter, ...shared('ip').filter(({ text }) => !text.includes('index-switch'))],
        },
        {
          title: 'Interfaces',
          kind: 'commands',
          where: systemView,
          lines: [
            { text: 'interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            { text: ' ip netstream sampler fix-packets {sampling} inbound', why: '1 packet in {sampling}.', each: 'interface' },
            {
              text: ' ip netstream inbound',
              why: 'What comes in. With outbound as well, each packet would count twice.',
              each: 'interface',
            },
            { text: ' quit', each: 'interface' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'display ip netstream all', why: 'What is set.' },
        { text: 'display ip netstream statistic', why: 'Flows made and sent must grow.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: userView,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: ' undo ip netstream inbound', each: 'interface' },
            { text: ' quit', why: 'Back in the system view.', each: 'interface' },
            ...unshared('ip'),
          ],
        },
        save,
      ],
      notes: [
        {
          text: 'Switches of the S series write `display ip netstream statistics slot NUMBER`, and some need a licence or a card for NetStream.',
        },
        { text: 'IPv6: the same lines with `ipv6 netstream` where the model has it.' },
      ],
      troubles: [
        { ...noRoute, command: 'display ip netstream all' },
        { step: 'templates', text: '`template timeout-rate` is 30 minutes unless it is set to 1.', command: 'display ip netstream all' },
        {
          step: 'sampling',
          text: 'Not every model tells its rate: set {sampling} on the router in Drawbridge.',
          command: 'display ip netstream all',
          when: { sampled: true },
        },
        { ...twice, command: 'display ip netstream all' },
        clock,
      ],
    },
    {
      id: 'cloudengine',
      title: 'Huawei CloudEngine switch',
      protocols: ['netflow9'],
      samples: ['netflow9'],
      rates: { least: 1, most: 65_535 },
      collectors: ['ipv4'],
      interfaces: ['10GE1/0/1'],
      parts: [
        {
          title: 'NetStream',
          kind: 'commands',
          where: userView,
          lines: [
            enter,
            ...(['ip', 'ipv6'] as const).flatMap((family): GuideLine[] => [
              {
                text: `netstream export ${family} version 9`,
                why: family === 'ip' ? 'NetStream by NetFlow v9, of IPv4 flows.' : 'IPv6 flows likewise.',
              },
              { text: `netstream export ${family} host {collector} {port}`, why: 'The machine that runs Drawbridge.' },
              {
                text: `netstream export ${family} source {router}`,
                why: 'The address that it sends from: register it.',
                when: { router: true },
              },
              {
                text: `netstream export ${family} source ADDRESS-OF-THIS-SWITCH`,
                why: 'The address that it sends from: put it here, and register it.',
                when: { router: false },
              },
              { text: `netstream export ${family} index-switch 32`, why: 'Interface numbers of 32 bits, as SNMP has them.' },
              { text: `netstream timeout ${family} active 1`, why: 'Minutes: long flows are told of every minute.' },
              { text: `netstream timeout ${family} inactive {inactive}`, why: 'Seconds: a flow that is silent for so long is over.' },
            ]),
          ],
        },
        {
          title: 'Interfaces',
          kind: 'commands',
          where: systemView,
          lines: [
            { text: 'interface {interface}', why: 'Each interface that is watched.', each: 'interface' },
            {
              text: ' netstream sampler random-packets {sampling} inbound',
              why: '1 packet in {sampling}, chosen by chance.',
              each: 'interface',
            },
            {
              text: ' netstream inbound ip',
              why: 'What comes in. With outbound as well, each packet would count twice.',
              each: 'interface',
            },
            { text: ' netstream inbound ipv6', why: 'IPv6 likewise.', each: 'interface' },
            { text: ' quit', each: 'interface' },
            { text: 'commit', why: 'Now it is in force.' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'display netstream all', why: 'What is set.' },
        { text: 'display netstream statistics ip slot 1', why: 'Flows made and sent; put the slot of the interfaces here.' },
        { text: 'display netstream export ip template', why: 'The templates that are sent.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: userView,
          lines: [
            enter,
            { text: 'interface {interface}', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: ' undo netstream inbound ip', each: 'interface' },
            { text: ' undo netstream inbound ipv6', why: 'IPv6 too.', each: 'interface' },
            { text: ' quit', each: 'interface' },
            { text: 'undo netstream export ip host {collector} {port}', why: 'Nothing is sent there any more.' },
            { text: 'undo netstream export ipv6 host {collector} {port}' },
            { text: 'commit', why: 'Now it is gone.' },
          ],
        },
        save,
      ],
      notes: [
        { text: 'Some models need `assign forward enp netstream enable slot NUMBER` before NetStream works.' },
        { text: 'The default template interval is long: until the first template nothing can be read.' },
      ],
      troubles: [
        noRoute,
        { step: 'templates', text: 'Wait for the template interval, or shorten it.', command: 'display netstream export ip template' },
        {
          step: 'sampling',
          text: 'The rate stands in each flow: look whether the sampler is on this interface.',
          command: 'display netstream all',
        },
        twice,
        clock,
      ],
    },
  ],
  sources: [
    'https://plixer.com/university/library/exporter-configurations/huawei',
    'https://support.huawei.com/enterprise/en/doc/EDOC1100262560/3724c2a1/netstream-configuration-commands',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
