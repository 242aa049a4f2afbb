interface Issue {
  /** Of zod. */
  path?: readonly PropertyKey[]
  /** Of a route's schema. */
  instancePath?: string
  message: string
}

/** What is said at a field left empty that has no sentence of its own. */
export const blankSentence = '请填写这一项'

/** The checker's own words are not for people: only its sentences in Chinese are. */
const sentenceOf = (message: string) =>
  /[\u4e00-\u9fff]/.test(message)
    ? message
    : /received (undefined|null)$/.test(message)
      ? blankSentence
      : '填写的内容不合要求'

/** Field → sentence, the first of each; `_` for what belongs to no field. A move's fields come under `input`. */
export const invalidFields = (issues: readonly Issue[]): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const i of issues) {
    const path = i.path?.map(String) ?? i.instancePath?.split('/').filter(Boolean) ?? []
    out[(path[0] === 'input' ? path.slice(1) : path).join('.') || '_'] ??= sentenceOf(i.message)
  }
  return out
}

/** What to say where only one sentence fits. */
export const firstSentence = (fields: Record<string, string>): string =>
  Object.values(fields)[0] ?? '填写的内容不合要求'
