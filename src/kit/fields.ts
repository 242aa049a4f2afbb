/** The sentence of each wrong field, dotted; what a schema says in English becomes a plain sentence. */
export const invalidFields = (issues: readonly { path: PropertyKey[]; message: string }[]): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const i of issues)
    out[i.path.map(String).join('.') || '_'] ??= /[\u4e00-\u9fff]/.test(i.message) ? i.message : '请填写这一项'
  return out
}
