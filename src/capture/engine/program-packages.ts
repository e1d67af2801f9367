// Which package of which distribution has the programs that captures need.
import { readFileSync } from 'node:fs'

export const capturePrograms = ['nft', 'tcpdump', 'setpriv'] as const
export type CaptureProgram = (typeof capturePrograms)[number]

const packages: Readonly<Record<CaptureProgram, string>> = { nft: 'nftables', tcpdump: 'tcpdump', setpriv: 'util-linux' }

/** By ID and ID_LIKE of /etc/os-release. Of Alpine the package of setpriv has its own name. */
const installers: readonly (readonly [family: string, command: string])[] = [
  ['debian', 'apt install'],
  ['fedora', 'dnf install'],
  ['rhel', 'dnf install'],
  ['suse', 'zypper install'],
  ['arch', 'pacman -S'],
  ['alpine', 'apk add'],
]

/** `apt install nftables`, or what it is called here. */
export function installCommand(program: CaptureProgram): string {
  const families = distribution()
  const [family, command] = installers.find(([name]) => families.includes(name)) ?? ['', 'apt install']
  return `${command} ${family === 'alpine' && program === 'setpriv' ? 'setpriv' : packages[program]}`
}

/** `ID=ubuntu` and `ID_LIKE="debian"` as one list of words. */
function distribution(): string[] {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)
    return [...lines].flatMap(([, words = '']) => words.split(' '))
  } catch {
    // Not every system says what it is.
    return []
  }
}
