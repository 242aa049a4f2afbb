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
  clock: Clock & { set(day: string, hour?: number): void }
  dataDir: string
  drop(): Promise<void>
}

/** A new folder that a database running as another user may pass, so that all of it stays inside and goes with it. */
export const testFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `huisheng-${name}-`))
  chmodSync(folder, 0o711)
  return folder
}

export const testWorld = async (today = '2026-03-05'): Promise<TestWorld> => {
  const dataDir = testFolder('test')
  const running = await startPostgres(dataDir, { fast: true })
  const opened = connectDatabase(running.connection)
  await migrate(opened.ownerPool)
  await loadReference(opened)
  return {
    ...opened,
    files: folderStore(join(dataDir, 'files')),
    clock: handClock(today),
    dataDir,
    drop: async () => {
      await opened.close()
      await running.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
