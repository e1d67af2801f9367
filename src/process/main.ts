// The drawbridge command: the commands of cli/ and `serve`, which starts the server process.
import { cliCommands, createProgram, runProgram, type LazyCommand } from '../cli/program.ts'

const serve: LazyCommand = {
  name: 'serve',
  summary: 'start the server: collectors, store, API and dashboard',
  load: async () => (await import('./serve-command.ts')).serveCommand(),
}

process.exitCode = await runProgram(createProgram([serve, ...cliCommands]), process.argv.slice(2))
