import type { DocumentKind } from '../documents/catalogue.ts'
import { type DossierKind, dossierOrder } from './dispute/compose.ts'

/** What an uploaded paper of a dispute is for; it is bound behind the paper it belongs to. */
export const purposes = {
  evidence: '证据',
  identity: '身份证明',
  authority: '授权委托书',
  signed: '签过字的文书',
  performance: '履行凭证',
  confirmation: '司法确认材料',
  other: '其他材料',
  apart: '不订入卷',
} as const
export type Purpose = keyof typeof purposes
const behind: Partial<Record<Purpose, DossierKind>> = {
  identity: 'mediationIdentity',
  authority: 'mediationAuthority',
  evidence: 'mediationEvidence',
  signed: 'mediationOral',
  performance: 'performanceProof',
  confirmation: 'confirmationApplication',
}

/** Its place in the order of the dossier: a written paper by its kind, an uploaded one behind those; what belongs to none comes last. */
export const placeOf = (kind: DocumentKind): number => (dossierOrder as readonly string[]).indexOf(kind)
export const placeBehind = (serves: Purpose): number => {
  const after = behind[serves]
  return (after ? placeOf(after) : dossierOrder.length) + 0.5
}

/** Pages of one file, and of all files, that still make a dossier one can print and carry. */
const mostOfOne = 100
const mostOfAll = 400

export interface Bindable {
  serves: Purpose
  /** Pages it can be printed as; none for sound, film and office files. */
  pages: number
}
/** What is bound, in the order given: as its own pages, or as one page that says why it is kept beside the dossier. */
export const bindingOf = <T extends Bindable>(files: readonly T[]): (T & { bound: number; apart: string })[] => {
  let left = mostOfAll
  return files
    .filter((f) => f.serves !== 'apart')
    .map((f) => {
      const apart =
        f.pages === 0
          ? '录音、录像、Office 文档和打不开的文件不能打印在卷内'
          : f.pages > mostOfOne || f.pages > left
            ? `共 ${f.pages} 页，页数太多，没有订入`
            : ''
      if (apart === '') left -= f.pages
      return { ...f, bound: apart === '' ? f.pages : 1, apart }
    })
}
