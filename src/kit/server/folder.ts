import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const reasons: Record<string, string> = {
  EACCES: '没有写入权限',
  EPERM: '没有写入权限',
  EROFS: '所在的磁盘是只读的',
  ENOSPC: '磁盘已满',
  EDQUOT: '磁盘配额已满',
  ENOTDIR: '路径中有一段不是文件夹',
  EEXIST: '同名的文件已经存在',
  ENOENT: '上级文件夹不能建立',
  ENAMETOOLONG: '路径太长',
}

/** Why a folder can't be made or written, from what the system said. */
export const whyNoFolder = (error: unknown): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message

/**
 * A folder and those above it, where they are missing; throws what the system said. Not `recursive`: that one never
 * comes back from a place such as /proc, which exists and where nothing can be made.
 */
export const makeFolder = (path: string, mode = 0o700): void => {
  const make = (at: string, again: boolean): void => {
    try {
      mkdirSync(at, mode)
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException
      if (code === 'EEXIST' && statSync(at).isDirectory()) return
      if (code !== 'ENOENT' || again || dirname(at) === at) throw e
      make(dirname(at), false)
      make(at, true)
    }
  }
  make(path, false)
}
