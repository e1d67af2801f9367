// Juniper MX and other Junos routers with inline flow monitoring.
import type { GuideLine, GuideVariant, RouterGuide } from '../guide.ts'

const operational = 'operational mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }

/** Both versions have the same statements below their own name. */
function template(version: 'version-ipfix' | 'version9', protocol: 'ipfix' | 'netflow9', family: 'ipv4' | 'ipv6'): GuideLine[] {
  const when = { protocols: [protocol] }
  const base = `set services flow-monitoring ${version} template drawbridge-${family}`
  return [
    { text: `${base} ${family}-template`, why: `What is told of each ${family === 'ipv4' ? 'IPv4' : 'IPv6'} flow.`, when },
    { text: `${base} flow-active-timeout {active}`, why: 'Seconds: long flows are told of this often.', when },
    { text: `${base} flow-inactive-timeout {inactive}`, why: 'Seconds: a flow that is silent for so long is over.', when },
    { text: `${base} template-refresh-rate seconds 60`, why: 'Templates every minute: nothing can be read before the first.', when },
    { text: `${base} option-refresh-rate seconds 60`, why: 'The sampling rate, every minute.', when },
  ]
}

function output(inet: 'inet' | 'inet6', family: 'ipv4' | 'ipv6'): GuideLine[] {
  const base = `set forwarding-options sampling instance drawbridge family ${inet} output`
  return [
    { text: `${base} flow-server {collector} port {port}`, why: 'The machine that runs Drawbridge.' },
    {
      text: `${base} flow-server {collector} version-ipfix template drawbridge-${family}`,
      why: 'By IPFIX.',
      when: { protocols: ['ipfix'] },
    },
    {
      text: `${base} flow-server {collector} version9 template drawbridge-${family}`,
      why: 'By NetFlow v9.',
      when: { protocols: ['netflow9'] },
    },
    { text: `${base} inline-jflow source-address {router}`, why: 'The address that it sends from: register it.', when: { router: true } },
    {
      text: `${base} inline-jflow source-address ADDRESS-OF-THIS-ROUTER`,
      why: 'The address that it sends from: put it here, and register it.',
      when: { router: false },
    },
  ]
}

