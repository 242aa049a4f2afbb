/**
 * What Chromium 86, the oldest browser these pages are for (WeChat's among them), does not know, and since which version it is known.
 * The build lowers what is syntax; what is a name or a style nobody lowers, so it is looked for in what was built.
 */
export const newerNames: [name: RegExp, since: number][] = [
  [/\bstructuredClone\b/, 98],
  [/\.at\(/, 92],
  [/\.findLast(Index)?\(/, 97],
  [/\.to(Sorted|Reversed|Spliced)\(/, 110],
  [/\.with\(/, 110],
  [/\bObject\.(hasOwn|groupBy)\b/, 93],
  [/\bArray\.fromAsync\b/, 121],
  [/\bPromise\.(withResolvers|try)\b/, 119],
  [/\brandomUUID\b/, 92],
  [/\bAbortSignal\.(timeout|any)\b/, 103],
  [/\bIntl\.(Segmenter|ListFormat|DurationFormat)\b/, 87],
  [/\.(entries|keys|values)\(\)\.(map|filter|some|every|find|forEach|toArray)\(/, 122],
  [/\.isSubsetOf\(|\.union\(|\.intersection\(/, 122],
  [/\bscheduler\.(postTask|yield)\b/, 94],
  [/\bcheckVisibility\(|\bsetHTML|\.showPicker\(|\.showPopover\(/, 99],
  [/\bnavigation\.navigate\(|\bstartViewTransition\b/, 102],
  [/\.inert\b/, 102],
  [/\bURLPattern\b|\bURL\.(parse|canParse)\b/, 95],
  [/\bReadableStream\.from\b/, 124],
  [/\bstorage\.getDirectory\b/, 102],
]
export const newerStyles: [style: RegExp, since: number][] = [
  [/:is\(|:where\(/, 88],
  [/:not\([^()]*,/, 88],
  [/:has\(/, 105],
  [/[{;]inset(-block|-inline)?:/, 87],
  [/[{;](margin|padding)-(inline|block):/, 87],
  [/[{;]aspect-ratio:/, 88],
  [/[{;]accent-color:/, 93],
  [/color-mix\(|\boklch\(|\boklab\(|light-dark\(/, 111],
  [/@(layer|container|scope|starting-style)\b/, 99],
  [/\d(d|s|l)v(h|w)\b/, 108],
  [/[{;](overflow(-[xy])?):clip/, 90],
  [/[{;](scrollbar-gutter|text-wrap|field-sizing|interpolate-size|hyphenate-character|translate|rotate|scale):/, 94],
  [/@media[^{]*[<>]=?/, 104],
  [/(^|[};])&/, 112],
]
/** Used where it is known, with a way of its own where it isn't, or of no consequence: each with why. */
export const allowed: [what: string, why: string][] = [['accent-color', '旧浏览器里勾选框是默认的颜色，别的都一样']]

/** Three dots before a name spread it; they take nothing of it. */
const found = (text: string, list: readonly [RegExp, number][]): string[] =>
  list.flatMap(([what, since]) => {
    const m = what.exec(text.replaceAll('...', ' '))?.[0]
    return m && !allowed.some(([a]) => m.includes(a)) ? [`${m}（Chromium ${since} 才有）`] : []
  })
/** What is too new in a built file. */
export const tooNew = (name: string, text: string): string[] =>
  found(text, name.endsWith('.css') ? newerStyles : newerNames)
