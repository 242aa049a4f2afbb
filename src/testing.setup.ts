import { rmSync } from 'node:fs'
import { testWorld } from './kit/server/testing.ts'

/** Once for a test run: a migrated database with the reference tables, copied by every test file that asks for a world. */
export default async () => {
  if (process.env.HUISHENG_TEST_EMPTY) return
  const world = await testWorld()
  await world.stop()
  process.env.HUISHENG_TEST_EMPTY = world.dataDir
  return () => {
    delete process.env.HUISHENG_TEST_EMPTY
    rmSync(world.dataDir, { recursive: true, force: true })
  }
}
