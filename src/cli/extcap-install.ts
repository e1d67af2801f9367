// Writes the small program that Wireshark starts into a folder where Wireshark looks for such programs.
import { execFile } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { CommandError } from './command-error.ts'

/** Name of the program, and of the interface that it is. */
export const extcapInterface = 'drawbridge'

/** @param folder where Wireshark looks; the one that tshark names when undefined */
export async function installExtcap(folder: string | undefined): Promise<void> {
  const directory = folder ?? (await extcapFolder())
  const file = path.join(directory, extcapInterface)
  // Wireshark starts extcaps without a subcommand, and without the shell's PATH.
  const words = [process.execPath, path.resolve(process.argv[1] ?? '')].map((text) => `'${text.replaceAll("'", String.raw`'\''`)}'`)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(file, `#!/bin/sh\nexec ${words.join(' ')} extcap "$@"\n`)
    await chmod(file, 0o755)
  } catch (error) {
    const next = `sudo drawbridge extcap --install ${directory}`
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { next })
  }
  process.stdout.write(`${file} is written.\nNext: DRAWBRIDGE_TOKEN=SECRET wireshark -k -i ${extcapInterface}\n`)
}

/** As tshark names them: from 4.2 on there is one of the user's own; before, only the one of the installation. */
const folderLines = [/^Personal Extcap path:\s+(\S.*)$/im, /^(?:Global )?Extcap path:\s+(\S.*)$/im]

async function extcapFolder(): Promise<string> {
  const folders = await tsharkFolders()
  for (const line of folderLines) {
    const [, folder] = line.exec(folders) ?? []
    if (folder !== undefined) return folder.trim()
  }
  throw new CommandError('tshark names no folder for extcaps', { next: advice })
}

const advice = 'drawbridge extcap --install FOLDER, with the extcap path that Wireshark shows under Help, About Wireshark, Folders'

async function tsharkFolders(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('tshark', ['-G', 'folders'], { timeout: 30_000 })
    return stdout
  } catch (error) {
    throw new CommandError(`tshark cannot be asked where its extcaps are: ${error instanceof Error ? error.message : String(error)}`, {
      next: advice,
    })
  }
}
