// The Chromium that comes from the npm registry, with the system libraries that it needs, unpacked once per version.
import { mkdirSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** How to start it, for Playwright and Puppeteer alike. */
export interface ChromiumLaunch {
  readonly executablePath: string
  readonly args: string[]
  readonly env: NodeJS.ProcessEnv
}

/** Resolves to how Chromium is started. */
export async function chromiumLaunch(): Promise<ChromiumLaunch> {
  const { executablePath, libraries } = await unpack()
  return {
    executablePath,
    // Never chromium.args: they switch CORS off, so that no CORS test could fail.
    args: ['--no-sandbox'],
    env: { ...process.env, LD_LIBRARY_PATH: join(libraries, 'lib') },
  }
}

async function unpack(): Promise<{ readonly executablePath: string; readonly libraries: string }> {
  // The package reuses any older binary of that name in the temporary folder, so each version gets a folder of its own.
  const manifest = findPackageJSON('@sparticuz/chromium', import.meta.url)
  if (manifest === undefined) throw new Error('@sparticuz/chromium is not installed')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const folder = join(tmpdir(), `tokenward-chromium-${version}`)
  mkdirSync(folder, { recursive: true })
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium')
    const [executablePath, libraries] = await Promise.all([
      chromium.executablePath(),
      inflate(join(dirname(manifest), 'bin/al2023.tar.br')),
    ])
    return { executablePath, libraries }
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
}
