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

// Whoever reads has seen enough, as `head` does. Commands that have to tidy up then listen for it themselves.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (process.stdout.listenerCount('error') === 1) process.exit()
})

process.exitCode = await runProgram(createProgram([serve, agent, ...cliCommands]), process.argv.slice(2))
