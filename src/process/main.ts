// The drawbridge command: the commands of cli/, `serve`, which starts the server process, and `agent`, the one of edge hosts.
import { cliCommands, createProgram, runProgram, type LazyCommand } from '../cli/program.ts'

const serve: LazyCommand = {
  name: 'serve',
  summary: 'start the server: collectors, store, API and dashboard',
  load: async () => (await import('./serve-command.ts')).serveCommand(),
}

const agent: LazyCommand = {
  name: 'agent',
  summary: 'capture packets on an edge host: run, enroll, doctor',
  load: async () => (await import('./agent-command.ts')).agentCommand(),
}

process.exitCode = await runProgram(createProgram([serve, agent, ...cliCommands]), process.argv.slice(2))
