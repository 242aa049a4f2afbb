import { existsSync } from 'node:fs'

const system = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** Launch options of the first Chromium there is: CHROMIUM_PATH, a system one, else the one npm brings. */
export const chromium = async (): Promise<{ executablePath: string; args: string[]; headless: true }> => {
  const found = [process.env.CHROMIUM_PATH, ...system].find((p): p is string => !!p && existsSync(p))
  if (found) return { executablePath: found, args: quiet, headless: true }
  const packed = (await import('@sparticuz/chromium')).default
  return { executablePath: await packed.executablePath(), args: [...packed.args, ...quiet], headless: true }
}
