import { Invalid, NotFound } from '../kit/errors.ts'
import { isUuid } from '../kit/server/crypto.ts'
import { largest, readAll, takeIn } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { glanceBox, printBox } from '../kit/server/pdf.ts'
import { sendFile } from '../kit/server/reply.ts'
import { caseWorkers, type Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { World } from '../petitions/world.store.ts'
import { type Purpose, purposes } from './binding.ts'
import { drawn, type FileSubject, keepFile, mayFile, oneFileOf } from './files.store.ts'
import type { Within } from './within.store.ts'

/** Uploaded papers of disputes and duty letters: added, opened, and drawn page by page as they are bound. */
export const mediationFiles = ({ app, sessionOf }: Edge<Session>, world: World, within: Within) => {
  const found = (who: Who, subject: FileSubject, id: string, fileId: string) => {
    if (!isUuid(id) || !isUuid(fileId)) throw new NotFound()
    return within(who, true, async (tx, s) => {
      await mayFile(tx, who, subject, id, s)
      return oneFileOf(tx, who, subject, id, fileId)
    })
  }
  for (const subject of ['dispute', 'letter'] as const) {
    const path = subject === 'dispute' ? '/api/disputes/:id/files' : '/api/mediation/letters/:id/files'
    app.post(path, { config: { may: caseWorkers } }, async (req) => {
      const { who } = await sessionOf(req)
      const { id } = req.params as { id: string }
      if (!isUuid(id)) throw new NotFound()
      await within(who, true, (tx, s) => mayFile(tx, who, subject, id, s, true))
      const part = await req.file().catch(() => undefined)
      if (!part) throw new Invalid('没有收到文件，请重新选择')
      const field = (k: string) => {
        const f = part.fields[k]
        return f && !Array.isArray(f) && f.type === 'field' ? String(f.value) : ''
      }
      const requestId = field('requestId')
      if (!isUuid(requestId)) throw new Invalid('缺少请求编号，请刷新页面后重试')
      const serves = field('serves') || 'evidence'
      if (!Object.hasOwn(purposes, serves)) throw new Invalid('请选择这份材料是做什么用的', { serves: '请选择' })
      const name = Array.from((part.filename ?? '未命名').replace(/[\\/]/g, ''))
        .slice(0, 120)
        .join('')
      const kept = await takeIn(name, await readAll(part.file, largest, name))
      return keepFile(
        world,
        who,
        { subject, id },
        { name: kept.name, kept, kind: field('kind').slice(0, 40), serves: serves as Purpose },
        requestId,
      )
    })
    app.get(`${path}/:fileId`, { config: { may: caseWorkers } }, async (req, reply) => {
      const { who } = await sessionOf(req)
      const { id, fileId } = req.params as { id: string; fileId: string }
      const f = await found(who, subject, id, fileId)
      return sendFile(reply, f.mime, f.name, await world.files.get(f.storageKey))
    })
    app.get(`${path}/:fileId/pages/:n`, { config: { may: caseWorkers } }, async (req, reply) => {
      const { who } = await sessionOf(req)
      const { id, fileId, n } = req.params as { id: string; fileId: string; n: string }
      const f = await found(who, subject, id, fileId)
      if (!/^[1-9]\d{0,3}$/.test(n) || +n > (f.pages ?? 0)) throw new NotFound()
      const small = (req.query as { small?: string }).small !== undefined
      const [jpeg] = await drawn(f, world.files, [+n], small ? glanceBox : printBox)
      if (!jpeg) throw new NotFound('这一页画不出来，或者存档文件与校验值不符，请下载原件核对')
      return reply.header('content-type', 'image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
    })
  }
}
