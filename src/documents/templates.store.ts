import type { Tx } from '../audit/trace.ts'
import { writeTrace } from '../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { sha256, uuidv7 } from '../kit/server/crypto.ts'
import { is, type Who } from '../people/roles.ts'
import { samplePaper } from './blank.ts'
import { catalogue, type DocumentKind } from './catalogue.ts'
import { builtInTemplate, renderDocx } from './render.ts'
import { templateKeepers, templateReaders } from './routes.ts'
import { templateProblems } from './validate.ts'

export const templateRefusal = (who: Who, to: 'read' | 'change'): string | null =>
  to === 'read'
    ? is(who, ...templateReaders)
      ? null
      : '您的岗位不使用文书模板'
    : is(who, ...templateKeepers)
      ? null
      : '文书模板由系统管理员、信访办主任更换'

/** The template in force for a kind, and which version it is (0: built in). */
export const currentTemplate = async (
  tx: Tx,
  townId: string,
  kind: DocumentKind,
): Promise<{ docx: Uint8Array; version: number }> => {
  const t = await tx
    .selectFrom('documentTemplate')
    .select(['docx', 'version'])
    .where('townId', '=', townId)
    .where('kind', '=', kind)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return t ? { docx: new Uint8Array(t.docx), version: t.version } : { docx: await builtInTemplate(kind), version: 0 }
}

/** One version of a kind's template; 0 is the built-in one. Throws NotFound when there is none. */
export const templateVersion = async (
  tx: Tx,
  townId: string,
  kind: DocumentKind,
  version: number,
): Promise<Uint8Array> => {
  if (version === 0) return builtInTemplate(kind)
  const t = await tx
    .selectFrom('documentTemplate')
    .select('docx')
    .where('townId', '=', townId)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!t) throw new NotFound('没有这一版模板')
  return new Uint8Array(t.docx)
}

/** Every version that a town has put in the place of the built-in templates, the newest first. */
export const templateVersions = (tx: Tx, townId: string) =>
  tx
    .selectFrom('documentTemplate')
    .select(['kind', 'version', 'fileName', 'sha256', 'note', 'builtIn', 'byName', 'at'])
    .where('townId', '=', townId)
    .orderBy('kind')
    .orderBy('version', 'desc')
    .execute()

/**
 * Take a template into use as a new version. Refuses one with unknown, broken or missing tags, naming each and where it
 * stands, and one that can't be filled; the version in force stays until then. Earlier versions are kept.
 */
export const keepTemplate = async (
  tx: Tx,
  who: Who,
  given: { kind: DocumentKind; fileName: string; docx: Uint8Array; note: string; builtIn?: boolean },
  s: { now: Date; today: string; organ: string; short: string },
): Promise<{ version: number }> => {
  const no = templateRefusal(who, 'change')
  if (no) throw new Refused(no)
  const { kind, docx } = given
  const entry = catalogue[kind]
  const problems = templateProblems(kind, docx)
  if (problems.length)
    throw new Invalid(
      `模板没有启用，《${entry.title}》仍用原来的模板。${problems.length === 1 ? '' : `共 ${problems.length} 处：`}${problems.slice(0, 12).join('；')}${problems.length > 12 ? '；其余从略' : ''}`,
      { file: problems.slice(0, 12).join('；') },
    )
  try {
    await renderDocx(samplePaper(kind, s, s.today as never), docx)
  } catch (error) {
    throw new Invalid(
      `模板没有启用：试填时出错，请检查重复的表格行是否完整（${(error as Error).message.slice(0, 80)}）`,
    )
  }
  const last = await tx
    .selectFrom('documentTemplate')
    .select(['version', 'sha256'])
    .where('townId', '=', who.townId)
    .where('kind', '=', kind)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const hash = sha256(docx)
  if (last?.sha256 === hash) throw new Refused('与现在使用的模板完全相同，没有改动')
  const version = (last?.version ?? 0) + 1
  await tx
    .insertInto('documentTemplate')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      kind,
      version,
      fileName: given.fileName,
      docx: Buffer.from(docx),
      sha256: hash,
      note: given.note,
      builtIn: given.builtIn ?? false,
      staffId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
  await writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    {
      subjectId: who.townId,
      subjectKind: 'template',
      kind: 'template',
      says: `更换文书模板《${entry.title}》，第 ${version} 版${given.note ? `：${given.note}` : ''}`,
      data: { kind, version, sha256: hash, fileName: given.fileName },
    },
    s.now,
  )
  return { version }
}
