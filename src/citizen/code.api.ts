import type { FastifyRequest } from 'fastify'
import type { Html } from '../kit/html.ts'
import type { Face, TownFrame } from './face.api.ts'
import { readForm } from './form.api.ts'
import { missesOf, type Opened, openMatter } from './store.ts'
import { freeMisses } from './work.ts'

/** The one gate for number and code, wherever they are asked: slow-down, lock, and work after some misses. */
export const codesOf =
  ({ seals, atTown }: Face) =>
  async (
    req: FastifyRequest,
    f: TownFrame,
    button: string,
  ): Promise<
    Extract<Opened, { ok: true }> | { ok: false; number: string; sentence: string; seal?: Html; code?: string }
  > => {
    const { fields } = await readForm(req)
    const { number = '', code = '' } = fields
    const again = (sentence: string, seal: boolean) => ({
      ok: false as const,
      number,
      sentence,
      ...(seal ? { seal: seals.fields(f.townId, 'guess', fields), code } : {}),
    })
    if ((await atTown(f.townId, (tx, s) => missesOf(tx, f.townId, req.ip, s))) >= freeMisses) {
      const no = seals.refusal(f.townId, 'guess', fields, button)
      if (no) return again(no, true)
    }
    const opened = await atTown(f.townId, (tx, s) => openMatter(tx, f.townId, { number, code, address: req.ip }, s))
    return opened.ok ? opened : again(opened.sentence, opened.misses >= freeMisses)
  }
