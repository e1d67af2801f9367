// Juniper SRX firewalls: J-Flow of NetFlow v9 or IPFIX.
import type { GuideLine, RouterGuide } from '../guide.ts'

const operational = 'operational mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure', why: 'Goes to configuration mode.' }

function template(version: 'version-ipfix' | 'version9', protocol: 'ipfix' | 'netflow9'): GuideLine[] {
  const when = { protocols: [protocol] }
  const base = `set services flow-monitoring ${version} template drawbridge`
  return [
    { text: `${base} ipv4-template`, why: 'What is told of each flow.', when },
    { text: `${base} flow-active-timeout {active}`, why: 'Seconds: long flows are told of this often.', when },
    { text: `${base} flow-inactive-timeout {inactive}`, why: 'Seconds: a flow that is silent for so long is over.', when },
    { text: `${base} template-refresh-rate seconds 60`, why: 'Templates every minute: nothing can be read before the first.', when },
    { text: `${base} option-refresh-rate seconds 60`, why: 'The sampling rate, every minute.', when },
  ]
}

const instance = 'forwarding-options sampling instance drawbridge'

export const juniperSrxGuide: RouterGuide = {
  id: 'juniper-srx',
  title: 'Juniper SRX',
  names: ['Juniper', 'Junos', 'SRX', 'vSRX', 'J-Flow'],
  variants: [
    {
      id: 'jflow',
      title: 'Juniper SRX, J-Flow',
      protocols: ['netflow9', 'ipfix'],
      samples: ['netflow9', 'ipfix'],
      rates: { least: 1, most: 65_535 },
      software: true,
      collectors: ['ipv4'],
      interfaces: ['ge-0/0/0.0'],
      parts: [
        {
          title: 'Template',
          kind: 'commands',
          where: operational,
          lines: [enter, ...template('version9', 'netflow9'), ...template('version-ipfix', 'ipfix')],
        },
        {
          title: 'Sampling and export',
          kind: 'commands',
          where: configuration,
          lines: [
            { text: `set ${instance} input rate {sampling}`, why: '1 packet in {sampling}.' },
            { text: `set ${instance} family inet output flow-server {collector} port {port}`, why: 'The machine that runs Drawbridge.' },
            {
              text: `set ${instance} family inet output flow-server {collector} version9 template drawbridge`,
              why: 'By NetFlow v9.',
              when: { protocols: ['netflow9'] },
            },
            {
              text: `set ${instance} family inet output flow-server {collector} version-ipfix template drawbridge`,
              why: 'By IPFIX.',
              when: { protocols: ['ipfix'] },
            },
            {
              text: `set ${instance} family inet output inline-jflow source-address {router}`,
              why: 'The address that it sends from: register it.',
              when: { router: true },
            },
            {
              text: `set ${instance} family inet output inline-jflow source-address ADDRESS-OF-THIS-ROUTER`,
              why: 'The address that it sends from: put it here, and register it.',
              when: { router: false },
            },
            {
              text: 'set chassis fpc 0 sampling-instance drawbridge',
              why: 'For each slot with watched interfaces; leave it out where it is refused.',
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
            { text: 'commit check', why: 'Says what is wrong before it matters.' },
            { text: 'commit and-quit', why: 'Now it is in force.' },
          ],
        },
      ],
      verify: [
        { text: 'show services accounting status', why: 'Whether it runs.' },
        { text: 'show services accounting flow', why: 'Flows and packets exported must grow.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: operational,
          lines: [
            enter,
            { text: 'delete interfaces {interface} family inet sampling', why: 'Takes it off the interfaces.', each: 'interface' },
            { text: 'delete chassis fpc 0 sampling-instance', why: 'Where it was set.' },
            { text: `delete ${instance}`, why: 'Nothing is sent any more.' },
            {
              text: 'delete services flow-monitoring version9 template drawbridge',
              why: 'The template.',
              when: { protocols: ['netflow9'] },
            },
            {
              text: 'delete services flow-monitoring version-ipfix template drawbridge',
              why: 'The template.',
              when: { protocols: ['ipfix'] },
            },
            { text: 'commit and-quit', why: 'Now it is gone.' },
          ],
        },
      ],
      notes: [
        {
          text: 'IPFIX needs 19.4R1 on SRX4000, SRX5000 and vSRX, 20.1R1 on SRX300 to SRX345 and SRX550; use NetFlow v9 before.',
          when: { protocols: ['ipfix'] },
        },
        { text: 'IPv6 takes the same lines with inet6 and a template of `ipv6-template`; not every model and release has it.' },
        { text: 'Packets are seen before or after translation as the interface has them: watch the outer interface for public addresses.' },
        { text: 'The collector must be reached through a data port: fxp0 does not send flows.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The collector is behind fxp0, in another routing instance, or no interface samples.',
          command: 'show configuration | display set | match sampling',
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
          text: 'The rate does not arrive on every model: set {sampling} on the router in Drawbridge then.',
          command: 'show configuration forwarding-options sampling',
          when: { sampled: true },
        },
        { step: 'clock', text: 'The firewall has no NTP server, or does not reach it.', command: 'show ntp associations' },
        {
          step: 'once',
          text: '`sampling output` is set as well.',
          command: 'show configuration interfaces | display set | match sampling',
        },
      ],
    },
  ],
  sources: [
    'https://www.ibm.com/docs/en/tncm-p/1.4.6?topic=devices-configuring-flow-juniper',
    'https://juniper.net/documentation/us/en/software/junos/cli-reference/topics/ref/statement/version9-edit-services.html',
    'https://github.com/akvorado/akvorado, console/data/docs/11-exporters.md',
  ],
}
