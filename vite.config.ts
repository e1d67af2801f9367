// Builds the dashboard: src/web into dist/web, where the server picks it up. `npx vite` serves it with the API of a running server.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Only for development: `npx vite` forwards everything that is not the page itself to a server on the default port.
const server = 'http://127.0.0.1:8080'

export default defineConfig(({ command }) => {
  // Whoever starts the build may have set it for a purpose of his own, as test runners do: the page would get React's
  // development version, which is slower and half as big again.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  return {
    root: 'src/web',
    plugins: [react(), tailwindcss()],
    build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
    server: {
      host: '127.0.0.1',
      proxy: {
        '/client': server,
        '/sign-out': server,
        // GET /sign-in is the page, POST /sign-in is the API.
        '/sign-in': { target: server, bypass: (request) => (request.method === 'POST' ? undefined : request.url) },
      },
    },
  }
})
