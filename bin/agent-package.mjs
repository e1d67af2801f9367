// Packs what an edge host needs into one archive: the built program and the few packages that the agent uses, with their
// binaries for this platform. Neither npm nor a registry is needed there, and the large packages of a server stay away.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { prepareOrExit, root } from './prepare.mjs'

/** Held by src/process/agent-imports.test.ts. */
const packages = ['@aws-sdk/client-s3', 'commander', 'koffi', 'pino', 'pino-pretty', 'ws', 'yaml', 'zod']

/** Folder of a package as Node finds it from another folder, or undefined when it is not installed. */
function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
    if (folder === root) return undefined
  }
}

/** Folders of the packages and of all that they depend on. Of optional ones those that are for this platform. */
function packageFolders() {
  const found = new Set()
  const waiting = packages.map((name) => ({ name, from: root, optional: false }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = findPackage(next.name, next.from)
    if (folder === undefined && !next.optional) throw new Error(`${next.name} is not installed; next: npm install`)
    if (folder === undefined || found.has(folder)) continue
    found.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    for (const name of Object.keys(dependencies)) waiting.push({ name, from: folder, optional: name in optionalDependencies })
    for (const name of Object.keys(optionalDependencies)) waiting.push({ name, from: folder, optional: true })
  }
  return [...found]
}

function built() {
  const names = readdirSync(join(root, 'dist'), { recursive: true }).filter((name) => name.endsWith('.js') && !name.startsWith('web'))
  return names.map((name) => join(root, 'dist', name))
}

await prepareOrExit({ steps: ['packages', 'server'] })
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const archive = resolve(process.argv[2] ?? `drawbridge-agent-${version}-${process.platform}-${process.arch}.tgz`)
const paths = [join(root, 'package.json'), join(root, 'LICENSE'), join(root, 'bin'), join(root, 'deploy'), ...built(), ...packageFolders()]
// Names by standard input: there are too many for a command line. Nested packages are inside of others: no file comes twice.
const names = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`))).map((path) => relative(root, path))
const tar = ['--create', '--gzip', '--file', archive, '--directory', root, '--transform', 's,^,drawbridge-agent/,', '--files-from', '-']
execFileSync('tar', tar, { input: names.join('\n'), stdio: ['pipe', 'inherit', 'inherit'] })
process.stdout.write(`${archive}\n`)
