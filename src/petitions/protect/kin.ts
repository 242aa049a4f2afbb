/** How a declared relative stands to the person. */
export const relations = {
  spouse: '配偶',
  child: '子女',
  parent: '父母',
  sibling: '兄弟姐妹',
  inLaw: '姻亲',
  other: '其他近亲属',
} as const
export interface Kin {
  name: string
  relation: keyof typeof relations
}
