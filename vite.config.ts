import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import type { Connect, Plugin, Rolldown } from 'vite'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('./frontend', import.meta.url))
const pages = readdirSync(root).filter((name) => name.endsWith('.html'))
const hub = process.env.YIZHAN_HUB ?? 'http://127.0.0.1:8000'

/** The server's own addresses of the pages, for `vite` and `vite preview`. */
const ADDRESSES: [RegExp, string][] = [
  [/^(\/en)?\/ask(\/|$)/, '/ask.html'],
  [/^\/board(\/|$)/, '/board.html'],
  [/^(\/en)?\/book(ing)?(\/|$)/, '/book.html'],
  [/^\/counter-screen(\/|$)/, '/counter-screen.html'],
  [/^\/counter(\/|$)/, '/counter.html'],
  [/^\/greeter(\/|$)/, '/greeter.html'],
  [/^(\/en)?\/hall(\/|$)/, '/hall.html'],
  [/^\/kiosk(\/|$)/, '/kiosk.html'],
  [/^\/ops(\/|$)/, '/ops.html'],
  [/^\/pad(\/|$)/, '/pad.html'],
  [/^\/start(\/|$)/, '/start.html'],
  [/^\/take(\/|$)/, '/take.html'],
  [/^\/t(\/|$)/, '/progress.html'],
  [/^\/(en\/)?me$/, '/me.html'],
  [/^\/(en\/)?track(\/|$)/, '/track.html'],
]

function pageAddresses(): Plugin {
  const rewrite: Connect.NextHandleFunction = (request, _response, next) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const found = ADDRESSES.find(([pattern]) => pattern.test(path))
    if (found && !path.endsWith('.html')) request.url = found[1]
    next()
  }
  return {
    name: 'page-addresses',
    configureServer: (server) => void server.middlewares.use(rewrite),
    configurePreviewServer: (server) => void server.middlewares.use(rewrite),
  }
}

/**
 * vue-i18n looks a name up in the whole namespace of Vue, so that none of Vue could be left out.
 * The phone page has to stay small (60 kB); say the name plainly, and fail when the text moved on.
 */
function plainVueImport(): Plugin {
  const dynamic = /const key = 'currentInstance';\s+if \(key in Vue\) \{\s+return Vue\[key\];\s+\}/
  return {
    name: 'plain-vue-import',
    apply: 'build',
    transform(code, id) {
      if (!/\/vue-i18n\/dist\/vue-i18n[^/]*\.m?js$/.test(id)) return null
      if (!dynamic.test(code)) this.error('vue-i18n changed: is `plainVueImport` still needed?')
      return { code: code.replace(dynamic, 'if (false) {}'), map: null }
    },
  }
}

const BASE =
  /\/node_modules\/(?:@?vue|@intlify|vue-i18n)\/|plugin-vue|\/src\/hub\/(?:hub|link|api|ids|topics|use(?:Command|Stale|Topic))\.ts|\/src\/shared\/(?:words\/(?:zh|en|i18n|compile)|startApp|address|StaleBanner|LanguageSwitch|NoticeLine)/

/**
 * What a phone may have to load before a page shows, scripts and styles together, gzipped as the
 * server does.  With its HTML and icon the page of a ticket stays under 60 kB.
 */
const PAGE_MAX_BYTES = 59_400
const PHONE_MAX_BYTES = {
  progress: 59_200,
  book: PAGE_MAX_BYTES,
  hall: PAGE_MAX_BYTES,
  me: PAGE_MAX_BYTES,
  track: PAGE_MAX_BYTES,
  ask: PAGE_MAX_BYTES,
}

function phoneBudget(): Plugin {
  return {
    name: 'phone-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const [page, most] of Object.entries(PHONE_MAX_BYTES)) {
        const bytes = bytesOf(page, bundle)
        if (bytes > most) this.error(`the page ${page} has ${bytes} bytes of ${most}`)
      }
    },
  }
}

/** The bytes of the page's entry and of all that it imports at once, gzipped one by one. */
function bytesOf(page: string, bundle: Rolldown.OutputBundle): number {
  const seen = new Set<string>()
  const collect = (name: string): void => {
    const found = bundle[name]
    if (!found || seen.has(name)) return
    seen.add(name)
    if (found.type !== 'chunk') return
    for (const next of [...found.imports, ...(found.viteMetadata?.importedCss ?? [])]) collect(next)
  }
  const entry = Object.values(bundle).find(
    (part) => part.type === 'chunk' && part.isEntry && part.name === page,
  )
  if (!entry) return 0
  collect(entry.fileName)
  return [...seen].reduce((sum, name) => sum + sizeOf(bundle[name]), 0)
}

function sizeOf(part: Rolldown.OutputChunk | Rolldown.OutputAsset | undefined): number {
  if (!part) return 0
  return gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length
}

export default defineConfig({
  root,
  base: '/',
  plugins: [vue(), pageAddresses(), plainVueImport(), phoneBudget()],
  resolve: { alias: { '@': `${root}/src` } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    // words/compile.ts is our compiler; it makes no code, which the CSP would forbid to run.
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'true',
    __INTLIFY_JIT_COMPILATION__: 'true',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true, // the server's own pages find their style by it
    target: 'es2022',
    assetsInlineLimit: 0, // a `data:` address would need a wider CSP
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Every page needs these; left to itself the bundler cuts them up by who else has which,
      // and each piece that the phone loads costs it some hundred bytes.
      output: { codeSplitting: { groups: [{ name: 'base', test: BASE }] } },
      input: {
        ...Object.fromEntries(pages.map((name) => [name.replace('.html', ''), `${root}/${name}`])),
        site: `${root}/src/site/site.css`,
        islands: `${root}/src/site/main.ts`,
      },
    },
  },
  server: {
    proxy: {
      // The hub compares a page's origin with the host it asks: leave the host as it is.
      '/api': { target: hub, changeOrigin: false },
      '/ws': { target: hub.replace(/^http/, 'ws'), ws: true, changeOrigin: false },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
})
