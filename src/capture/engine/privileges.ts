// The rights of this process that captures need, and those that their programs get.
import { readFileSync } from 'node:fs'

/** Bits of /proc/PID/status by <linux/capability.h>. */
const capabilities = { kill: 5, setgid: 6, setuid: 7, net_admin: 12, net_raw: 13 } as const
type Capability = keyof typeof capabilities

const forPackets: readonly Capability[] = ['net_admin', 'net_raw']
/** Root starts tcpdump as nobody, and has to be able to end it. */
const forRoot: readonly Capability[] = [...forPackets, 'setuid', 'setgid', 'kill']

/** Nobody, by the kernel's default (/proc/sys/kernel/overflowuid). */
const nobody = '65534'
const onlyPackets = '-all,+net_admin,+net_raw'

/** `CAP_NET_ADMIN` and the like, of those that are wanted and not there. */
export function missingCapabilities(): string[] {
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  const wanted = process.getuid?.() === 0 ? forRoot : forPackets
  return wanted.filter((name) => ((held >> BigInt(capabilities[name])) & 1n) === 0n).map((name) => `CAP_${name.toUpperCase()}`)
}

/**
 * Arguments of setpriv before a program: it gets no rights but those of packets, and dies with us. The last is why tcpdump is
 * not left to give up its rights by itself: a change of user clears the signal of the parent's death.
 * @throws Error when a right is missing without which the program could not be started, or not be ended
 */
export function confinement(): string[] {
  const missing = missingCapabilities()
  if (missing.length > 0) throw new Error(`the agent lacks ${missing.join(', ')}; see: drawbridge agent doctor`)
  const always = ['--no-new-privs', '--pdeathsig', 'KILL']
  // Who is not root has these capabilities as ambient ones, and hands them on as they are.
  if (process.getuid?.() !== 0) return always
  const user = ['--reuid', nobody, '--regid', nobody, '--clear-groups']
  return [...user, '--inh-caps', onlyPackets, '--ambient-caps', onlyPackets, ...always]
}
