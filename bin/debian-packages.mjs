// Installs the Debian packages that the tests drive as real exporters, peers and browsers, where that is possible.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** What each is for: exporters, collectors to compare with, packet tools, namespaces, BGP peers, and the browser with its fonts. */
const packages = [
  'pmacct',
  'softflowd',
  'fprobe',
  'nfdump',
  'nfdump-sflow',
  'openvswitch-switch',
  'nftables',
  'tcpdump',
  'tshark',
  'hping3',
  'tcpreplay',
  'iproute2',
  'bird2',
  'frr',
  'gobgpd',
  'chromium',
  'fonts-noto-core',
]

/** Services that come with the packages and would export flows or speak BGP from this machine; tests start the daemons in namespaces. */
const services = { fprobe: ['fprobe.service'], bird2: ['bird.service'], frr: ['frr.service'], gobgpd: ['gobgpd.service'] }
const startPolicy = '/usr/sbin/policy-rc.d'

function isInstalled(name) {
  try {
    const status = execFileSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { stdio: ['ignore', 'pipe', 'ignore'] })
    return status.toString() === 'installed'
  } catch {
    // dpkg-query fails for a package that it never heard of.
    return false
  }
}

/**
 * Installs what is missing when this is Debian and the user is root. It is mostly waiting: other work can go on beside it.
 * @param {(line: string) => void} say
 */
export async function installDebianPackages(say) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  say(`installing Debian packages for the tests: ${missing.join(' ')}`)
  try {
    await apt('update')
    await withoutStarting(() => apt('install', '-y', '--no-install-recommends', ...missing))
    disable(missing.flatMap((name) => services[name] ?? []))
  } catch (error) {
    // The tests that need them say so themselves.
    say(`apt-get failed (${error.message}); tests that need these packages are skipped`)
  }
}

async function apt(command, ...args) {
  const child = spawn('apt-get', [command, '-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`apt-get ${command} ended with ${code}`)
}

/** Debian asks this file before a package starts a service; 101 forbids it. A machine that has the file decides by itself. */
async function withoutStarting(work) {
  if (existsSync(startPolicy)) return await work()
  writeFileSync(startPolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(startPolicy)
  }
}

/** Not at the next boot either. */
function disable(units) {
  if (units.length > 0 && existsSync('/run/systemd/system')) execFileSync('systemctl', ['disable', '--quiet', ...units])
}
