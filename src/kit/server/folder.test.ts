import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, whyNoFolder } from './folder.ts'

test('缺的文件夹一层层建好；不能建的地方给一句话，不会一直等', () => {
  const home = mkdtempSync(join(tmpdir(), 'huisheng-folder-'))
  try {
    makeFolder(join(home, '甲', '乙', '丙'))
    expect(existsSync(join(home, '甲', '乙', '丙'))).toBe(true)
    makeFolder(join(home, '甲'))
    writeFileSync(join(home, '文件'), '')
    const said = (path: string) => {
      try {
        makeFolder(path)
        return '建好了'
      } catch (e) {
        return whyNoFolder(e)
      }
    }
    expect(said(join(home, '文件'))).toBe('同名的文件已经存在')
    expect(said(join(home, '文件', '里面'))).toBe('路径中有一段不是文件夹')
    expect(said('/proc/huisheng/备份')).toBe('上级文件夹不能建立')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
