// OpenWrt: its package of softflowd, set up by uci.
import type { RouterGuide } from '../guide.ts'

export const openwrtGuide: RouterGuide = {
  id: 'openwrt',
  title: 'OpenWrt',
  names: ['OpenWrt', 'LEDE', 'softflowd', 'home router'],
  variants: [
    {
      id: 'softflowd',
      title: 'OpenWrt with softflowd',
      protocols: ['ipfix', 'netflow9', 'netflow5'],
      samples: ['ipfix', 'netflow9', 'netflow5'],
      software: true,
      // The package passes one timeout on: the longest life of a flow, which also ends those that are silent.
      timeouts: { active: 60, inactive: 60 },
      interfaces: ['wan'],
      parts: [
        {
          title: 'Install',
          kind: 'commands',
          where: 'a root shell of the router (ssh)',
          lines: [
            { text: 'opkg update', why: 'Before OpenWrt 25. From there on: apk update.' },
            { text: 'opkg install softflowd', why: 'From OpenWrt 25 on: apk add softflowd.' },
          ],
        },
        {
          title: 'Set up',
          kind: 'commands',
          where: 'a root shell of the router (ssh)',
          lines: [
            {
              text: 'uci set softflowd.drawbridge{index}=softflowd',
              why: 'A softflowd of its own for {interface}. The one that the package brings stays off.',
              each: 'interface',
            },
            { text: "uci set softflowd.drawbridge{index}.enabled='1'", why: 'On.', each: 'interface' },
            {
              text: "uci set softflowd.drawbridge{index}.interface='{interface}'",
              why: 'The device where it looks, as ip link names it. It counts both directions.',
              each: 'interface',
            },
            { text: "uci set softflowd.drawbridge{index}.host_port='{collector_port}'", why: 'Where it sends.', each: 'interface' },
            {
              text: "uci set softflowd.drawbridge{index}.export_version='{version}'",
              why: '5 and 9 are NetFlow, 10 is IPFIX.',
              each: 'interface',
            },
            {
              text: "uci set softflowd.drawbridge{index}.timeout='maxlife={active}'",
              why: 'Every flow is told of within {active} s. By default a long one waits for a week.',
              each: 'interface',
            },
            {
              text: "uci set softflowd.drawbridge{index}.sampling_rate='{sampling}'",
              why: 'Looks at one packet in {sampling}, and says so.',
              each: 'interface',
              when: { sampled: true },
            },
            {
              text: "uci set softflowd.drawbridge{index}.track_ipv6='1'",
              why: 'IPv6 as well.',
              each: 'interface',
              when: { protocols: ['ipfix', 'netflow9'] },
            },
            {
              text: "uci set softflowd.drawbridge{index}.pid_file='/var/run/softflowd.drawbridge{index}.pid'",
              why: 'Each softflowd needs its own.',
              each: 'interface',
            },
            {
              text: "uci set softflowd.drawbridge{index}.control_socket='/var/run/softflowd.drawbridge{index}.ctl'",
              why: 'For softflowctl, which shows what it counts.',
              each: 'interface',
            },
            { text: 'uci commit softflowd', why: 'Writes it to /etc/config/softflowd.' },
            { text: '/etc/init.d/softflowd enable', why: 'Starts it after a reboot too.' },
            { text: '/etc/init.d/softflowd restart', why: 'Starts it now.' },
          ],
        },
      ],
      verify: [
        {
          text: 'softflowctl -c /var/run/softflowd.drawbridge{index}.ctl statistics',
          why: 'Counts packets, flows and what was exported.',
          each: 'interface',
        },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: 'a root shell of the router (ssh)',
          lines: [
            { text: '/etc/init.d/softflowd stop', why: 'Nothing is exported any more.' },
            { text: '/etc/init.d/softflowd disable', why: 'Nor after a reboot.' },
            { text: 'uci delete softflowd.drawbridge{index}', why: 'Forgets the settings.', each: 'interface' },
            { text: 'uci commit softflowd', why: 'Writes that.' },
          ],
        },
      ],
      notes: [
        {
          text: 'The device towards the provider is wan, eth0.2, eth1 or pppoe-wan: ip link shows it. There, what your devices send carries the address of the router. On br-lan it carries their own.',
        },
        { text: "The package's own section has sampling_rate 100: edit it and only one packet in 100 is looked at." },
        {
          text: 'Flow offloading takes packets past softflowd: switch software and hardware offloading off in the firewall settings, or flows end after their first packets.',
        },
      ],
      troubles: [
        { step: 'datagrams', text: 'It must run; the log says what it could not do.', command: 'logread -e softflowd' },
        { step: 'fields', text: 'tracking_level must be full, or left out.', command: 'uci show softflowd' },
        { step: 'clock', text: 'A router without a clock of its own needs NTP after each start.', command: 'date' },
        {
          step: 'once',
          text: 'Two sections for one device, or for wan and br-lan, count the same packets twice.',
          command: 'uci show softflowd',
        },
      ],
    },
  ],
  sources: ['https://github.com/openwrt/packages/tree/master/net/softflowd', 'softflowd(8)'],
}
