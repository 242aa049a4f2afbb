import { type Day, formal } from '../kit/day.ts'
import { catalogue, type DocumentKind, type PaperData, tagsOf } from './catalogue.ts'

const ruled = (n: number) => '＿'.repeat(n)

/**
 * A form to fill by hand where there is no printer or computer: the same paper with ruled room to write instead of words.
 * `organ` is the office that will sign; `short` its mark in numbers.
 */
export const blankPaper = (kind: DocumentKind, town: { organ: string; short: string }): PaperData => {
  const entry = catalogue[kind]
  const isForm = entry.layout === 'form'
  const wide = entry.layout === 'official' ? 26 : 28
  const values: Record<string, string> = {}
  for (const t of tagsOf(kind)) {
    if (t.rows || t.image) continue
    // Cells of a form are room enough; only a long text outside the table needs lines.
    values[t.name] =
      isForm && !t.ruled
        ? ''
        : t.lines > 1
          ? [ruled(isForm ? 22 : 12), ...Array.from({ length: t.lines - 1 }, () => ruled(wide))].join('\n')
          : ruled(10)
  }
  return {
    kind,
    title: entry.title,
    organ: town.organ,
    number: null,
    issuedOn: '',
    values: {
      ...values,
      发文机关: town.organ,
      印发机关: town.organ,
      标题: entry.title,
      文号: entry.numbered ? `${town.short}政信${entry.mark}〔20　　〕　　　号` : '',
      信访人: isForm ? '' : ruled(8),
      收到日期: isForm ? '　　　　年　　月　　日' : '＿＿＿＿年＿＿月＿＿日',
      成文日期: '　　　　年　　月　　日',
      事项编号: isForm ? '　　　　　　　　' : ruled(6),
      登记人: isForm ? values.登记人 || '　　　　　　' : '',
      联系: isForm ? '　　　　　　　　' : ruled(14),
      抄送: '',
      查询码: isForm ? '' : ruled(8),
      二维码: '',
      版次说明: '',
      期限说明: '',
    },
    rows: Object.fromEntries(
      entry.tags
        .filter((t) => t.rows)
        .map((t) => [t.name, Array.from({ length: 8 }, () => Object.fromEntries(t.rows!.map((r) => [r, ' '])))]),
    ),
    extra: {},
  }
}

/** A paper with invented words, to see a template with something in it. */
export const samplePaper = (kind: DocumentKind, town: { organ: string; short: string }, today: Day): PaperData => {
  const entry = catalogue[kind]
  return {
    kind,
    title: entry.title,
    organ: town.organ,
    number: null,
    issuedOn: today,
    values: {
      ...Object.fromEntries(
        tagsOf(kind)
          .filter((t) => !t.rows && !t.image)
          .map((t) => [t.name, `（${t.says}）`]),
      ),
      发文机关: town.organ,
      印发机关: town.organ,
      标题: entry.title,
      文号: entry.numbered ? entry.number(town.short, +today.slice(0, 4), 1) : '',
      信访人: '（受文人）',
      事项编号: 'XF0000-0001',
      收到日期: formal(today),
      成文日期: formal(today),
      信访形式: '来访',
      查询码: '2345678ABC',
      二维码: '样张',
      版次说明: '',
    },
    rows: Object.fromEntries(
      entry.tags.filter((t) => t.rows).map((t) => [t.name, [Object.fromEntries(t.rows!.map((r) => [r, `（${r}）`]))]]),
    ),
    extra: {},
  }
}
