import { canonical } from '../../audit/chain.ts'
import type { Tx } from '../../audit/trace.ts'
import { catalogue, type DocumentKind } from '../../documents/catalogue.ts'
import { nextNumber } from '../../documents/number.store.ts'
import { type Day, formal } from '../../kit/day.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { sm3, uuidv7 } from '../../kit/server/crypto.ts'
import { Together, type Worked } from '../../kit/server/together.ts'
import type { Who } from '../../people/roles.ts'
import type { Paper } from '../move.ts'
import type { Matter } from '../petition.ts'
import type { Setting } from '../store.ts'
import { composePaper } from './compose.ts'

/**
 * Issue a paper: numbered where its kind is numbered, its content fixed and hashed. A new version keeps the number of
 * the one it replaces, which stays as it is. It is written with `w`. Throws Refused naming what is missing.
 */
export const issue = async (tx: Tx, w: Together, who: Who, m: Matter, paper: Paper, s: Setting) => {
  const kind = paper.kind as DocumentKind
  const entry = catalogue[kind]
  const before = paper.replaces ? await paperToReplace(tx, m, paper.replaces) : null
  const issuedOn = paper.issuedOn ?? s.today
  const year = +issuedOn.slice(0, 4)
  // A paper written by hand had no number when it was written, and gets none afterwards.
  const handwritten = paper.extra.handwritten === true
  const number = before
    ? before.number
    : entry.numbered && !handwritten
      ? entry.number(s.town.shortName, year, await nextNumber(tx, m.townId, kind, year))
      : null
  const extra = {
    ...before?.extra,
    ...paper.extra,
    ...(before?.extra.values || paper.extra.values
      ? { values: { ...(before?.extra.values as object), ...(paper.extra.values as object) } }
      : {}),
  }
  const data = composePaper(kind, m, extra, who, s, number, issuedOn)
  const version = before ? before.version + 1 : 1
  const reason = paper.reason ?? ''
  if (before)
    data.values.版次说明 = `第${version}版，代替${formal(before.issuedOn)}出具的第${before.version}版。重新出具的理由：${reason}`
  if (handwritten)
    data.values.版次说明 = `手写文书，${formal(s.today)}补录。未当时录入的理由：${String(paper.extra.reason ?? '')}`
  const missing = entry.missing(data)
  if (missing.length) throw new Refused(`《${data.title}》还缺：${missing.join('、')}`)
  const row = {
    townId: m.townId,
    id: uuidv7(s.now.getTime()),
    petitionId: m.id === '' ? null : m.id,
    kind,
    number,
    title: data.title,
    issuedOn,
    data: JSON.stringify(data),
    sha256: sm3(canonical(data)),
    staffId: who.staffId,
    byName: who.name,
    at: s.now.toISOString(),
    version,
    replacesId: before ? paper.replaces! : null,
    reason,
    templateId: ((p) =>
      `(select id from document_template where town_id = ${p(m.townId)}::uuid and kind = ${p(kind)} order by version desc limit 1)`) as Worked,
  }
  w.insert('document', [row])
  return {
    id: row.id,
    kind,
    number,
    title: row.title,
    issuedOn,
    byName: who.name,
    at: row.at,
    sha256: row.sha256,
    version,
    replacesId: row.replacesId,
    reason,
  }
}

/** Issue one paper that goes with no move of a matter, in the caller's transaction. */
export const issueAlone = async (tx: Tx, who: Who, m: Matter, paper: Paper, s: Setting) => {
  const w = new Together()
  const d = await issue(tx, w, who, m, paper, s)
  await w.write(tx)
  return d
}

/** The newest version of a paper, to be replaced by one more. */
const paperToReplace = async (tx: Tx, m: Matter, id: string) => {
  const d = await tx
    .selectFrom('document')
    .select(['number', 'version', 'issuedOn', 'data'])
    .where('townId', '=', m.townId)
    .where('petitionId', '=', m.id)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!d) throw new NotFound('没有这份文书')
  if (m.documents.some((x) => x.replacesId === id)) throw new Refused('这份文书已有新版本，请对最新的一版重新出具')
  return {
    number: d.number,
    version: d.version,
    issuedOn: d.issuedOn as unknown as Day,
    extra: (d.data as { extra?: Record<string, unknown> }).extra ?? {},
  }
}