const inline: GuideVariant = {
  id: 'inline',
  title: 'Juniper MX, inline flow monitoring',
  protocols: ['ipfix', 'netflow9'],
  samples: ['ipfix', 'netflow9'],
  rates: { least: 1, most: 16_000_000 },
  collectors: ['ipv4'],
  interfaces: ['xe-0/0/0.0'],
  parts: [
    {
      title: 'Templates',
      kind: 'commands',
      where: operational,
      lines: [
        enter,
        ...template('version-ipfix', 'ipfix', 'ipv4'),
        ...template('version-ipfix', 'ipfix', 'ipv6'),
        ...template('version9', 'netflow9', 'ipv4'),
        ...template('version9', 'netflow9', 'ipv6'),
      ],
    },
    {
      title: 'Sampling and export',
      kind: 'commands',
      where: configuration,
      lines: [
        { text: 'set forwarding-options sampling instance drawbridge input rate {sampling}', why: '1 packet in {sampling}.' },
        ...output('inet', 'ipv4'),
        ...output('inet6', 'ipv6'),
        {
          text: 'set chassis fpc 0 sampling-instance drawbridge',
          why: 'Once for each line card: the first number of its interfaces, as 0 of xe-0/1/2. An MX80 or MX104 has `tfeb slot 0` in place of `fpc 0`.',
        },
      ],
    },
    {
      title: 'Interfaces',
      kind: 'commands',
      where: configuration,
      lines: [
        {
          text: 'set interfaces {interface} family inet sampling input',
          why: 'Each interface that is watched. With output as well, each packet would count twice.',
          each: 'interface',
        },
        { text: 'set interfaces {interface} family inet6 sampling input', why: 'IPv6 likewise.', each: 'interface' },
        { text: 'commit check', why: 'Says what is wrong before it matters.' },
        { text: 'commit and-quit', why: 'Now it is in force.' },
      ],
    },
  ],
  verify: [
    { text: 'show services accounting status inline-jflow fpc-slot 0', why: 'Whether it runs, for the line card of the interfaces.' },
    { text: 'show services accounting flow inline-jflow fpc-slot 0', why: 'Flows and packets exported must grow.' },
    { text: 'show services accounting errors inline-jflow fpc-slot 0', why: 'No route to the collector, no memory, no template.' },
  ],
  undo: [
    {
      title: 'Take it back',
      kind: 'commands',
      where: operational,
      lines: [
        enter,
        { text: 'delete interfaces {interface} family inet sampling', why: 'Takes it off the interfaces.', each: 'interface' },
        { text: 'delete interfaces {interface} family inet6 sampling', why: 'IPv6 too.', each: 'interface' },
        { text: 'delete chassis fpc 0 sampling-instance', why: 'For each line card.' },
        { text: 'delete forwarding-options sampling instance drawbridge', why: 'Nothing is sent any more.' },
        {
          text: 'delete services flow-monitoring version-ipfix template drawbridge-ipv4',
          why: 'The templates.',
          when: { protocols: ['ipfix'] },
        },
        { text: 'delete services flow-monitoring version-ipfix template drawbridge-ipv6', when: { protocols: ['ipfix'] } },
        {
          text: 'delete services flow-monitoring version9 template drawbridge-ipv4',
          why: 'The templates.',
          when: { protocols: ['netflow9'] },
        },
        { text: 'delete services flow-monitoring version9 template drawbridge-ipv6', when: { protocols: ['netflow9'] } },
        { text: 'commit and-quit', why: 'Now it is gone.' },
      ],
    },
  ],
  notes: [
    { text: 'The collector must be reached through a data port: inline flow monitoring does not send by fxp0.' },
    {
      text: 'Older releases keep no flow table for IPv6. `set chassis fpc 0 inline-services flow-table-size ipv6-flow-table-size 1` makes one; changing table sizes can restart the line card, so do it in a maintenance window.',
    },
    { text: 'Each line card exports for itself, with an observation domain or source id of its own: that is no second router.' },
    { text: 'PTX, ACX and QFX10000 have the same statements, but on newer releases keep no flows: each sampled packet is a record.' },
  ],
  troubles: [
    {
      step: 'datagrams',
      text: 'The line card has no sampling instance, or the collector is behind fxp0 or another routing instance.',
      command: 'show services accounting errors inline-jflow fpc-slot 0',
    },
    {
      step: 'registered',
      text: 'It sends from the address of `inline-jflow source-address`: register that one.',
      command: 'show configuration forwarding-options sampling',
    },
    {
      step: 'templates',
      text: 'The line `template-refresh-rate seconds 60` is missing.',
      command: 'show configuration services flow-monitoring',
    },
    {
      step: 'sampling',
      text: 'The line `option-refresh-rate seconds 60` is missing: the rate stands in the options.',
      command: 'show configuration services flow-monitoring',
    },
    { step: 'clock', text: 'The router has no NTP server, or does not reach it.', command: 'show ntp associations' },
    {
      step: 'once',
      text: '`sampling output` is set as well, or a firewall filter samples with `then sample` besides.',
      command: 'show configuration interfaces | display set | match sampling',
    },
  ],
}

export const juniperMxGuide: RouterGuide = {
  id: 'juniper-mx',
  title: 'Juniper MX',
  names: ['Juniper', 'Junos', 'MX', 'vMX', 'PTX', 'ACX', 'J-Flow', 'inline-jflow'],
  variants: [inline],
  sources: [
    'https://www.juniper.net/documentation/us/en/software/junos/flow-monitoring/topics/concept/inline-sampling-overview.html',
    'https://juniper.net/documentation/us/en/software/junos/cli-reference/topics/ref/statement/flow-monitoring-edit-services.html',
    'https://juniper.net/documentation/us/en/software/junos/cli-reference/topics/ref/statement/family-edit-forwarding-options-sampling.html',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
