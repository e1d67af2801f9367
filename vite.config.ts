// Builds the dashboard: src/web into dist/web, where the server picks it up. `npx vite` serves it with the API of a running server.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

// Only for development: `npx vite` forwards everything that is not the page itself to a server on the default port.
const server = 'http://127.0.0.1:8080'

/** What is worth compressing, and from which size on (bytes): below it the answer fits one packet anyway. */
const compressible = /\.(?:js|css|svg|html)$/
const worthwhile = 1400

/** Writes `.br` and `.gz` beside the files, which the server then sends as they are. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!compressible.test(name)) continue
        const file = path.join(dir, name)
        const bytes = readFileSync(file)
        if (bytes.length < worthwhile) continue
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

// Thin, light and two-coloured icons are nowhere drawn, and are half of the bytes of each.
const unusedWeights = /\[\s*"(?:duotone|light|thin)",[\s\S]*?\n {2}\],?/g

/** Leaves out of the icons what is not drawn. */
function iconWeights(): Plugin {
  return {
    name: 'icon-weights',
    apply: 'build',
    transform: (code, id) =>
      id.includes('@phosphor-icons/react/dist/defs/') ? { code: code.replace(unusedWeights, ''), map: null } : null,
  }
}

export default defineConfig(({ command }) => {
  // Whoever starts the build may have set it for a purpose of his own, as test runners do: the page would get React's
  // development version, which is slower and half as big again.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  return {
    root: 'src/web',
    plugins: [iconWeights(), react(), tailwindcss(), compressed()],
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
