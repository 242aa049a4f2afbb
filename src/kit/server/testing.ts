import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadReference } from '../../world.ts'
import { type Clock, handClock } from './clock.ts'
import { connectDatabase, type OpenedDatabase } from './db.ts'
import { type FileStore, folderStore } from './files.ts'
import { migrate } from './migrate.ts'
import { startPostgres } from './postgres.ts'

/** A real PostgreSQL of its own for a test file: migrated, with the reference tables; about a second. */
export interface TestWorld extends OpenedDatabase {
  files: FileStore
  clock: Clock & { set(day: string, hour?: number, minute?: number): void }
  dataDir: string
  /** The database stops; the folder stays, for others to be made from. */
  stop(): Promise<void>
  drop(): Promise<void>
}

/** A new folder that a database running as another user may pass, so that all of it stays inside and goes with it. */
export const testFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `huisheng-${name}-`))
  chmodSync(folder, 0o711)
  return folder
}

/**
 * A world on a copy of a folder that was filled before (`from`), else on one that is filled now. `HUISHENG_TEST_EMPTY`
 * names the migrated database that a test run makes once (src/testing.setup.ts).
 */
export const testWorld = async (today = '2026-03-05', from = process.env.HUISHENG_TEST_EMPTY): Promise<TestWorld> => {
  const dataDir = testFolder('test')
  // Owners and modes come along: the database refuses a folder of somebody else's.
  if (from) execFileSync('cp', ['-a', `${from}/.`, dataDir])
  const running = await startPostgres(dataDir, { fast: true })
  const opened = connectDatabase(running.connection)
  await migrate(opened.ownerPool)
  await loadReference(opened)
  const close = async () => {
    await opened.close()
    await running.stop()
  }
  return {
    ...opened,
    files: folderStore(join(dataDir, 'files')),
    clock: handClock(today),
    dataDir,
    stop: close,
    drop: async () => {
      await close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
