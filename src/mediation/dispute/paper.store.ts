import type { Tx } from '../../audit/trace.ts'
import { catalogue, type DocumentKind } from '../../documents/catalogue.ts'
import { renderDocx } from '../../documents/render.ts'
import { currentTemplate } from '../../documents/templates.store.ts'
import { Invalid } from '../../kit/errors.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../../petitions/store.ts'
import { stationsOf } from '../network/store.ts'
import { composeDispute } from './compose.ts'
import type { Dispute } from './dispute.ts'

const committeeOf = async (tx: Tx, d: Dispute) => {
  const x = (await stationsOf(tx, d.townId)).find((y) => y.id === d.stationId)
  return x?.committee || x?.name || ''
}
export const mediatorNames = async (tx: Tx, d: Pick<Dispute, 'townId' | 'mediatorIds'>): Promise<string> => {
  if (d.mediatorIds.length === 0) return ''
  const r = await tx
    .selectFrom('staff')
    .select(['id', 'name'])
    .where('townId', '=', d.townId)
    .where('id', 'in', d.mediatorIds)
    .execute()
  return d.mediatorIds.map((id) => r.find((x) => x.id === id)?.name ?? '').join('、')
}
export const paperFacts = async (tx: Tx, who: Who, d: Dispute, s: Setting) => ({
  committee: await committeeOf(tx, d),
  today: s.today,
  by: who.name,
  mediators: await mediatorNames(tx, d),
})

/** Issue a paper of the dispute: filled, hashed and kept with its file; issued again it is a new version. */
export const issuePaper = async (
  tx: Tx,
  who: Who,
  d: Dispute,
  kind: DocumentKind,
  about: string,
  s: Setting,
): Promise<void> => {
  const data = composeDispute(kind, d, await paperFacts(tx, who, d, s), about)
  const missing = catalogue[kind].missing(data)
  if (missing.length) throw new Invalid(`《${catalogue[kind].title}》还缺：${missing.join('、')}`)
  const template = (await currentTemplate(tx, who.townId, kind)).docx
  const docx = await renderDocx(data, template)
  const last = await tx
    .selectFrom('disputePaper')
    .select(({ fn }) => fn.max('version').as('v'))
    .where('townId', '=', who.townId)
    .where('disputeId', '=', d.id)
    .where('kind', '=', kind)
    .where('about', '=', about)
    .executeTakeFirst()
  await tx
    .insertInto('disputePaper')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      disputeId: d.id,
      kind,
      title: data.title,
      version: (last?.v ?? 0) + 1,
      about,
      issuedOn: s.today,
      data: JSON.stringify(data),
      docx: Buffer.from(docx),
      sha256: sha256(docx),
      templateSha256: sha256(template),
      staffId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
}
