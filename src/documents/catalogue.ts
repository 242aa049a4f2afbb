import { documentNumber } from './numbering.ts'

/** A piece of a paper. Word, the print page and plain text are all made from these. */
export type Block =
  | { type: 'heading'; text: string }
  | { type: 'text'; text: string }
  | { type: 'fields'; rows: [string, string][] }
  | { type: 'claims'; rows: { body: string; result: string; answer: string; basis: string }[] }
  | { type: 'steps'; items: string[] }
  | { type: 'qr'; code: string; number: string; path: string }

/** One paper, complete: what is stored, hashed and printed. */
export interface PaperData {
  kind: DocumentKind
  title: string
  organ: string
  number: string | null
  addressee: string
  blocks: Block[]
  /** ISO day; written in full on the paper. */
  issuedOn: string
  contact: string
  /** Required parts by name, so that an empty one can be named. */
  parts: Record<string, string>
}

interface Entry {
  title: string
  numbered: boolean
  mark: string
  basis: string
  /** Parts that must not be empty. */
  needs: readonly string[]
  slip?: boolean
}

const entries = {
  registrationReceipt: {
    title: '信访事项登记回执',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第二十二条',
    needs: ['诉求'],
    slip: true,
  },
  acceptanceNotice: {
    title: '信访事项受理告知书',
    numbered: true,
    mark: '受',
    basis: '《信访工作条例》第二十三条',
    needs: ['诉求', '办理期限', '联系人'],
  },
  nonAcceptanceNotice: {
    title: '信访事项不予受理告知书',
    numbered: true,
    mark: '不受',
    basis: '《信访工作条例》第二十三条',
    needs: ['理由', '救济途径'],
  },
  guidanceNotice: {
    title: '依法分类处理告知书',
    numbered: true,
    mark: '导',
    basis: '《信访工作条例》第二十三条、第三十一条',
    needs: ['途径', '办理机关', '怎样提出'],
  },
  forwardLetter: {
    title: '信访事项转送函',
    numbered: true,
    mark: '转',
    basis: '《信访工作条例》第二十二条',
    needs: ['理由'],
  },
  assignLetter: {
    title: '信访事项交办函',
    numbered: true,
    mark: '交',
    basis: '《信访工作条例》第二十二条',
    needs: ['理由', '期限'],
  },
  whereSentNotice: {
    title: '信访事项去向告知书',
    numbered: true,
    mark: '告',
    basis: '《信访工作条例》第二十三条',
    needs: ['去向'],
  },
  objectionLetter: {
    title: '信访事项异议函',
    numbered: true,
    mark: '异',
    basis: '《信访工作条例》第二十三条',
    needs: ['理由'],
  },
  extensionNotice: {
    title: '信访事项延期办理告知书',
    numbered: true,
    mark: '延',
    basis: '《信访工作条例》第三十四条',
    needs: ['延期理由', '新的期限', '批准人'],
  },
  handlingOpinion: {
    title: '信访事项处理意见书',
    numbered: true,
    mark: '处',
    basis: '《信访工作条例》第三十一条、第三十二条',
    needs: ['信访人请求', '查明的事实', '理由', '处理意见', '依据', '救济途径', '逐项答复'],
  },
  suggestionReply: {
    title: '建议意见答复函',
    numbered: true,
    mark: '复',
    basis: '《信访工作条例》第二十九条',
    needs: ['信访人请求', '处理意见'],
  },
  followUpRecord: {
    title: '信访事项回访记录',
    numbered: false,
    mark: '',
    basis: '镇信访工作制度（回访审核）',
    needs: ['回访日期', '回访人'],
  },
  closingReport: {
    title: '信访事项销号报告',
    numbered: true,
    mark: '销',
    basis: '镇信访工作制度（对标销号）',
    needs: ['事实清楚', '定性准确', '处理恰当', '证据齐全'],
  },
} as const satisfies Record<string, Entry>

export type DocumentKind = keyof typeof entries

export interface CatalogueEntry extends Entry {
  number: (short: string, year: number, n: number) => string
  /** The sentences of what is missing; a paper with any is not issued. */
  missing: (data: PaperData) => string[]
}

/** The papers of this office: title, number, basis, and what must not be missing. */
export const catalogue: Record<DocumentKind, CatalogueEntry> = Object.fromEntries(
  Object.entries(entries as Record<string, Entry>).map(([kind, e]) => [
    kind,
    {
      ...e,
      number: (short, year, n) => documentNumber(short, e.mark, year, n),
      missing: (d) => e.needs.filter((p) => (d.parts[p] ?? '').trim() === ''),
    } satisfies CatalogueEntry,
  ]),
) as Record<DocumentKind, CatalogueEntry>

/** A paper as paragraphs of plain text, for Word and for reading aloud. */
export const paragraphsOf = (d: PaperData): { text: string; level: 'body' | 'heading' }[] =>
  d.blocks.flatMap((b): { text: string; level: 'body' | 'heading' }[] => {
    const lines = (t: string) =>
      t
        .split('\n')
        .map((x) => x.trim())
        .filter((x) => x !== '')
        .map((text) => ({ text, level: 'body' as const }))
    switch (b.type) {
      case 'heading':
        return [{ text: b.text, level: 'heading' }]
      case 'text':
        return lines(b.text)
      case 'fields':
        return b.rows.filter(([, v]) => v !== '').flatMap(([k, v]) => lines(`${k}：${v}`))
      case 'claims':
        return b.rows.flatMap((c, i) => [
          ...lines(`（${i + 1}）请求：${c.body}`),
          ...lines(`答复：${c.result}。${c.answer}`),
          ...(c.basis ? lines(`依据：${c.basis}`) : []),
        ])
      case 'steps':
        return b.items.map((text, i) => ({ text: `${i + 1}. ${text}`, level: 'body' as const }))
      default:
        return lines(`编号：${b.number}\n查询码：${b.code}`)
    }
  })
