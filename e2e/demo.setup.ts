import { rmSync } from 'node:fs'
import { playDemo } from '../seed/demo.ts'
import { demoDay } from '../seed/town.ts'
import { testWorld } from '../src/kit/server/testing.ts'

/** Once for a run of browser tests: the demo township played through on its day, copied by every office. */
export default async () => {
  const world = await testWorld(demoDay)
  await playDemo(world)
  await world.stop()
  process.env.HUISHENG_TEST_DEMO = world.dataDir
  return () => {
    delete process.env.HUISHENG_TEST_DEMO
    rmSync(world.dataDir, { recursive: true, force: true })
  }
}
