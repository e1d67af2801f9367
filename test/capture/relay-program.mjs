// Runs inside a network namespace and passes TCP connections on to a Unix socket, which has no namespace.
import { createServer, connect } from 'node:net'

process.on('message', ({ id, port, path }) => {
  const server = createServer((near) => {
    const far = connect(path)
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  server.on('error', (error) => process.send({ id, error: error.message }))
  server.listen(port, '0.0.0.0', () => process.send({ id }))
})
process.on('disconnect', () => process.exit(0))
