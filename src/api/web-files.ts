// Serves the built dashboard: its files, and its one page for every address that a browser asks for as a page.
import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { basePath } from './route-table.ts'

const page = 'index.html'

// Files in assets/ have a hash of their content in their name.
function cacheControl(file: string): string {
  return path.basename(path.dirname(file)) === 'assets' ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/**
 * Adds the files of `root`. Without a build there is nothing to add.
 * @returns whether there is a page
 */
export async function addWebFiles(server: FastifyInstance, root: string): Promise<boolean> {
  if (!existsSync(path.join(root, page))) return false
  await server.register(fastifyStatic, {
    root: path.resolve(root),
    cacheControl: false,
    // The build writes .br and .gz beside what is worth it.
    preCompressed: true,
    dotfiles: 'ignore',
    setHeaders: (response, file) => void response.setHeader('cache-control', cacheControl(file)),
  })
  return true
}

/** Whether a browser wants a page rather than a program an answer. */
export function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' || request.url.startsWith(`${basePath}/`)) return false
  return (request.headers.accept ?? '').includes('text/html')
}

export function sendPage(reply: FastifyReply, built: boolean): FastifyReply {
  if (built) return reply.sendFile(page)
  return reply.code(404).type('text/plain; charset=utf-8').send('The dashboard is not built. Next: npm run build\n')
}
