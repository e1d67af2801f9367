// fprobe: a small program that exports NetFlow v5 of what it sees on an interface.
import type { RouterGuide } from '../guide.ts'

export const fprobeGuide: RouterGuide = {
  id: 'fprobe',
  title: 'fprobe',
  names: ['Linux', 'Debian', 'Ubuntu', 'NetFlow v5'],
  variants: [
    {
      id: 'debian',
      title: 'fprobe on Debian or Ubuntu',
      protocols: ['netflow5'],
      samples: [],
      software: true,
      collectors: ['ipv4', 'name'],
      interfaces: ['eth0'],
      parts: [
        {
          title: 'Install',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'apt-get install fprobe', why: 'It asks for an interface and a collector: any answer will do.' },
            { text: 'systemctl disable --now fprobe', why: "The package's own service has long timeouts: flows come late." },
          ],
        },
        {
          title: 'A service for each interface',
          kind: 'file',
          where: '/etc/systemd/system/fprobe@.service',
          lines: [
            { text: '[Unit]', why: 'fprobe@eth0 is fprobe on eth0.' },
            { text: 'Description=NetFlow of %i by fprobe' },
            { text: 'After=network-online.target', why: 'The interface must be there.' },
            { text: 'Wants=network-online.target' },
            { text: '' },
            { text: '[Service]', why: 'fprobe goes to the background by itself.' },
            { text: 'Type=forking' },
            {
              text: 'ExecStart=/usr/sbin/fprobe -i %i -f ip -n 5 -e {active} -d {inactive} -s 5 -q 10000 {collector_port}',
              why: 'IP packets only (-f), NetFlow v5 (-n), told of every {active} s (-e) and after {inactive} s of silence (-d), looked at every 5 s (-s). Packets of a burst wait in a queue (-q): the usual one of 100 loses most of them.',
            },
            { text: 'Restart=on-failure', why: 'Comes back if it fails.' },
            { text: '' },
            { text: '[Install]', why: 'Starts with the machine.' },
            { text: 'WantedBy=multi-user.target' },
          ],
        },
        {
          title: 'Start',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'systemctl daemon-reload', why: 'Reads the new unit.' },
            { text: 'systemctl enable --now fprobe@{interface}', why: 'Starts it now and after a reboot.', each: 'interface' },
          ],
        },
      ],
      verify: [
        { text: 'systemctl status fprobe@{interface}', why: 'Must be active.', each: 'interface' },
        {
          text: 'tcpdump -nni any -c 3 udp dst port {port}',
          why: 'Shows the first three datagrams as they leave, at the latest after {active} s.',
        },
      ],
      undo: [
        {
          title: 'Take it back',
          kind: 'commands',
          where: 'a root shell',
          lines: [
            { text: 'systemctl disable --now fprobe@{interface}', why: 'Nothing is exported any more.', each: 'interface' },
            { text: 'rm /etc/systemd/system/fprobe@.service', why: 'The unit belongs to this set-up only.' },
            { text: 'systemctl daemon-reload', why: 'Forgets it.' },
          ],
        },
      ],
      notes: [
        { text: 'fprobe exports NetFlow v5 only: no IPv6, no 64-bit counters. softflowd or pmacctd see more.' },
        { text: 'It counts every packet and cannot sample.' },
        { text: 'A packet that crosses two of the interfaces is counted at both: name the outer one only.' },
      ],
      troubles: [
        {
          step: 'datagrams',
          text: 'The service must run; its log says what it could not do.',
          command: 'journalctl -u fprobe@{interface} -n 20',
        },
        {
          step: 'fields',
          text: 'Without -f ip it exports other frames as flows without addresses.',
          command: 'systemctl cat fprobe@{interface}',
        },
        { step: 'once', text: "The package's own service may run beside it.", command: 'systemctl disable --now fprobe' },
      ],
    },
  ],
  sources: ['run by the tests', 'fprobe(8)'],
}
