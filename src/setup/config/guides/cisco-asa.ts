// Cisco ASA and Secure Firewall: NSEL, which tells of events of connections by NetFlow v9.
import type { GuideLine, GuidePart, RouterGuide } from '../guide.ts'

const exec = 'privileged EXEC mode'
const configuration = 'configuration mode'
const enter: GuideLine = { text: 'configure terminal', why: 'Goes to configuration mode.' }
const save: GuidePart = {
  title: 'Save',
  kind: 'commands',
  where: configuration,
  lines: [
    { text: 'end', why: 'Leaves configuration mode.' },
    { text: 'write memory', why: 'Keeps it over a restart.' },
  ],
}

export const ciscoAsaGuide: RouterGuide = {
  id: 'cisco-asa',
  title: 'Cisco ASA',
  names: ['Cisco', 'ASA', 'ASAv', 'NSEL', 'Secure Firewall', 'Firepower'],
  variants: [
    {
      id: 'nsel',
      title: 'Cisco ASA, NSEL',
      protocols: ['netflow9'],
      samples: [],
      // A connection is told of when it ends; one that is idle ends after an hour unless `timeout conn` says otherwise.
      timeouts: { active: 3600, inactive: 3600 },
      collectors: ['ipv4'],
      interfaces: ['inside'],
      parts: [
        {
          title: 'Export',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            {
              text: 'flow-export destination {interface} {collector} {port}',
              why: 'The machine that runs Drawbridge, and the name (nameif) of the interface that leads to it.',
            },
            {
              text: 'flow-export template timeout-rate 1',
              why: 'Minutes: templates every minute; nothing can be read before the first, and the default is 30.',
            },
          ],
        },
        {
          title: 'What is told of',
          kind: 'commands',
          where: configuration,
          lines: [
            {
              text: 'policy-map global_policy',
              why: 'The policy that an ASA has from the start. With a global policy of another name, put its name here.',
            },
            { text: ' class class-default', why: 'All connections.' },
            {
              text: '  flow-export event-type flow-teardown destination {collector}',
              why: 'A record with all bytes when a connection ends.',
            },
            { text: '  exit', why: 'Leaves the class.' },
            { text: ' exit', why: 'Leaves the policy.' },
            { text: 'service-policy global_policy global', why: 'Puts it in force; it says so where it is already.' },
          ],
        },
        save,
      ],
      verify: [
        { text: 'show flow-export counters', why: 'Packets sent must grow; errors name what fails.' },
        { text: 'show service-policy global | include flow-export', why: 'Whether the policy has it.' },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: exec,
          lines: [
            enter,
            { text: 'policy-map global_policy', why: 'Takes it out of the policy; the rest stays.' },
            { text: ' class class-default' },
            { text: '  no flow-export event-type flow-teardown destination {collector}', why: 'No more records.' },
            { text: '  exit' },
            { text: ' exit', why: 'Back in configuration mode.' },
            { text: 'no flow-export destination {interface} {collector} {port}', why: 'Nothing is sent any more.' },
          ],
        },
        save,
      ],
      notes: [
        {
          text: 'NSEL tells of events, not of flows as a router does: bytes arrive when a connection ends. A long download shows late and all at once, so rules that must act within a minute are better fed by the router before it.',
        },
        { text: 'It has no packets and no TCP flags: rules that count packets cannot work on it.' },
        {
          text: 'flow-update tells bytes every minute, but the record at the end tells bytes too. With both, Drawbridge counts a long connection more than once; that is why only flow-teardown is sent here.',
        },
        { text: 'One record covers both directions; bytes are those of the side that opened the connection.' },
        { text: 'On Firepower Threat Defense the same lines go in by a FlexConfig object.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'Records come when connections end: open one and close it. The destination must be behind the interface that is named.',
          command: 'show flow-export counters',
        },
        {
          step: 'templates',
          text: 'Templates come every 30 minutes unless `flow-export template timeout-rate 1` is set.',
          command: 'show running-config flow-export',
        },
        { step: 'fields', text: 'Packets and TCP flags are missing: NSEL has none.' },
        { step: 'clock', text: 'The firewall has no NTP server, or does not reach it.', command: 'show ntp status' },
        {
          step: 'once',
          text: 'flow-create, flow-update or `all` is exported besides flow-teardown.',
          command: 'show running-config policy-map',
        },
      ],
    },
  ],
  sources: [
    'Cisco ASA NetFlow Implementation Guide, https://paperzz.com/doc/7598790/pdf',
    'https://docs.defenseorchestrator.com/t_define-the-destination-of-nsel-messages-and-the-Interval-at-which-they-are-sent-to-the-sec.html',
  ],
}
